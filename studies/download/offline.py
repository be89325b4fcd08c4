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
class Offline:
    """`originals` and `report` are paths in the ZIP, empty for what is not in it; `not_shown` counts files."""

    head: Head
    series: Sequence[OfflineSeries]
    originals: str
    report: str
    not_shown: int


def offline_page(page: Offline) -> bytes:
    """The page in the reader's language."""
    context = {"page": page, "language": get_language() or "en"}
    return render_to_string("studies/download/index.html", context).encode()
