"""A paper is made whatever somebody is called; where no typeface has a character, it says so."""

from pathlib import Path

import pypdfium2
import pytest
import typst

from accounts.papers import pdf_of
from tests.factories.scripts import CLAIM, SAYS_SO, UNPRINTABLE, without_further_typefaces

NAMES = """#set document(title: "-")
#for paper in json(bytes(sys.inputs.papers)) { page[#paper.name #paper.note] }
"""


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page for each name, on a machine without typefaces of its own."""
    without_further_typefaces(monkeypatch)
    path = tmp_path / "names.typ"
    path.write_text(NAMES)
    return path


def pages(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def paper(name: str, lang: str = "en") -> dict[str, object]:
    return {"name": name, "lang": lang}


@pytest.mark.parametrize("name", ["Zoë Nuñez", "Ἑλένη Δημητρίου", "Łukasz Żółć", "Ольга", '#panic("x") $a$ *b*'])
def test_what_can_be_printed_keeps_the_claim_and_says_nothing(template: Path, name: str) -> None:
    pdf = pdf_of(template, [paper(name)])
    assert CLAIM in pdf
    assert pages(pdf) == [name]


@pytest.mark.parametrize("name", UNPRINTABLE.values(), ids=UNPRINTABLE)
def test_what_cannot_be_printed_gives_up_the_claim_and_says_so(template: Path, name: str) -> None:
    pdf = pdf_of(template, [paper(name)])
    assert CLAIM not in pdf
    [words] = pages(pdf)
    assert words.endswith(SAYS_SO)


def test_of_several_papers_only_the_one_with_boxes_says_so_in_its_own_language(template: Path) -> None:
    papers = [paper("Anna"), paper(UNPRINTABLE["Khmer"], "nl"), paper("Zoë"), paper(UNPRINTABLE["Amharic"])]
    said = pages(pdf_of(template, papers))
    assert [said[0], said[2]] == ["Anna", "Zoë"]
    assert SAYS_SO in said[3]
    assert said[1]


def test_the_same_paper_is_the_same_file_with_and_without_boxes(template: Path) -> None:
    for name in ("Anna", UNPRINTABLE["an emoji"]):
        assert pdf_of(template, [paper(name)], 1_700_000_000) == pdf_of(template, [paper(name)], 1_700_000_000)


def test_a_template_that_is_wrong_is_not_taken_for_a_missing_character(template: Path) -> None:
    template.write_text("#panic()")
    with pytest.raises(typst.TypstError):
        pdf_of(template, [paper("Anna")])
