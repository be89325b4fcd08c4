"""The state of one picture component as the template draws it: what is in front, and where each link leads.

Without JavaScript the links are how one moves; with it, `model` is what `front/src/ts/pictures.ts` moves through.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from studies.models import Study

from .pictures import Document, Letters, Picture, SeriesPictures, Stack, StudyPictures, pictures_of
from .selection import Selection

MANY = 10  # from this many single pictures on a series is a volume, whose middle says more than its edge


@dataclass(frozen=True)
class SeriesLink:
    uuid: UUID
    label: str
    count: int
    thumbnail: str
    href: str
    is_current: bool


@dataclass(frozen=True)
class WindowLink:
    slug: str
    label: str
    href: str
    is_current: bool


@dataclass(frozen=True)
class DocumentLink:
    label: str
    href: str


@dataclass(frozen=True)
class Front:
    """The picture in front. `previous` and `next` are empty at the ends, `enlarged` is the largest picture there is."""

    series: str
    position: int
    count: int
    source: str
    width: int
    height: int
    letters: Letters
    previous: str
    next: str
    enlarged: str
    is_film: bool


@dataclass(frozen=True)
class Component:
    """`front` is None where a study has nothing to look at; `query` names what is in front, for other pages' links."""

    study: UUID
    title: str
    front: Front | None
    series: tuple[SeriesLink, ...]
    windows: tuple[WindowLink, ...]
    documents: tuple[DocumentLink, ...]
    unreadable: int
    without_pictures: int
    query: str
    model: dict[str, Any]

    @property
    def model_id(self) -> str:
        return f"model-{self.study}"


def components_of(
    studies: Sequence[Study], query: Mapping[str, str], with_documents: Container[int]
) -> list[Component]:
    """One component per study, in the order given; two queries in all. The caller has asked `studies.access`.

    `with_documents`: the keys of those studies whose documents may be opened too.
    A selection belongs to the study whose series it names; with one study alone it may leave the series out.
    """
    selection = Selection.read(query)
    components = [_component(pictures, selection) for pictures in pictures_of(studies)]
    return [
        component if study.pk in with_documents else replace(component, documents=())
        for study, component in zip(studies, components, strict=True)
    ]


def picture_url(study: UUID, stack: Stack, frame: int, name: str) -> str:
    return reverse("studies:picture", args=[study, stack.instance, frame, name])


def _component(pictures: StudyPictures, selection: Selection) -> Component:
    documents = tuple(_document(pictures.study, document) for document in pictures.documents)
    rest = (documents, pictures.unreadable, pictures.without_pictures)
    if not pictures.series:
        return Component(pictures.study, pictures.title, None, (), (), *rest, "", {})
    series = next((s for s in pictures.series if s.uuid == selection.series), None)
    if series is None:
        series, selection = opening_series(pictures.series), Selection()
    position = min(max(selection.picture or opening_position(series), 1), series.count)
    window = selection.window if any(w.slug == selection.window for w in series.windows) else ""
    return Component(
        pictures.study,
        pictures.title,
        _front(pictures.study, series, position, window),
        tuple(_series_link(pictures.study, each, each is series) for each in pictures.series),
        tuple(_window_link(pictures.study, series, position, each, window) for each in _windows(series)),
        *rest,
        urlencode(_asked(series, position, window)),
        {"base": _base(pictures.study), "series": [_model(each) for each in pictures.series]},
    )


def opening_series(series: Sequence[SeriesPictures]) -> SeriesPictures:
    """The first one that is not merely a scout: with at least half the pictures of the largest."""
    most = max(each.count for each in series)
    return next(each for each in series if each.count * 2 >= most)


def opening_position(series: SeriesPictures) -> int:
    """The middle of a volume, else the first picture."""
    is_volume = len(series.stacks) >= MANY and all(stack.frames == 1 for stack in series.stacks)
    return (series.count + 1) // 2 if is_volume else 1


def _base(study: UUID) -> str:
    return f"{reverse('studies:study', args=[study])}pictures/"


def _front(study: UUID, series: SeriesPictures, position: int, window: str) -> Front:
    picture = series.picture(position)
    stack = picture.stack
    return Front(
        series=series.label,
        position=position,
        count=series.count,
        source=picture_url(study, stack, picture.frame, f"preview-{window}" if window else "preview"),
        width=stack.width,
        height=stack.height,
        letters=stack.letters,
        previous=_href(study, series, position - 1, window) if position > 1 else "",
        next=_href(study, series, position + 1, window) if position < series.count else "",
        enlarged=picture_url(study, stack, picture.frame, _enlarged(picture, window)),
        is_film=bool(stack.milliseconds),
    )


def _enlarged(picture: Picture, window: str) -> str:
    if window:
        return f"preview-{window}"
    return "full" if picture.stack.has_full_size else "preview"


def _series_link(study: UUID, series: SeriesPictures, is_current: bool) -> SeriesLink:
    shown = series.picture(opening_position(series))
    thumbnail = picture_url(study, shown.stack, shown.frame, "thumbnail")
    href = _href(study, series, opening_position(series), "")
    return SeriesLink(series.uuid, series.label, series.count, thumbnail, href, is_current)


def _windows(series: SeriesPictures) -> list[tuple[str, str]]:
    """Slugs and labels, first the window that the file itself names; none where there is no choice."""
    further = [(window.slug, str(window.label)) for window in series.windows]
    return [("", _("Standard")), *further] if further else []


def _window_link(
    study: UUID, series: SeriesPictures, position: int, window: tuple[str, str], current: str
) -> WindowLink:
    slug, label = window
    return WindowLink(slug, label, _href(study, series, position, slug), slug == current)


def _document(study: UUID, document: Document) -> DocumentLink:
    return DocumentLink(document.label, reverse("studies:document", args=[study, document.instance]))


def _href(study: UUID, series: SeriesPictures, position: int, window: str) -> str:
    return f"?{urlencode(_asked(series, position, window))}#pictures-{study}"


def _asked(series: SeriesPictures, position: int, window: str) -> dict[str, str]:
    asked = {"series": str(series.uuid), "picture": str(position)}
    return asked | {"window": window} if window else asked


def _model(series: SeriesPictures) -> dict[str, Any]:
    """Short, for a volume has thousands: each stack is [instance, frames, index of its shape]."""
    shapes: dict[tuple[Any, ...], int] = {}
    stacks = [
        [str(stack.instance), stack.frames, shapes.setdefault(_shape(stack), len(shapes))] for stack in series.stacks
    ]
    return {
        "id": str(series.uuid),
        "label": series.label,
        "opens": opening_position(series),
        "windows": [list(window) for window in _windows(series)],
        "shapes": [list(shape) for shape in shapes],
        "stacks": stacks,
    }


def _shape(stack: Stack) -> tuple[Any, ...]:
    letters = stack.letters
    sides = (letters.left, letters.right, letters.top, letters.bottom)
    return (stack.width, stack.height, stack.has_full_size, stack.milliseconds, *sides)
