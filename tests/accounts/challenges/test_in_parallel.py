"""Fifty at once: a token is used by one, five wrong ones are looked at, and five messages leave."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import connection

from accounts.challenges.services import send, verify
from accounts.challenges.values import SendOutcome, Verification
from accounts.models import AuditAction, AuditEvent, ChallengeChannel
from tests.factories.studies import NOON

from .occasions import Phone, another, occasion

pytestmark = pytest.mark.django_db(transaction=True)
T = TypeVar("T")


def at_once(work: Callable[[int], T], times: int = 50) -> list[T]:
    def closing(number: int) -> T:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(closing, range(times)))


def test_a_token_is_used_by_one() -> None:
    phone, anna = Phone(), occasion()
    send(anna, ChallengeChannel.MAIL, "anna@mail.example", phone.words, NOON)
    verdicts = at_once(lambda _: verify(anna, phone.tokens[0], NOON))
    assert sorted(verdicts, key=str) == sorted([Verification.VERIFIED, *[Verification.USED] * 49], key=str)


def test_five_wrong_ones_are_looked_at() -> None:
    phone, anna = Phone(), occasion()
    send(anna, ChallengeChannel.MAIL, "anna@mail.example", phone.words, NOON)
    wrong = another(phone.tokens[0])
    verdicts = at_once(lambda _: verify(anna, wrong, NOON))
    assert [verdicts.count(one) for one in (Verification.WRONG, Verification.LAST_WRONG, Verification.SPENT)] == [
        4,
        1,
        45,
    ]


def test_five_messages_leave_and_one_token_counts() -> None:
    phone, anna = Phone(), occasion()
    sessions = [occasion(anna.subject) for _ in range(50)]
    sent = at_once(
        lambda number: send(sessions[number], ChallengeChannel.MAIL, "anna@mail.example", phone.words, NOON).outcome
    )
    assert (sent.count(SendOutcome.SENT), sent.count(SendOutcome.TOO_MANY)) == (5, 45)
    assert AuditEvent.objects.filter(action=AuditAction.TOKEN_SENT).count() == 5
    verified = [verify(one, token, NOON) for one in sessions for token in dict.fromkeys(phone.tokens)]
    assert verified.count(Verification.VERIFIED) == 1
