"""What a page says before somebody takes something away: what there is, and how large."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

from studies.access import Seen
from studies.archive.layout import folder_of
from studies.models import Instance
from studies.viewer.pictures import title_of

from .sums import has_pictures, picture_path


@dataclass(frozen=True)
class Keep:
    """One study. Sizes in bytes, within one part in a hundred of the ZIP's; 0 for what is not to be had."""

    study: UUID
    title: str
    everything: int
    pictures: int
    report: bool


def keeps_of(seen: Sequence[Seen]) -> list[Keep]:
    """What may be taken away of these studies, those of which nothing may be left out. One query."""
    shown = [study.pk for study, grant in seen if grant.images.allowed]
    sizes = _sizes(shown)
    keeps = [
        Keep(study.uuid, title_of(study), sum(sizes[study.pk]), sizes[study.pk][1], grant.report.allowed)
        for study, grant in seen
    ]
    return [keep for keep in keeps if keep.everything or keep.report]


@dataclass(frozen=True)
class Together:
    """All of a request in one file. `missing`: the titles of what is not in it. Sizes as above, `report` likewise."""

    everything: int
    pictures: int
    report: bool
    missing: tuple[str, ...]


def together_of(seen: Sequence[Seen], keeps: Sequence[Keep]) -> Together | None:
    """What these studies of one request are in one file; None where there is one study alone, or no images."""
    inside = {keep.study for keep in keeps if keep.everything}
    if len(seen) < 2 or not inside:
        return None
    return Together(
        everything=sum(keep.everything for keep in keeps),
        pictures=sum(keep.pictures for keep in keeps),
        report=any(keep.report for keep in keeps),
        missing=tuple(title_of(study) for study, _grant in seen if study.uuid not in inside),
    )


def _sizes(studies: Sequence[int]) -> dict[int, tuple[int, int]]:
    """The bytes of each study's originals, and of its pictures as JPEG."""
    sizes: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    asked = Instance.objects.filter(series__study__in=studies, replaced_by__isnull=True)
    for instance in asked.select_related("series").only(
        "key", "size", "kind", "pixel_state", "frames", "has_full_size", "series__study"
    ):
        originals, pictures = sizes[instance.series.study_id]
        sizes[instance.series.study_id] = originals + instance.size, pictures + _pictures_size(instance)
    return sizes


def _pictures_size(instance: Instance) -> int:
    """What is not made yet counts as nothing: it is made when it is wanted."""
    if not has_pictures(instance):
        return 0
    folder = folder_of(Path(settings.ARCHIVE_ROOT), instance.key)
    return sum(_size(picture_path(instance, folder, number)) for number in range(1, instance.frames + 1))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
