"""What was found in a file is stored in English and shown in the reader's language."""

import ast
from collections.abc import Iterator

import pytest
from django.utils import translation

from studies.admin.findings import SENTENCES, in_words, sentence_of
from tests.programs import ROOT

# Where each of these takes what was found: the place among its arguments.
TOLD_BY = {
    "Damaged": 0,
    "Incomplete": 0,
    "LimitExceeded": 0,
    "Unusable": 0,
    "_TooMuch": 0,
    "Quarantine": 1,
    "Failed": 1,
    "Refused": 2,
}


def as_stored(told: ast.expr) -> str | None:
    """A text as it would be stored, each figure a 7; None for what is not written out there."""
    match told:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in values)
    return None


def told_in(tree: ast.Module) -> Iterator[str]:
    """Everything that a module says of files that cannot be used."""
    for node in ast.walk(tree):
        told: ast.expr | None = None
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=arguments) if name in TOLD_BY:
                told = arguments[TOLD_BY[name]] if len(arguments) > TOLD_BY[name] else None
            case ast.Tuple(elts=[ast.Attribute(value=ast.Name(id="QuarantineReason")), second]):
                told = second
        text = as_stored(told) if told is not None else None
        if text is not None:
            yield text


def test_everything_that_is_said_of_a_file_can_be_translated() -> None:
    modules = [path for room in ("archive", "ingest") for path in (ROOT / "studies" / room).rglob("*.py")]
    said = {text for path in modules for text in told_in(ast.parse(path.read_text()))}
    assert len(said) > 40
    assert [text for text in sorted(said) if sentence_of(text) is None] == []


@pytest.mark.parametrize(
    "sentence",
    ["the file is cut short", "a ZIP with too many members", "a ZIP that expands to too much", "The first one stays."],
)
def test_what_is_said_by_a_name_is_known_too(sentence: str) -> None:
    assert sentence in SENTENCES


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("the file is larger than 512 MB", ["The file is larger than 512 MB"]),
        ("4096 × 300000 pixels are more than is decoded here", ["4096 × 300000 pixels are more than is decoded here"]),
        ("Patient id here: 51 09 14.", ["Patient id here: 51 09 14."]),
        ("Its content differs; the first one stays.", ["Its content differs; the first one stays."]),
        ("name: Peters^Anna → Peeters^Anna; sex: – → F", ["Name: Peters^Anna → Peeters^Anna", "Sex: – → F"]),
        ("what an older version said", ["What an older version said"]),
        ("", [""]),
    ],
)
def test_a_detail_is_shown_part_by_part(stored: str, shown: list[str]) -> None:
    with translation.override("en"):
        assert in_words(stored) == shown


def test_figures_stand_in_the_sentence_of_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    dutch = {"the file is larger than %(size)s MB": "het bestand is groter dan %(size)s MB"}
    monkeypatch.setattr("studies.admin.findings.gettext", lambda sentence: dutch[sentence])
    assert in_words("the file is larger than 512 MB") == ["Het bestand is groter dan 512 MB"]
