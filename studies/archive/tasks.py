"""What a worker process is asked to do, and what it answers: plain values both ways."""

import warnings
from dataclasses import dataclass
from pathlib import Path

from . import windows
from .derive import Renderer, decode
from .errors import Undecodable
from .examination import examine, picture, reason_and_detail
from .examined import Examined, Pictures, Refused, Skipped, Source
from .grey import Window
from .kinds import QuarantineReason
from .layout import Folder
from .limits import Limits
from .opening import opened
from .render import jpeg


@dataclass(frozen=True)
class Examine:
    """`examination.examine`; answers an `Outcome`."""

    source: Source
    staged: str
    derived: bool = True


@dataclass(frozen=True)
class Derive:
    """Make all derived files of the instance at `key` anew in the folder `staged`; answers `Pictures`."""

    key: str
    staged: str


@dataclass(frozen=True)
class Windowed:
    """Make one preview (frame counted from 1) of the instance at `key` through a usual window; answers `Done`."""

    key: str
    staged: str
    frame: int
    window: str


@dataclass(frozen=True)
class Extract:
    """Take the PDF out of the instance at `key`; answers `Done`."""

    key: str
    staged: str


@dataclass(frozen=True)
class Done:
    """The file asked for lies in `staged`, where `layout.Folder` has it."""


@dataclass(frozen=True)
class Failed:
    """It could not be done."""

    reason: QuarantineReason
    detail: str


Task = Examine | Derive | Windowed | Extract
Answer = Examined | Skipped | Refused | Pictures | Done | Failed


def carry_out(task: Task, root: Path, limits: Limits) -> Answer:
    """Do `task` in this process, below `root`; what a file contains raises nothing."""
    if isinstance(task, Examine):
        return examine(task.source, root, task.staged, derived=task.derived, limits=limits)
    source, target = Folder(root / task.key), Folder(root / task.staged)
    target.path.mkdir()
    try:
        with warnings.catch_warnings(action="ignore"):
            if isinstance(task, Derive):
                with opened(source, limits) as file:
                    return picture(file, target, derived=True, limits=limits)
            if isinstance(task, Windowed):
                _through_window(task, source, target, limits)
            else:
                _extract(source, target, limits)
    except Exception as error:  # noqa: BLE001 - hostile bytes in foreign parsers raise anything; the reason is answered
        return Failed(*reason_and_detail(error))
    return Done()


def _through_window(task: Windowed, source: Folder, target: Folder, limits: Limits) -> None:
    chosen = windows.window(task.window)
    with opened(source, limits) as file:
        pictures = file.pictures(limits)
        if chosen is None or pictures is None or pictures.shape.colour or task.frame > pictures.shape.frames:
            raise Undecodable("there is no such picture")
        kept = source.frame(task.frame)
        frame = decode(kept) if kept.exists() else pictures.frame(task.frame - 1)
        window = Window(chosen.center, chosen.width)
        made = jpeg(Renderer(file.ds, pictures).through(window, frame, task.frame - 1))
    path = target.window(task.window, task.frame)
    path.parent.mkdir(parents=True)
    path.write_bytes(made)


def _extract(source: Folder, target: Folder, limits: Limits) -> None:
    with opened(source, limits) as file:
        document = file.ds.get("EncapsulatedDocument")
        length = file.ds.get("EncapsulatedDocumentLength")
    if not isinstance(document, bytes) or not document.startswith(b"%PDF-"):
        raise Undecodable("there is no PDF in it")
    if isinstance(length, int) and length <= len(document):
        document = document[:length]
    target.document.write_bytes(document)
