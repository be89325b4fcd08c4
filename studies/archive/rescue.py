"""What becomes of a file whose reading ended the worker: its bytes are kept, by copying and nothing else."""

import shutil
from pathlib import Path

from .errors import LimitExceeded, NotAnInstance, Unusable
from .examined import Refused
from .layout import Folder
from .limits import Limits
from .receiving import keep
from .tasks import Answer, Examine, Failed, Task


def answer_for(task: Task, answer: Answer, root: Path, limits: Limits) -> Answer:
    """`answer`, but `Refused` with the original kept where an examination failed."""
    if not isinstance(task, Examine) or not isinstance(answer, Failed):
        return answer
    folder = Folder(root / task.staged)
    shutil.rmtree(folder.path, ignore_errors=True)
    folder.path.mkdir()
    try:
        received = keep(task.source, folder.original, limits)
    except (OSError, Unusable, NotAnInstance, LimitExceeded):
        shutil.rmtree(folder.path)
        return Refused(task.source.name, answer.reason, answer.detail)
    return Refused(task.source.name, answer.reason, answer.detail, received.size, received.sha256, task.staged)
