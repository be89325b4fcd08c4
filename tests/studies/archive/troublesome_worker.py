"""A worker process that some files get the better of: what a codec could do, by the name of the file."""

import os
import signal
import time
from pathlib import Path

from studies.archive import work, worker_process
from studies.archive.limits import Limits
from studies.archive.tasks import Answer, Examine, Task

carry_out = work.carry_out


def troubled(task: Task, root: Path, limits: Limits) -> Answer:
    name = task.source.name if isinstance(task, Examine) else ""
    match name:
        case "crashes":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "hangs":
            time.sleep(600)
        case "spins":
            while True:
                pass
        case "half done":
            (root / task.staged).mkdir()
            (root / task.staged / "original.dcm").write_bytes(b"half")
            os.abort()
        case "lies":
            os.write(ANSWERS, b"\0\0\0\x10cos\nsystem\n(S'x'\ntR.")
            time.sleep(600)
        case "leaves":
            os._exit(0)
        case "slow":
            time.sleep(0.3)
    return carry_out(task, root, limits)


if __name__ == "__main__":
    setattr(worker_process, "carry_out", troubled)  # noqa: B010 - it is not the module's to offer
    ANSWERS = worker_process.silenced_output()
    worker_process.main(open(0, "rb", buffering=0), ANSWERS)  # noqa: SIM115
