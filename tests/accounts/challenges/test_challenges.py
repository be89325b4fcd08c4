"""A token is six digits for one purpose, one subject, one session; once, and for ten minutes."""

import smtplib
import time
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.core import mail

from accounts.challenges import delivery
from accounts.challenges.services import forget_challenges, latest, note_delivery, send, verify
from accounts.challenges.values import SendOutcome, Verification
from accounts.models import AuditAction, AuditEvent, Challenge, ChallengeChannel
from accounts.sms.interfaces import SmsNotSent
from accounts.throttling.limits import WindowLimit
from tests.factories.studies import NOON

from .occasions import NUMBER, Phone, another, occasion

pytestmark = pytest.mark.django_db
SMS, MAIL = ChallengeChannel.SMS, ChallengeChannel.MAIL
MINUTE = timedelta(minutes=1)


@pytest.fixture
def phone() -> Phone:
    return Phone()


def test_the_token_works_once(phone: Phone) -> None:
    anna = occasion()
    assert send(anna, MAIL, "anna@mail.example", phone.words, NOON).outcome is SendOutcome.SENT
    [token] = phone.tokens
    assert token in mail.outbox[0].body
    assert verify(anna, another(token), NOON) is Verification.WRONG
    assert verify(anna, token, NOON + 9 * MINUTE) is Verification.VERIFIED
    assert verify(anna, token, NOON + 9 * MINUTE) is Verification.USED


def test_it_keeps_its_zeros(phone: Phone) -> None:
    anna = occasion()
    send(anna, MAIL, "anna@mail.example", phone.words, NOON, below=lambda _: 42)
    assert phone.tokens == ["000042"]
    assert verify(anna, "42", NOON) is Verification.WRONG
    assert verify(anna, "000042", NOON) is Verification.VERIFIED


def test_it_works_for_ten_minutes(phone: Phone) -> None:
    anna = occasion()
    send(anna, MAIL, "anna@mail.example", phone.words, NOON)
    assert verify(anna, phone.tokens[0], NOON + 10 * MINUTE) is Verification.EXPIRED


def test_only_the_newest_counts_and_only_where_it_was_sent_for(phone: Phone) -> None:
    anna = occasion()
    elsewhere = occasion(anna.subject)
    send(anna, MAIL, "anna@mail.example", phone.words, NOON, below=lambda _: 111111)
    assert verify(elsewhere, "111111", NOON) is Verification.REPLACED
    assert verify(occasion(), "111111", NOON) is Verification.NONE
    send(elsewhere, MAIL, "anna@mail.example", phone.words, NOON, below=lambda _: 222222)
    assert verify(anna, "111111", NOON) is Verification.REPLACED
    assert verify(anna, "222222", NOON) is Verification.REPLACED
    assert verify(elsewhere, "222222", NOON) is Verification.VERIFIED


def test_five_wrong_ones_end_it_and_none_delays_the_next(phone: Phone) -> None:
    anna = occasion()
    send(anna, MAIL, "anna@mail.example", phone.words, NOON)
    wrong = another(phone.tokens[0])
    assert [verify(anna, wrong, NOON) for _ in range(5)] == [Verification.WRONG] * 4 + [Verification.LAST_WRONG]
    assert verify(anna, phone.tokens[0], NOON) is Verification.SPENT


def test_neither_token_nor_recipient_is_kept(phone: Phone) -> None:
    anna = occasion()
    send(anna, MAIL, "Anna@Mail.example", phone.words, NOON)
    verify(anna, another(phone.tokens[0]), NOON)
    rows = str([*Challenge.objects.values(), *AuditEvent.objects.values()])
    assert phone.tokens[0] not in rows
    assert "mail.example" not in rows.lower()


def test_sending_and_refusing_are_audited(phone: Phone) -> None:
    anna = occasion()
    send(anna, MAIL, "anna@mail.example", phone.words, NOON)
    verify(anna, another(phone.tokens[0]), NOON)
    sent, refused = AuditEvent.objects.order_by("pk")
    assert (sent.action, sent.details["channel"]) == (AuditAction.TOKEN_SENT, "mail")
    assert (refused.action, refused.details["reason"]) == (AuditAction.TOKEN_REFUSED, "wrong")
    assert sent.institution == refused.institution == anna.institution
    assert sent.session == anna.session


def test_a_recipient_gets_five_an_hour_whatever_is_opened(phone: Phone) -> None:
    outcomes = [send(occasion(), MAIL, "anna@mail.example", phone.words, NOON).outcome for _ in range(6)]
    assert outcomes == [SendOutcome.SENT] * 5 + [SendOutcome.TOO_MANY]
    sixth = send(occasion(), MAIL, "ANNA@mail.example", phone.words, NOON)
    assert (sixth.outcome, sixth.again_at) == (SendOutcome.TOO_MANY, NOON + 60 * MINUTE)
    assert send(occasion(), MAIL, "bert@mail.example", phone.words, NOON).outcome is SendOutcome.SENT


