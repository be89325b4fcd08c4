"""Reports as radiologists write them, in four languages, and dates as letters write them."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from portal.templatetags.days import clock, day, month, short_day, weekday
from portal.templatetags.reports import sections


def headings(text: str) -> list[str]:
    return [section.heading for section in sections(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Findings: normal.\nConclusion: normal.", ["Findings", "Conclusion"]),
        ("FINDINGS\nNormal.\nCONCLUSION\nNormal.", ["Findings", "Conclusion"]),
        ("Klinische inlichtingen: hoofdpijn.\nBesluit:\nNormaal.", ["Klinische inlichtingen", "Besluit"]),
        ("RENSEIGNEMENTS CLINIQUES : céphalées\n\nRésultats :\nNormal.", ["Renseignements cliniques", "Résultats"]),
        ("Befund:\nUnauffällig.\nBeurteilung: gut.", ["Befund", "Beurteilung"]),
        ("Left knee:\nNormal.", ["Left knee"]),
    ],
)
def test_headings_are_recognised(text: str, expected: list[str]) -> None:
    assert headings(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "No haemorrhage.",
        "The following was seen: a cyst.",
        "MRI",
        "- 3 mm nodule",
        "Dr E. Lambert",
        "Seen by:Dr X is fine",
    ],
)
def test_what_is_no_heading_stays_text(text: str) -> None:
    assert headings(text) == [""]
    assert sections(text)[0].paragraphs == [text]


def test_no_word_is_lost_and_lines_stay_lines() -> None:
    text = "CT HEAD\n\nFindings: one\ntwo\n\nthree\r\nConclusion:\nfour"
    assert [(section.heading, section.paragraphs) for section in sections(text)] == [
        ("CT HEAD", []),
        ("Findings", ["one\ntwo", "three"]),
        ("Conclusion", ["four"]),
    ]


def test_an_empty_report_has_no_sections() -> None:
    assert sections(" \n\n ") == []


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["18 November 2026", "November 2026", "18/11/2026", "13:05"]),
        ("nl", ["18 november 2026", "november 2026", "18-11-2026", "13:05"]),
        ("fr", ["18 novembre 2026", "novembre 2026", "18/11/2026", "13:05"]),
        ("de", ["18. November 2026", "November 2026", "18.11.2026", "13:05"]),
    ],
)
def test_dates_are_written_as_the_language_writes_them(language: str, expected: list[str]) -> None:
    moment = datetime(2026, 11, 18, 12, 5, tzinfo=UTC)
    with translation.override(language):
        assert [day(moment), month(moment), short_day(moment), clock(moment)] == expected


def test_a_day_begins_where_the_portal_stands() -> None:
    late = datetime(2026, 11, 18, 23, 30, tzinfo=UTC)
    with translation.override("en"):
        assert day(late) == "19 November 2026"
        assert weekday(date(2026, 11, 18)) == "Wednesday 18 November 2026"


def test_no_date_is_no_words() -> None:
    assert [day(None), month(None), short_day(None), weekday(None), clock(None)] == [""] * 5
