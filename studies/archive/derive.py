"""The derived files of one instance (`layout.Folder`), from its header and its pixels."""

from dataclasses import replace
from pathlib import Path

import imagecodecs
from pydicom.dataset import Dataset

from . import examined
from .grey import Rendering, Window, percentile_window, rendering_of
from .header import integer
from .kinds import PixelState
from .layout import Folder
from .metadata import describe
from .pixels import Digest, Frame, Pictures
from .render import PREVIEW_SIDE, Picture, Size, jpeg, pixel_ratio, resized, shown_size, thumbnail


class Renderer:
    """Turns frames into 8 bits, each through its own modality and VOI LUT; colour stays as it is."""

    def __init__(self, ds: Dataset, pictures: Pictures) -> None:
        self._ds, self._pictures = ds, pictures
        self._fallback: Window | None = None
        self.size = shown_size(pictures.shape.rows, pictures.shape.columns, pixel_ratio(ds))
        self.preview = self.size.within(PREVIEW_SIDE)

    def rendering(self, index: int) -> Rendering:
        """For a frame counted from 0; a file without windows gets one for all frames, from the middle one."""
        found = rendering_of(self._ds, index, self._pictures.scale)
        if found.window or found.voi:
            return found
        if self._fallback is None:
            middle = self._pictures.frame(self._pictures.shape.frames // 2)
            self._fallback = percentile_window(found, middle, integer(self._ds, "PixelPaddingValue"))
        return replace(found, window=self._fallback)

    def picture(self, frame: Frame, index: int) -> Picture:
        """At the size of the frame."""
        return frame if self._pictures.shape.colour else self.rendering(index).picture(frame)

    def through(self, window: Window, frame: Frame, index: int) -> Picture:
        """A grey frame through another window than its own, at the size of a preview."""
        rendering = replace(rendering_of(self._ds, index, self._pictures.scale), window=window, voi=None)
        return resized(rendering.picture(frame), self.preview)


def derive(ds: Dataset, pictures: Pictures, folder: Folder, described: examined.Pictures) -> examined.Pictures:
    """Write the derived files of an image into `folder`; returns `described`, completed by what they show.

    Takes `ds` over and changes it.
    """
    renderer = Renderer(ds, pictures)
    size, preview = renderer.size, renderer.preview
    digest = Digest()
    frame: Frame | None = None
    _make_folders(folder, size, preview)
    for number, frame in enumerate(pictures, start=1):
        digest.add(frame)
        folder.frame(number).write_bytes(encode(frame))
        picture = renderer.picture(frame, number - 1)
        if preview != size:
            folder.full(number).write_bytes(jpeg(resized(picture, size)))
        small = resized(picture, preview)
        folder.preview(number).write_bytes(jpeg(small))
        folder.thumbnail(number).write_bytes(thumbnail(small))
    window = None if pictures.shape.colour else renderer.rendering(0).window
    folder.metadata.write_bytes(describe(ds, frame, pictures.scale, pictures.shape.stored))
    return replace(
        described,
        state=PixelState.READY,
        window_center=window.center if window else None,
        window_width=window.width if window else None,
        preview_width=preview.width,
        preview_height=preview.height,
        has_full_size=preview != size,
        pixel_digest=digest.hexdigest(),
    )


def _make_folders(folder: Folder, size: Size, preview: Size) -> None:
    for path in (folder.frame(1), folder.preview(1), folder.thumbnail(1)):
        path.parent.mkdir()
    if preview != size:
        folder.full(1).parent.mkdir()


def encode(frame: Frame) -> bytes:
    """HTJ2K, lossless (PS3.5 §A.4.12, transfer syntax 1.2.840.10008.1.2.4.201)."""
    return bytes(imagecodecs.htj2k_encode(frame, reversible=True))


def decode(path: Path) -> Frame:
    """A frame that `encode` made, as it was."""
    frame: Frame = imagecodecs.htj2k_decode(path.read_bytes())
    return frame
