"""The program of a worker process: its set-up and then tasks on stdin, answers on stdout.

It knows no database, no settings and no keys. The kernel bounds its memory and, for each task, its processor time; its
parent bounds the time on the clock.
"""

import ctypes
import logging
import os
import resource
import select
import signal
from typing import BinaryIO

from . import wire
from .limits import Limits
from .work import carry_out

_LARGE = 300 * 2**10  # kB resident: a worker that grew this much makes room for a fresh one
_PR_SET_PDEATHSIG = 1


def main(stream: BinaryIO, answers: int) -> None:
    """Work until `stream` ends, nothing comes for a while, or a task has left the process large."""
    setup = wire.read_setup(stream)
    if setup is None:
        return
    if setup.leashed:
        _die_with_parent()
    logging.disable()  # nobody reads it, and parsers quote what they read
    _bound(setup.limits)
    while select.select([stream], [], [], setup.idle_seconds)[0]:
        task = wire.read_task(stream)
        if task is None:
            return
        os.write(answers, wire.BEGUN)
        _allow_processor_seconds(setup.limits.cpu_seconds)
        content = memoryview(wire.packed(carry_out(task, setup.root, setup.limits)))
        while content:
            content = content[os.write(answers, content) :]
        if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > _LARGE:
            return


def _bound(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * limits.file_bytes, 2 * limits.file_bytes))


def _allow_processor_seconds(seconds: int) -> None:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, resource.RLIM_INFINITY))


def _die_with_parent() -> None:
    """Let the kernel kill this process as soon as its parent is gone, whatever it is doing (prctl(2))."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def silenced_output() -> int:
    """The descriptor of stdout for answers alone: codecs in C print to what they think is stdout."""
    answers = os.dup(1)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    return answers


if __name__ == "__main__":
    main(open(0, "rb", buffering=0), silenced_output())  # noqa: SIM115 - for the life of the process
