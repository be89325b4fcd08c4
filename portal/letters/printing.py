"""Letters and slips as sheets of paper."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ClassVar

from accounts import papers

_TEMPLATE = Path(__file__).resolve().with_name("sheets.typ")


@dataclass(frozen=True)
class Letter:
    """A sheet with an access code. `qr` is an SVG; `steps` are what to do, `desk` whom to ask, line by line."""

    kind: ClassVar[str] = "letter"
    lang: str
    title: str
    institution: str
    date: str
    name: str
    lead: str
    code_label: str
    code: str
    until: str
    qr: str
    qr_alt: str
    steps_title: str
    steps: list[str]
    price_title: str
    price: list[str]
    desk_title: str
    desk: list[str]


@dataclass(frozen=True)
class Slip:
    """A sheet of one-time passwords."""

    kind: ClassVar[str] = "slip"
    lang: str
    title: str
    institution: str
    date: str
    name: str
    lead: str
    passwords: list[str]
    steps_title: str
    steps: list[str]
    desk_title: str
    desk: list[str]


Sheet = Letter | Slip


def pdf_of(sheets: Sequence[Sheet]) -> bytes:
    """One page for each sheet; a text too long for its page goes on to the next."""
    return papers.pdf_of(_TEMPLATE, [{"kind": sheet.kind, **asdict(sheet)} for sheet in sheets])
