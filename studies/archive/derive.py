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
from .pixels import Digest, Frame, Pictures
from .render import PREVIEW_SIDE, Picture, jpeg, pixel_ratio, resized, shown_size, thumbnail


class Renderer:
    """Turns frames into 8 bits, each through its own modality and VOI LUT; colour stays as it is."""

    def __init__(self, ds: Dataset, pictures: Pictures) -> None:
        self._ds, self._pictures = ds, pictures
        self._fallback: Window | None = None

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
        return frame if self._pictures.shape.colour else self.rendering(index).picture(frame)


def derive(ds: Dataset, pictures: Pictures, folder: Folder, described: examined.Pictures) -> examined.Pictures:
    """Write frames, previews, full-size pictures and thumbnails into `folder`; `described`, completed by them."""
    shape = pictures.shape
    size = shown_size(shape.rows, shape.columns, pixel_ratio(ds))
    preview = size.within(PREVIEW_SIDE)
    renderer = Renderer(ds, pictures)
    digest = Digest()
    for path in (folder.frame(1), folder.preview(1), folder.thumbnail(1)) + (
        (folder.full(1),) if preview != size else ()
    ):
        path.parent.mkdir(exist_ok=True)
    for index, frame in enumerate(pictures):
        digest.add(frame)
        folder.frame(index + 1).write_bytes(encode(frame))
        picture = renderer.picture(frame, index)
        if preview != size:
            folder.full(index + 1).write_bytes(jpeg(resized(picture, size)))
        small = resized(picture, preview)
        folder.preview(index + 1).write_bytes(jpeg(small))
        folder.thumbnail(index + 1).write_bytes(thumbnail(small))
    window = None if shape.colour else renderer.rendering(0).window
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


def encode(frame: Frame) -> bytes:
    """HTJ2K, lossless (PS3.5 §A.4.12, transfer syntax 1.2.840.10008.1.2.4.201)."""
    return bytes(imagecodecs.htj2k_encode(frame, reversible=True))


def decode(path: Path) -> Frame:
    """A frame that `encode` made, as it was."""
    frame: Frame = imagecodecs.htj2k_decode(path.read_bytes())
    return frame
