"""Which ways a token can take: never the code's own, and only what the institution holds and allows."""

import pytest

from accounts.models import ChallengeChannel
from portal.patient_login.second_factor.forms import TokenForm
from portal.patient_login.second_factor.ways import chosen_way, ways_of
from portal.patient_login.second_factor.words import words_for
from studies.models import AccessCode, CodeChannel, Institution, Patient, PatientSecondFactor, Request
from tests.factories.studies import NOON

from .house import ADDRESS, NONE, NUMBER, OTP, SMS, first_six

LETTER, BY_SMS, BY_MAIL = CodeChannel.LETTER, CodeChannel.SMS, CodeChannel.MAIL


def code_of(asks: PatientSecondFactor, sent_by: CodeChannel = LETTER, **settings: object) -> AccessCode:
    institution = Institution(patient_second_factor=asks, **settings)
    patient = Patient(institution=institution, mobile=NUMBER, mail=ADDRESS, birth_year=1951)
    return AccessCode(request=Request(institution=institution, patient=patient), sent_by=sent_by)


@pytest.mark.parametrize(
    ("asks", "sent_by", "settings", "ways"),
    [
        (NONE, LETTER, {}, []),
        (SMS, LETTER, {}, ["sms"]),
        (SMS, LETTER, {"mail_when_sms_fails": True}, ["sms", "mail"]),
        (SMS, BY_SMS, {}, ["mail"]),
        (SMS, BY_MAIL, {"mail_when_sms_fails": True}, ["sms"]),
        (OTP, LETTER, {}, ["mail"]),
        (OTP, LETTER, {"otp_by_mail": False}, []),
        (OTP, BY_SMS, {}, ["mail"]),
        (OTP, BY_MAIL, {}, ["sms"]),
        (SMS, LETTER, {"sms_countries": "NL"}, []),
        (SMS, LETTER, {"sms_countries": "nl, be"}, ["sms"]),
    ],
)
def test_a_code_and_its_token_never_travel_alike(
    asks: PatientSecondFactor, sent_by: CodeChannel, settings: dict[str, object], ways: list[str]
) -> None:
    found = ways_of(code_of(asks, sent_by, **settings), NOON)
    assert [way.channel for way in found] == ways
    assert all(NUMBER not in repr(way) and ADDRESS not in repr(way) for way in found)


def test_the_chosen_way_is_one_that_there_is() -> None:
    ways = ways_of(code_of(SMS, mail_when_sms_fails=True), NOON)
    assert chosen_way(ways, "") == chosen_way(ways, "sms") == chosen_way(ways, "+32499999999") == ways[0]
    assert chosen_way(ways, "mail") == ways[1]
    assert chosen_way(ways, "slip") is None
    assert chosen_way([], "sms") is None


@pytest.mark.parametrize(
    ("typed", "token"),
    [
        ("123456", "123456"),
        (" 123 456 ", "123456"),
        ("1234-5678", "12345678"),
        ("١٢٣٤٥٦", "123456"),
        ("１２３４５６", "123456"),
    ],
)
def test_typing_is_forgiven(typed: str, token: str) -> None:
    form = TokenForm({"token": typed})
    assert form.is_valid()
    assert form.cleaned_data["token"] == token


@pytest.mark.parametrize("channel", list(ChallengeChannel))
def test_a_message_has_no_medical_word_and_the_token_first(channel: ChallengeChannel) -> None:
    message = words_for(channel, "040302")
    assert first_six(message.text) == "040302"
    assert "040302" not in message.subject
    for word in ("hospital", "image", "examination", "report", "patient"):
        assert word not in (message.subject + message.text).lower()
    if channel is ChallengeChannel.SMS:
        assert len(message.text) <= 160
