"""The work of a worker process."""

import warnings
from pathlib import Path

from . import windows
from .derive import Renderer, decode
from .errors import Undecodable
from .examination import examine, picture, reason_and_detail
from .grey import Window
from .layout import Folder
from .limits import Limits
from .opening import opened
from .render import jpeg
from .tasks import Answer, Derive, Done, Examine, Failed, Task, Windowed


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
