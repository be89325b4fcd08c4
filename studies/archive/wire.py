"""How tasks and answers travel over the pipes of a worker process: a length, then a pickle.

A worker has read hostile bytes, so what it answers is not trusted: it is unpickled to the plain values below and
nothing else.
"""

import io
import pickle
import struct
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from . import examined, kinds, tasks
from .limits import Limits

BEGUN = b"\x06"  # sent before each answer, when the work on its task begins
_LENGTH = struct.Struct("!L")
LARGEST_ANSWER = 4 * 2**20
_VALUES = {
    (value.__module__, value.__qualname__): value
    for value in (
        *(examined.PersonName, examined.Clinician, examined.Identity, examined.Pictures),
        *(examined.Examined, examined.Skipped, examined.Refused, tasks.Done, tasks.Failed),
        *(kinds.InstanceKind, kinds.PixelState, kinds.QuarantineReason, date, datetime),
    )
}


@dataclass(frozen=True)
class Setup:
    """What a worker is told first. It ends after `idle_seconds` without work; `leashed`, with its parent thread."""

    root: Path
    limits: Limits
    idle_seconds: float
    leashed: bool


class NotAnAnswer(Exception):
    """The worker sent something else than an answer."""


class _Plain(pickle.Unpickler):
    def find_class(self, module_name: str, global_name: str, /) -> Any:
        try:
            return _VALUES[module_name, global_name]
        except KeyError as error:
            raise NotAnAnswer(f"{module_name}.{global_name}") from error


def packed(value: object) -> bytes:
    content = pickle.dumps(value)
    return _LENGTH.pack(len(content)) + content


def read_setup(stream: BinaryIO) -> Setup | None:
    """What the process that started this one sent first; None if it is gone."""
    setup: Setup | None = _from_parent(stream)
    return setup


def read_task(stream: BinaryIO) -> tasks.Task | None:
    """The next task, from the process that started this one; None at the end."""
    task: tasks.Task | None = _from_parent(stream)
    return task


def _from_parent(stream: BinaryIO) -> Any:
    head = _exactly(stream, _LENGTH.size)
    content = _exactly(stream, _LENGTH.unpack(head)[0]) if head else b""
    return pickle.loads(content) if content else None  # noqa: S301 - written by our own parent


def _exactly(stream: BinaryIO, length: int) -> bytes:
    """`length` bytes; none at the end of the stream."""
    received = b""
    while len(received) < length:
        piece = stream.read(length - len(received))
        if not piece:
            return b""
        received += piece
    return received


def answer_in(received: bytes) -> tasks.Answer | None:
    """The answer that `received` holds; None while it is not complete. Raises `NotAnAnswer`."""
    if len(received) < _LENGTH.size:
        return None
    length = _LENGTH.unpack_from(received)[0]
    if length > LARGEST_ANSWER:
        raise NotAnAnswer("too long")
    if len(received) < _LENGTH.size + length:
        return None
    try:
        answer: tasks.Answer = _Plain(io.BytesIO(received[_LENGTH.size :])).load()
    except (pickle.UnpicklingError, EOFError, ValueError, TypeError, IndexError, AttributeError, KeyError) as error:
        raise NotAnAnswer("not to be read") from error
    return answer
