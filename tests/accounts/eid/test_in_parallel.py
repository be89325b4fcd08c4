"""Many at once: a number is used by one, and a card is bound to one account."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.eid import nonces
from accounts.eid.certificates import holder_of
from accounts.eid.refusals import Reason, Refused
from accounts.eid.services import bind
from accounts.models import EidCard, User
from tests.factories import UserFactory

from .authority import Authority

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_number_is_spent_by_one() -> None:
    at, session = timezone.now(), uuid4()
    nonces.give(session, at)

    def spend(_: int) -> bool:
        try:
            nonces.spend(session, at)
        except Refused as refused:
            return refused.reason is not Reason.NONCE_USED
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(spend, range(50))) == 1


def test_a_card_is_bound_to_one_account() -> None:
    at, holder = timezone.now(), holder_of(Authority().card().certificate)

    def bind_to(user: User) -> Reason | None:
        try:
            bind(user, holder, SYSTEM, at)
        except Refused as refused:
            return refused.reason
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(bind_to, [UserFactory() for _ in range(8)]))
    assert sorted(answers, key=str) == sorted([None, *[Reason.TAKEN] * 7], key=str)
    assert EidCard.objects.count() == 1
