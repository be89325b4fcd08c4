"""The page `index.html` of a ZIP: whose pictures they are, and the pictures, without a network."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.translation import get_language

from studies.overview.people import Head


@dataclass(frozen=True)
class OfflinePicture:
    """`source` is its path in the ZIP, never made of a patient's or a hospital's words."""

    source: str
    width: int
    height: int


@dataclass(frozen=True)
class OfflineSeries:
    """A series as the page shows it; `opening` counts from 1."""

    label: str
    pictures: Sequence[OfflinePicture]
    opening: int

    @property
    def first_shown(self) -> OfflinePicture:
        return self.pictures[self.opening - 1]


@dataclass(frozen=True)
class OfflineExamination:
    """One study. `not_shown` counts files that hold no picture, or one that cannot be shown."""

    head: Head
    series: Sequence[OfflineSeries]
    not_shown: int


@dataclass(frozen=True)
class Offline:
    """`examinations`: at least one. `originals` and `report` are paths in the ZIP, empty for what is not in it.

    `missing`: what else was made for the request and is not in the ZIP.
    """

    examinations: Sequence[OfflineExamination]
    originals: str
    report: str
    missing: Sequence[Head]

    @property
    def head(self) -> Head:
        return self.examinations[0].head

    @property
    def title(self) -> str:
        return " · ".join(dict.fromkeys(each.head.title for each in self.examinations))

    @property
    def has_several(self) -> bool:
        return len(self.examinations) > 1

    @property
    def not_shown(self) -> int:
        return sum(each.not_shown for each in self.examinations)


def offline_page(page: Offline) -> bytes:
    """The page in the reader's language."""
    context = {"page": page, "language": get_language() or "en"}
    return render_to_string("studies/download/index.html", context).encode()
