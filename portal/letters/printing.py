"""Sheets of paper as PDF/UA (ISO 14289-1), made with typst in memory."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar

import typst

_FOLDER = Path(__file__).resolve().parent
_PLAIN = 0x250  # below it lie Latin letters, which the typeface has all of
_PROBE = b'#set document(title: "-")\n#set text(font: "Libertinus Serif")\n#sys.inputs.text'


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
    contents = [{"kind": sheet.kind} | _printable(asdict(sheet)) for sheet in sheets]
    compiler = typst.Compiler(_FOLDER / "sheets.typ", root=_FOLDER, font_paths=_fonts())
    sys_inputs = {"sheets": json.dumps(contents, ensure_ascii=False)}
    pdf = compiler.compile(format="pdf", sys_inputs=sys_inputs, pdf_standards=["ua-1"])
    assert isinstance(pdf, bytes)  # noqa: S101 - only pictures come in several
    return pdf


@cache
def _fonts() -> typst.Fonts:
    """The typefaces that typst carries; the machine's own only where those lack a character."""
    return typst.Fonts(include_system_fonts=True)


def _printable(fields: dict[str, object]) -> dict[str, object]:
    """Without characters that no typeface here has: PDF/UA forbids a sign that stands for nothing (§7.21.8)."""
    return {name: value if name == "qr" else _known(value) for name, value in fields.items()}


def _known(value: object) -> object:
    if isinstance(value, list):
        return [_known(line) for line in value]
    return "".join(sign for sign in str(value) if ord(sign) < _PLAIN or _is_known(sign)).strip()


@cache
def _is_known(sign: str) -> bool:
    compiler = typst.Compiler(_PROBE, font_paths=_fonts())
    try:
        compiler.compile(format="pdf", sys_inputs={"text": sign}, pdf_standards=["ua-1"])
    except typst.TypstError:
        return False
    return True
