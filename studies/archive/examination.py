"""Examining one file: from bytes of unknown origin to a value the ingest can store."""

import secrets
import shutil
import warnings
from dataclasses import replace
from pathlib import Path

from pydicom.dataset import Dataset

from .derive import derive
from .errors import Incomplete, LimitExceeded, NotAnInstance, Undecodable, Unusable
from .examined import Examined, Identity, Outcome, Pictures, Refused, Skipped, Source
from .header import identify, text
from .kinds import InstanceKind, PixelState, QuarantineReason
from .layout import ORIGINAL, Folder
from .limits import Limits
from .opening import Opened, opened
from .orientation import frame_milliseconds, letters, position
from .receiving import Received, keep

_PDF = "application/pdf"
_PDF_CLASS = "1.2.840.10008.5.1.4.1.1.104.1"


def examine(source: Source, root: Path, staging: str, *, derived: bool = True, limits: Limits | None = None) -> Outcome:
    """Keep a file's bytes in a new folder of `staging` (below `root`), read them, and make its derived files.

    With `derived=False` the pixels are left for later: `PixelState.PENDING`, no digest. Nothing that a file contains
    raises here, but a hostile one can still crash or hang the process: `worker` runs this in one that may.
    """
    bounds = limits or Limits()
    staged = f"{staging}/{secrets.token_hex(16)}"
    folder = Folder(root / staged)
    folder.path.mkdir(parents=True)
    received: Received | None = None
    try:
        with warnings.catch_warnings(action="ignore"):
            received = keep(source, folder.original, bounds)
            identity, pictures = study(folder, derived=derived, limits=bounds)
    except NotAnInstance as reason:
        shutil.rmtree(folder.path)
        return Skipped(source.name, str(reason))
    except Exception as error:  # noqa: BLE001 - hostile bytes in foreign parsers raise anything; the reason is kept
        return _refused(source, staged, folder, received, error)
    return Examined(source.name, received.size, received.sha256, received.crc32, identity, pictures, staged)


def study(folder: Folder, *, derived: bool, limits: Limits) -> tuple[Identity, Pictures]:
    """What the original in `folder` is; raises as `opening.opened` and `header.identify` do."""
    with opened(folder, limits) as file:
        return identify(file.ds, file.encoding), picture(file, folder, derived=derived, limits=limits)


def picture(file: Opened, folder: Folder, *, derived: bool, limits: Limits) -> Pictures:
    """What there is to see in a file, derived into `folder` if wanted."""
    described = Pictures(InstanceKind.IMAGE, PixelState.UNREADABLE)
    try:
        decoded = file.pictures(limits)
        if decoded is None:
            return Pictures(_kind_without_pixels(file.ds), PixelState.NONE)
        left, right, top, bottom = letters(file.ds)
        described = Pictures(
            kind=InstanceKind.IMAGE,
            state=PixelState.PENDING,
            frames=decoded.shape.frames,
            rows=decoded.shape.rows,
            columns=decoded.shape.columns,
            position=position(file.ds),
            frame_milliseconds=frame_milliseconds(file.ds, decoded.shape.frames),
            orientation_left=left,
            orientation_right=right,
            orientation_top=top,
            orientation_bottom=bottom,
        )
        return derive(file.ds, decoded, folder, described) if derived else described
    except Undecodable:
        _remove_derived(folder)
        return replace(described, state=PixelState.UNREADABLE)


def _kind_without_pixels(ds: Dataset) -> InstanceKind:
    is_pdf = text(ds, "SOPClassUID") == _PDF_CLASS or text(ds, "MIMETypeOfEncapsulatedDocument") == _PDF
    return InstanceKind.DOCUMENT if is_pdf and "EncapsulatedDocument" in ds else InstanceKind.OTHER


def _refused(source: Source, staged: str, folder: Folder, received: Received | None, error: Exception) -> Refused:
    if received is None:
        shutil.rmtree(folder.path)
        return Refused(source.name, _reason(error), _detail(error))
    _remove_derived(folder)
    return Refused(source.name, _reason(error), _detail(error), received.size, received.sha256, staged)


def _reason(error: Exception) -> QuarantineReason:
    if isinstance(error, LimitExceeded | RecursionError | MemoryError):
        return QuarantineReason.LIMIT
    return QuarantineReason.INCOMPLETE if isinstance(error, Incomplete) else QuarantineReason.UNREADABLE


def _detail(error: Exception) -> str:
    if isinstance(error, Unusable):
        return str(error)
    if isinstance(error, RecursionError):
        return "sequences are nested too deep"
    if isinstance(error, MemoryError):
        return "reading it takes more memory than is allowed"
    return f"the file cannot be read ({type(error).__name__})"  # the message itself could quote the patient


def _remove_derived(folder: Folder) -> None:
    for path in folder.path.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != ORIGINAL:
            path.unlink()
