"""A letter carries a code, says what to do, and gives nothing away."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import translation

from accounts.audit.actor import SYSTEM
from portal.letters.printing import pdf_of
from portal.letters.words import letter_with, slip_with
from studies.access_codes.services import IssuedCode, issue
from studies.models import PatientSecondFactor
from tests.factories import PatientFactory, RequestFactory, StudyFactory
from tests.factories.scripts import CLAIM, SAYS_SO, UNPRINTABLE, without_further_typefaces
from tests.factories.studies import NOON

from .paper import Sheet, read

pytestmark = pytest.mark.django_db


def issued_for(name: str = "Peeters^Anna", /, **settings: object) -> IssuedCode:
    patient = PatientFactory(name_alphabetic=name, institution__name="AZ Sint-Example")
    for field, value in settings.items():
        setattr(patient.institution, field, value)
    request = RequestFactory(patient=patient, description="MRI of the breast")
    StudyFactory(request=request, description="MRI of the breast", body_part="BREAST")
    return issue(request, SYSTEM, NOON)


def printed(issued: IssuedCode) -> Sheet:
    [sheet] = read(pdf_of([letter_with(issued, NOON)]))
    return sheet


def test_a_letter_has_the_code_a_link_and_the_desk() -> None:
    issued = issued_for(desk_hours="Monday to Friday, 8 to 17")
    sheet = printed(issued)
    assert f"Access code {issued.text} Works until 18 December 2026." in sheet.words
    assert sheet.qr == [f"{settings.PUBLIC_URL}/p/{issued.text.replace('-', '')}"]
    assert "Anna Peeters" in sheet.words
    assert "+32 2 555 01 00 Monday to Friday, 8 to 17" in sheet.words
    assert [f" {number}. " in sheet.words for number in (1, 2, 3, 4, 5, 6)] == [True] * 5 + [False]


def test_a_letter_tells_no_birth_date_no_examination_and_no_number_of_the_request() -> None:
    issued = issued_for()
    words = printed(issued).words.lower()
    for secret in (
        "1951",
        "14 sept",
        "mri",
        "breast",
        "radiolog",
        "image",
        str(issued.code.request).lower(),
    ):
        assert secret not in words


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "whoever has it and knows your date of birth sees what you see"),
        ({"patient_second_factor": PatientSecondFactor.SMS}, "A token comes to your mobile phone by SMS"),
        ({"patient_second_factor": PatientSecondFactor.OTP}, "Type a one-time password"),
    ],
)
def test_a_letter_says_what_the_page_will_ask(settings: dict[str, object], said: str) -> None:
    assert said in printed(issued_for(**settings)).words


def test_how_to_have_it_for_nothing_stands_above_the_price() -> None:
    words = printed(issued_for(price_minor=1250, free_copy_text="Ask the desk for a CD.", price_text="Upkeep.")).words
    assert "You pay once." in words
    assert words.index("Ask the desk for a CD.") < words.index("12.50") < words.index("Upkeep.")


@pytest.mark.parametrize(
    ("language", "month"), [("nl", "18 december 2026"), ("fr", "18 décembre 2026"), ("de", "Dezember")]
)
def test_a_letter_speaks_the_patients_language(language: str, month: str) -> None:
    issued = issued_for()
    issued.code.request.patient.language = language
    with translation.override("en"):
        assert month in printed(issued).words
        assert translation.get_language() == "en"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Nuñez^Zoë", "Zoë Nuñez"),
        ("Δημητρίου^Ἑλένη", "Δημητρίου"),
        ('#panic("x")^$a$ *b* @c', '$a$ *b* @c #panic("x")'),
        ("洪^Gildong", "Gildong"),
        ("\U000f0000^\ue000", "Your access code"),
    ],
)
def test_a_name_is_printed_as_it_is_and_never_stops_a_letter(name: str, shown: str) -> None:
    assert shown in printed(issued_for(name)).words


@pytest.mark.parametrize("name", UNPRINTABLE.values(), ids=UNPRINTABLE)
def test_a_name_that_cannot_be_printed_gives_a_letter_that_says_so_and_opens_the_door(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_further_typefaces(monkeypatch)
    issued = issued_for(name)
    pdf = pdf_of([letter_with(issued, NOON)])
    [sheet] = read(pdf)
    assert SAYS_SO in sheet.words
    assert issued.text in sheet.words
    assert sheet.qr == [f"{settings.PUBLIC_URL}/p/{issued.text.replace('-', '')}"]
    assert CLAIM not in pdf


def test_a_slip_says_so_too(monkeypatch: pytest.MonkeyPatch) -> None:
    without_further_typefaces(monkeypatch)
    issued = issued_for(UNPRINTABLE["Khmer"])
    [sheet] = read(pdf_of([slip_with(issued.code, ["12345678"] * 5, NOON)]))
    assert SAYS_SO in sheet.words
    assert sheet.words.count("1234 5678") == 5


def test_one_name_among_many_spoils_no_other_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    without_further_typefaces(monkeypatch)
    codes = [issued_for("Peeters^Anna"), issued_for(UNPRINTABLE["Amharic"]), issued_for("Nuñez^Zoë")]
    sheets = read(pdf_of([letter_with(issued, NOON) for issued in codes]))
    assert [SAYS_SO in sheet.words for sheet in sheets] == [False, True, False]


def test_many_letters_are_one_document_with_a_code_each() -> None:
    codes = [issued_for() for _ in range(3)]
    codes[1].code.request.patient.language = "nl"
    sheets = read(pdf_of([letter_with(issued, NOON) for issued in codes]))
    assert [issued.text in sheet.words for issued, sheet in zip(codes, sheets, strict=True)] == [True] * 3
    assert len({sheet.qr[0] for sheet in sheets}) == 3


def test_a_document_is_made_for_screen_readers_and_names_nobody() -> None:
    issued = issued_for()
    pdf = pdf_of([letter_with(issued, NOON)])
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert b"Peeters" not in pdf
    assert issued.text.encode() not in pdf
    assert b"CreationDate" not in pdf


def test_a_slip_has_five_passwords_and_no_code() -> None:
    issued = issued_for()
    passwords = [f"1234567{number}" for number in range(5)]
    [sheet] = read(pdf_of([slip_with(issued.code, passwords, NOON + timedelta(days=1))]))
    assert all(f"1234 567{number}" in sheet.words for number in range(5))
    assert issued.text not in sheet.words
    assert sheet.qr == []


def test_a_desk_without_a_number_is_named_all_the_same() -> None:
    assert printed(issued_for(desk_phone="")).words.endswith("The desk of AZ Sint-Example")
