"""What a worker process is asked to do, and what it answers: plain values both ways, without a decoder in sight."""

from dataclasses import dataclass

from .examined import Examined, Pictures, Refused, Skipped, Source
from .kinds import QuarantineReason


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