def test_a_session_waits_half_a_minute_for_the_next(phone: Phone) -> None:
    anna = occasion()
    first = send(anna, MAIL, "anna@mail.example", phone.words, NOON)
    assert first.again_at == NOON + MINUTE / 2
    assert send(anna, MAIL, "anna@mail.example", phone.words, NOON).outcome is SendOutcome.TOO_SOON
    assert send(anna, MAIL, "anna@mail.example", phone.words, NOON + MINUTE / 2).outcome is SendOutcome.SENT
    assert verify(anna, phone.tokens[1], NOON + MINUTE) is Verification.VERIFIED


def test_other_limits_hold_too(phone: Phone) -> None:
    cap = WindowLimit("a day's", 1, timedelta(days=1))
    send(occasion(), MAIL, "anna@mail.example", phone.words, NOON, also=[(cap, "az")])
    late = send(occasion(), MAIL, "bert@mail.example", phone.words, NOON, also=[(cap, "az")])
    assert late.outcome is SendOutcome.TOO_MANY
    assert len(phone.tokens) == 1


def test_a_rotated_key_still_reads_and_a_dropped_one_does_not(phone: Phone, settings: LazySettings) -> None:
    for keys, expected in [(["new", "old"], Verification.VERIFIED), (["new"], Verification.WRONG)]:
        anna = occasion()
        settings.CODE_KEYS = ["old"]
        send(anna, MAIL, f"{uuid4()}@mail.example", phone.words, NOON)
        settings.CODE_KEYS = keys
        assert verify(anna, phone.tokens[-1], NOON) is expected


def test_what_was_sent_is_forgotten_after_a_day(phone: Phone) -> None:
    send(occasion(), MAIL, "anna@mail.example", phone.words, NOON)
    assert forget_challenges(NOON + timedelta(hours=23)) == 0
    assert forget_challenges(NOON + timedelta(hours=24)) == 1


class Carrier:
    """Stands in for a carrier of text messages."""

    def __init__(self, *, refuses: bool = False, takes: float = 0) -> None:
        self.refuses, self.takes = refuses, takes

    def send(self, to: str, text: str, reference: str = "") -> str:
        time.sleep(self.takes)
        if self.refuses:
            raise SmsNotSent("it said no")
        return "SM1"


@pytest.mark.parametrize(
    ("carrier", "outcome"),
    [
        (Carrier(), SendOutcome.SENT),
        (Carrier(refuses=True), SendOutcome.FAILED),
        (Carrier(takes=0.4), SendOutcome.LATE),
    ],
    ids=["takes it", "refuses", "is slow"],
)
def test_what_the_carrier_does_is_said(
    phone: Phone, monkeypatch: pytest.MonkeyPatch, carrier: Carrier, outcome: SendOutcome
) -> None:
    monkeypatch.setattr(delivery, "sms_sender", lambda: carrier)
    monkeypatch.setitem(delivery.SECONDS, SMS, 0.1)
    anna, began = occasion(), time.monotonic()
    assert send(anna, SMS, NUMBER, phone.words, NOON).outcome is outcome
    assert time.monotonic() - began < 0.4
    kept = latest(anna)
    assert kept is not None
    assert (kept.delivery, kept.provider_id) == (outcome.value, "SM1" if outcome is SendOutcome.SENT else "")
    assert verify(anna, phone.tokens[0], NOON) is Verification.VERIFIED, "a late message still opens"


def test_a_mail_server_that_refuses_is_said(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Any) -> int:
        raise smtplib.SMTPRecipientsRefused({})

    monkeypatch.setattr("accounts.challenges.delivery.EmailMessage.send", refuse)
    assert send(occasion(), MAIL, "anna@mail.example", phone.words, NOON).outcome is SendOutcome.FAILED


def test_what_a_carrier_tells_later_is_noted_once_in_whatever_order(phone: Phone) -> None:
    anna = occasion()
    send(anna, MAIL, "anna@mail.example", phone.words, NOON)
    challenge = latest(anna)
    assert challenge is not None
    assert note_delivery(uuid4(), False, NOON) is None
    assert note_delivery(challenge.uuid, False, NOON) == challenge
    assert note_delivery(challenge.uuid, False, NOON) is None, "told twice"
    assert note_delivery(challenge.uuid, True, NOON) is None
    challenge.refresh_from_db()
    assert challenge.delivery == "failed"


def test_a_used_token_needs_no_other_way(phone: Phone) -> None:
    anna = occasion()
    send(anna, MAIL, "anna@mail.example", phone.words, NOON)
    verify(anna, phone.tokens[0], NOON)
    challenge = latest(anna)
    assert challenge is not None
    assert note_delivery(challenge.uuid, False, NOON) is None
