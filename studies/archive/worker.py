"""A worker process as its parent sees it, and a pool of them: a crash or a hang costs one file, not the run."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from . import wire
from .kinds import QuarantineReason
from .limits import LIMITS, Limits
from .rescue import answer_for
from .tasks import Answer, Failed, Task

PROGRAM = "studies.archive.worker_process"
_PROJECT = Path(__file__).resolve().parent.parent.parent
_AHEAD = 32  # answers kept for each worker while an earlier file is still being read
_TASKS_TO_A_TRIED_WORKER = 2
_START_SECONDS = 60.0  # half a second on an idle machine
_FOREVER = 365 * 24 * 3600.0


class Worker:
    """One process, started when the first task comes and again after it ended. One task at a time."""

    def __init__(self, setup: wire.Setup, program: str = PROGRAM) -> None:
        self._setup, self._program = setup, program
        self._process: subprocess.Popen[bytes] | None = None
        self._received, self._at_work = b"", False
        self._tries = 0
        self.task: Task | None = None
        self.deadline = 0.0

    def begin(self, task: Task) -> None:
        """Hand over a task; `fileno` becomes readable when there is something to `collect`."""
        self.task, self._tries = task, 0
        self._send(task)

    @property
    def process_id(self) -> int | None:
        return self._process.pid if self._process else None

    def fileno(self) -> int:
        assert self._process is not None and self._process.stdout is not None  # noqa: PT018, S101 - begun
        return self._process.stdout.fileno()

    def collect(self) -> Answer | None:
        """The answer, or why there is none; None if it is not there yet."""
        assert self.task is not None  # noqa: S101 - begun
        piece = os.read(self.fileno(), 1 << 16)
        if not piece:
            return self._ended()
        if not self._at_work:  # the clock does not count the start of a process
            self._at_work = True
            self.deadline = time.monotonic() + self._setup.limits.wall_seconds
            piece = piece.removeprefix(wire.BEGUN)
        self._received += piece
        try:
            answer = wire.answer_in(self._received)
        except wire.NotAnAnswer:
            self.stop()
            answer = Failed(QuarantineReason.CRASHED, "reading the file upset the program")
        if answer is not None:
            self.task = None
        return answer

    def give_up(self) -> Failed:
        """End a task that takes too long on the clock."""
        self.stop()
        self.task = None
        return Failed(
            QuarantineReason.CRASHED, f"reading the file took longer than {self._setup.limits.wall_seconds:g} s"
        )

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        if self._process is None:
            return
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()
        self._process.wait()
        self._process = None

    def _send(self, task: Task) -> None:
        self._received, self._at_work = b"", False
        self._tries += 1
        self.deadline = time.monotonic() + _START_SECONDS
        try:
            self._write(wire.packed(task))
        except BrokenPipeError:  # it ended by itself since the last task
            self.stop()
            self._write(wire.packed(task))

    def _write(self, content: bytes) -> None:
        if self._process is None:
            self._process = self._started()
            content = wire.packed(self._setup) + content
        assert self._process.stdin is not None  # noqa: S101 - a pipe
        unsent = memoryview(content)
        while unsent:
            unsent = unsent[os.write(self._process.stdin.fileno(), unsent) :]

    def _started(self) -> subprocess.Popen[bytes]:
        environment = {"LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # no keys, no database
        return subprocess.Popen(
            [sys.executable, "-m", self._program],
            cwd=_PROJECT,
            env=environment,
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def _ended(self) -> Failed | None:
        assert self._process is not None and self.task is not None  # noqa: PT018, S101 - begun
        status = self._process.wait()
        self.stop()
        if status == 0 and self._tries < _TASKS_TO_A_TRIED_WORKER:  # left of its own accord as the task came
            self._send(self.task)
            return None
        self.task = None
        if -status == signal.SIGXCPU:
            seconds = self._setup.limits.cpu_seconds
            return Failed(QuarantineReason.LIMIT, f"reading the file took more than {seconds} s of computing")
        return Failed(QuarantineReason.CRASHED, "reading the file crashed the program")


@dataclass
class _Run:
    """One pass over tasks: what is under way by its place in the order, what is done and waits for its turn."""

    begun: int = 0
    given: int = 0
    under_way: dict[int, Worker] = field(default_factory=dict)
    done: dict[int, Answer] = field(default_factory=dict)


class Pool:
    """Workers for tasks below `root`; a context manager that ends them. Not for several threads at once."""

    def __init__(
        self,
        root: Path,
        size: int,
        limits: Limits = LIMITS,
        *,
        idle_seconds: float = _FOREVER,
        leashed: bool = True,
        program: str = PROGRAM,
    ) -> None:
        self._root, self._limits = root, limits
        setup = wire.Setup(root, limits, idle_seconds, leashed)
        self._idle = [Worker(setup, program) for _ in range(size)]
        self._workers = [*self._idle]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        for worker in self._workers:
            worker.stop()

    def answers(self, tasks: Iterable[Task]) -> Iterator[Answer]:
        """One answer a task, in the order of the tasks, whatever worker ends first.

        A file whose reading crashes or exceeds a limit is answered for: `Refused` with its bytes kept, or `Failed`.
        """
        run, waiting = _Run(), iter(tasks)
        try:
            while True:
                self._hand_out(run, waiting)
                if run.given in run.done:
                    yield run.done.pop(run.given)
                    run.given += 1
                elif run.under_way:
                    self._collect(run)
                else:
                    return
        finally:  # whoever stops listening leaves nothing half done behind
            for worker in run.under_way.values():
                worker.stop()
                self._idle.append(worker)

    def answer(self, task: Task) -> Answer:
        return next(iter(self.answers([task])))

    def _hand_out(self, run: _Run, waiting: Iterator[Task]) -> None:
        while self._idle and run.begun - run.given < _AHEAD * len(self._workers):
            task = next(waiting, None)
            if task is None:
                return
            worker = self._idle.pop()
            worker.begin(task)
            run.under_way[run.begun] = worker
            run.begun += 1

    def _collect(self, run: _Run) -> None:
        """Wait for the next answers, or for the first worker whose time is over."""
        first = min(worker.deadline for worker in run.under_way.values())
        ready = select.select([*run.under_way.values()], [], [], max(0.0, first - time.monotonic()))[0]
        late = time.monotonic()
        for place, worker in [*run.under_way.items()]:
            task = worker.task
            assert task is not None  # noqa: S101 - under way
            answer = worker.collect() if worker in ready else worker.give_up() if worker.deadline <= late else None
            if answer is not None:
                del run.under_way[place]
                self._idle.append(worker)
                run.done[place] = answer_for(task, answer, self._root, self._limits)
