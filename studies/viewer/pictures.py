"""What the picture component shows: the series of a study, their pictures in order, what cannot be shown and why.

Whoever calls this has asked `studies.access` first. Two queries, however many studies, series and pictures there are.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from studies.archive import windows
from studies.models import Instance, InstanceKind, Modality, PixelState, Series, Study


@dataclass(frozen=True)
class Letters:
    """Orientation (PS3.3 C.7.6.1.1.1) at the four edges of a picture: `R`, `L`, `A`, `P`, `H`, `F` and their pairs."""

    left: str = ""
    right: str = ""
    top: str = ""
    bottom: str = ""


@dataclass(frozen=True)
class Stack:
    """The pictures of one instance: one, or `frames` of them that play at one each `milliseconds` (0: not a film).

    `width` and `height` are the preview's, in pixels, 0 while it has not been made.
    """

    instance: UUID
    frames: int
    width: int
    height: int
    has_full_size: bool
    letters: Letters
    milliseconds: float


@dataclass(frozen=True)
class Picture:
    """One picture; `frame` counts from 1."""

    stack: Stack
    frame: int


@dataclass(frozen=True)
class SeriesPictures:
    """A series as a person looks through it. `windows` is empty where there is only one way to see it."""

    uuid: UUID
    label: str
    stacks: tuple[Stack, ...]
    windows: tuple[windows.Window, ...]

    @property
    def count(self) -> int:
        return sum(stack.frames for stack in self.stacks)

    def picture(self, position: int) -> Picture:
        """The picture at `position`, counted from 1; the nearest one where there is none."""
        left = max(position, 1)
        for stack in self.stacks:
            if left <= stack.frames:
                return Picture(stack, left)
            left -= stack.frames
        return Picture(self.stacks[-1], self.stacks[-1].frames)


@dataclass(frozen=True)
class Document:
    """A PDF that came with the images; it opens as a download."""

    instance: UUID
    label: str


@dataclass(frozen=True)
class StudyPictures:
    """`unreadable` counts files that no decoder reads, `without_pictures` those that hold something else."""

    study: UUID
    title: str
    series: tuple[SeriesPictures, ...]
    documents: tuple[Document, ...]
    unreadable: int
    without_pictures: int


def title_of(study: Study) -> str:
    """What was made, as a person reads it: the examination's name, else what kind of examination it was."""
    return study.description or study.request.description or str(Modality(study.modality).label)


def pictures_of(studies: Sequence[Study]) -> list[StudyPictures]:
    """What there is to see of each study, in the order given. The studies come with their requests."""
    held: dict[int, list[Series]] = defaultdict(list)
    for series in Series.objects.filter(study__in=studies).order_by("number", "id"):
        held[series.study_id].append(series)
    instances: dict[int, list[Instance]] = defaultdict(list)
    for instance in Instance.objects.filter(series__study__in=studies, replaced_by__isnull=True).defer(
        "sop_class_uid", "transfer_syntax_uid", "pixel_digest", "sha256", "key"
    ):
        instances[instance.series_id].append(instance)
    return [_pictures_of(study, held[study.pk], instances) for study in studies]


def _pictures_of(study: Study, held: list[Series], instances: dict[int, list[Instance]]) -> StudyPictures:
    everything = [instance for series in held for instance in instances[series.pk]]
    shown = (_series(study, series, ordinal, instances[series.pk]) for ordinal, series in enumerate(held, start=1))
    return StudyPictures(
        study=study.uuid,
        title=title_of(study),
        series=tuple(series for series in shown if series.stacks),
        documents=tuple(
            Document(instance.uuid, series.description or _("Document"))
            for series in held
            for instance in instances[series.pk]
            if instance.kind == InstanceKind.DOCUMENT
        ),
        unreadable=sum(instance.pixel_state == PixelState.UNREADABLE for instance in everything),
        without_pictures=sum(instance.kind == InstanceKind.OTHER for instance in everything),
    )


def _series(study: Study, series: Series, ordinal: int, instances: Iterable[Instance]) -> SeriesPictures:
    seen = [
        instance
        for instance in instances
        if instance.kind == InstanceKind.IMAGE
        and instance.frames
        and instance.pixel_state not in (PixelState.UNREADABLE, PixelState.NONE)
    ]
    return SeriesPictures(
        uuid=series.uuid,
        label=series.description or _("Series %(number)s") % {"number": series.number or ordinal},
        stacks=tuple(_stack(instance) for instance in in_order(seen)),
        windows=windows.windows_of(series.modality, series.body_part, f"{series.description} {study.description}"),
    )


def in_order(instances: Sequence[Instance]) -> list[Instance]:
    """By position along the normal where that says something: one orientation and no position twice. Else by number."""
    positions = {instance.position for instance in instances}
    orientations = {(instance.orientation_left, instance.orientation_top) for instance in instances}
    by_position = None not in positions and len(positions) == len(instances) and len(orientations) == 1
    return sorted(
        instances,
        key=lambda instance: (
            instance.position or 0.0 if by_position else 0.0,
            instance.number is None,
            instance.number or 0,
            instance.pk,
        ),
    )


def _stack(instance: Instance) -> Stack:
    return Stack(
        instance=instance.uuid,
        frames=instance.frames,
        width=instance.preview_width,
        height=instance.preview_height,
        has_full_size=instance.has_full_size,
        letters=Letters(
            instance.orientation_left,
            instance.orientation_right,
            instance.orientation_top,
            instance.orientation_bottom,
        ),
        milliseconds=(instance.frame_milliseconds or 0.0) if instance.frames > 1 else 0.0,
    )
