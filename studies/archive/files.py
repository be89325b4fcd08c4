"""The file of what somebody may see. Whoever asks has been let in by `studies.access`; what is missing is made first.

None stands for what is not there and cannot be made. Where the file lies there, it costs one look at the file system.
"""

import hashlib
from pathlib import Path

from django.db.models import QuerySet

from studies.models import Instance, InstanceKind, Series, Study

from . import windows
from .gathering import gather
from .kinds import PixelState
from .layout import Folder, folder_of, metadata_of
from .rebuilding import extract_document, make_window, rebuild, root
from .writing import write_atomically

_THROUGH = "preview-"


def picture(instance: Instance, number: int, name: str) -> Path | None:
    """A JPEG of a frame (counted from 1): `thumbnail`, `preview`, `full`, or `preview-bone` and the like.

    None also for `full` where the preview is as large.
    """
    if not _has(instance, number):
        return None
    if name.startswith(_THROUGH):
        return _through(instance, number, name.removeprefix(_THROUGH))
    if name == "full" and instance.pixel_digest and not instance.has_full_size:
        return None
    folder = _folder(instance)
    paths = {"thumbnail": folder.thumbnail(number), "preview": folder.preview(number), "full": folder.full(number)}
    return _derived(instance, paths[name]) if name in paths else None


def frame(instance: Instance, number: int) -> Path | None:
    """A frame (counted from 1) as HTJ2K lossless, normalised as `pixels` says."""
    return _derived(instance, _folder(instance).frame(number)) if _has(instance, number) else None


def document(instance: Instance) -> Path | None:
    """The PDF of an encapsulated document."""
    path = _folder(instance).document
    if instance.kind != InstanceKind.DOCUMENT:
        return None
    return path if _is_there(path) or extract_document(instance) else None


def original(instance: Instance) -> Path:
    """The file as it was received."""
    return _folder(instance).original


def series_metadata(series: Series) -> Path:
    """The gzipped DICOM JSON of a series' instances, in the order of their numbers."""
    return _gathered(series, Instance.objects.filter(series=series))


def study_metadata(study: Study) -> Path:
    """The gzipped DICOM JSON of all instances of a study, series after series."""
    return _gathered(study, Instance.objects.filter(series__study=study))


def is_complete(instance: Instance) -> bool:
    """Everything that is derived when a file arrives lies there."""
    folder = _folder(instance)
    expected = [folder.metadata]
    if instance.kind == InstanceKind.IMAGE and instance.pixel_digest:
        kinds = [folder.frame, folder.preview, folder.thumbnail, *([folder.full] if instance.has_full_size else [])]
        expected += [kind(number) for number in range(1, instance.frames + 1) for kind in kinds]
    return all(_is_there(path) for path in expected)


def _has(instance: Instance, number: int) -> bool:
    shown = instance.kind == InstanceKind.IMAGE and instance.pixel_state in (PixelState.PENDING, PixelState.READY)
    return shown and 1 <= number <= instance.frames


def _folder(instance: Instance) -> Folder:
    return folder_of(root(), instance.key)


def _is_there(path: Path) -> bool:
    """Not empty either: derived files are not flushed one by one; a power cut can leave a name without its bytes."""
    try:
        return path.stat().st_size > 0
    except FileNotFoundError:
        return False


def _derived(instance: Instance, path: Path) -> Path | None:
    if not _is_there(path):
        rebuild(instance)
    return path if _is_there(path) else None


def _through(instance: Instance, number: int, slug: str) -> Path | None:
    """In Hounsfield units, which only CT has: elsewhere nobody is offered it, and no worker is kept busy with it."""
    if windows.window(slug) is None or not windows.windows_of(instance.series.modality, ""):
        return None
    path = _folder(instance).window(slug, number)
    return path if _is_there(path) or make_window(instance, number, slug) else None


def _gathered(of: Series | Study, instances: QuerySet[Instance]) -> Path:
    """The name of the file says what it was made of, so that no older one is ever taken for it."""
    ordered = list(instances.filter(replaced_by__isnull=True).order_by("series__number", "series", "number", "pk"))
    contents = hashlib.sha256("".join(instance.key for instance in ordered).encode()).hexdigest()[:16]
    path = metadata_of(root(), of.institution.uuid, of.uuid, contents)
    if not _is_there(path):
        described = [each for each in (_derived(instance, _folder(instance).metadata) for instance in ordered) if each]
        write_atomically(path, gather(described))
        for older in path.parent.glob(f"{of.uuid}-*.json.gz"):
            if older != path:
                older.unlink(missing_ok=True)
    return path
