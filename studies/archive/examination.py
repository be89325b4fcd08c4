"""Examining one file: from bytes of unknown origin to a value the ingest can store."""

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
from .limits import LIMITS, Limits
from .metadata import describe
from .opening import Opened, opened
from .orientation import frame_milliseconds, letters, position
from .pixels import Scale
from .receiving import Received, keep

_PDF = "application/pdf"
_PDF_CLASS = "1.2.840.10008.5.1.4.1.1.104.1"


def examine(source: Source, root: Path, staged: str, *, derived: bool = True, limits: Limits = LIMITS) -> Outcome:
    """Keep a file's bytes in the new folder `staged` (below `root`), read them, and make its derived files.

    With `derived=False` the pixels are left for later: `PixelState.PENDING`, no digest. Nothing that a file contains
    raises here, but a hostile one can still crash or hang the process: `worker` runs this in one that may.
    """
    folder = Folder(root / staged)
    folder.path.mkdir()  # not its parents: a run that was swept away does not come back
    received: Received | None = None
    try:
        with warnings.catch_warnings(action="ignore"):
            received = keep(source, folder.original, limits)
            identity, pictures = study(folder, derived=derived, limits=limits)
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
            kind = _kind_without_pixels(file.ds)
            if derived:
                folder.metadata.write_bytes(describe(file.ds, None, Scale(), 0))
            return Pictures(kind, PixelState.NONE)
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
        remove_derived(folder)
        return replace(described, state=PixelState.UNREADABLE)


def _kind_without_pixels(ds: Dataset) -> InstanceKind:
    is_pdf = text(ds, "SOPClassUID") == _PDF_CLASS or text(ds, "MIMETypeOfEncapsulatedDocument") == _PDF
    return InstanceKind.DOCUMENT if is_pdf and "EncapsulatedDocument" in ds else InstanceKind.OTHER


def _refused(source: Source, staged: str, folder: Folder, received: Received | None, error: Exception) -> Refused:
    if received is None:
        shutil.rmtree(folder.path)
        return Refused(source.name, *reason_and_detail(error))
    remove_derived(folder)
    return Refused(source.name, *reason_and_detail(error), received.size, received.sha256, staged)


def reason_and_detail(error: Exception) -> tuple[QuarantineReason, str]:
    """Why a file cannot be used, in plain English and without anything of the patient."""
    if isinstance(error, RecursionError):
        return QuarantineReason.LIMIT, "sequences are nested too deep"
    if isinstance(error, MemoryError):
        return QuarantineReason.LIMIT, "reading it takes more memory than is allowed"
    if isinstance(error, LimitExceeded):
        return QuarantineReason.LIMIT, str(error)
    if isinstance(error, Incomplete):
        return QuarantineReason.INCOMPLETE, str(error)
    if isinstance(error, Unusable | Undecodable | NotAnInstance):
        return QuarantineReason.UNREADABLE, str(error)
    # The message of a parser's error could quote the patient.
    return QuarantineReason.UNREADABLE, f"the file cannot be read ({type(error).__name__})"


def remove_derived(folder: Folder) -> None:
    """Leave nothing but the original."""
    for path in folder.path.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != ORIGINAL:
            path.unlink()
