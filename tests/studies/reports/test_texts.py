"""Plain text from outside, in whatever encoding it comes."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studies.reports.texts import LONGEST, UnreadableText, cleaned, decoded


@pytest.mark.parametrize(
    "content",
    [
        "Größe 3 – “klein”.".encode(),
        codecs.BOM_UTF8 + "Größe 3 – “klein”.".encode(),
        codecs.BOM_UTF16_LE + "Größe 3 – “klein”.".encode("utf-16-le"),
        codecs.BOM_UTF16_BE + "Größe 3 – “klein”.".encode("utf-16-be"),
        "Größe 3 – “klein”.".encode("windows-1252"),
    ],
    ids=["UTF-8", "UTF-8 with its mark", "UTF-16, little end first", "UTF-16, big end first", "Windows-1252"],
)
def test_a_text_is_read_in_the_encoding_it_has(content: bytes) -> None:
    assert decoded(content) == "Größe 3 – “klein”."


def test_an_encoding_can_be_named() -> None:
    assert decoded("Перелома нет".encode("iso-8859-5"), "iso-8859-5") == "Перелома нет"
    with pytest.raises(UnreadableText, match="no encoding is called 'klingon'"):
        decoded(b"Qapla'", "klingon")
    with pytest.raises(UnreadableText, match="byte 3 is not utf-8"):
        decoded(b"abc\xff", "utf-8")


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\0\0", b"abc\x81\xff", codecs.BOM_UTF16_LE + b"\x00\xd8"])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableText):
        decoded(content)


def test_a_text_has_a_bound() -> None:
    assert len(decoded(b"a" * LONGEST)) == LONGEST
    with pytest.raises(UnreadableText, match="larger than"):
        decoded(b"a" * (LONGEST + 1))
    with pytest.raises(UnreadableText, match="at most"):
        cleaned("a" * (LONGEST + 1))


def test_line_ends_are_one_kind_and_control_characters_go() -> None:
    assert cleaned("\r\n  Thorax:  \r\tnormal.\x0bA\x1b[31mB\x00\x9f\fEnd\n\n") == "  Thorax:\n\tnormal.A[31mB\nEnd"


@given(st.binary(max_size=300))
def test_any_bytes_are_clean_text_or_refused(content: bytes) -> None:
    try:
        text = decoded(content)
    except UnreadableText:
        return
    assert text == cleaned(text)
    assert all(character.isprintable() or character in "\n\t" or ord(character) > 0x9F for character in text)
