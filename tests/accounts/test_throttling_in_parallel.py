"""A thousand tries at once: the limits hold exactly, and the honest still get in after the wait."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from accounts.throttling.limits import CODE, CODE_ADDRESS, CODE_NETWORK
from accounts.throttling.services import Try, forgive, take, take_all

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
TRIES = 1_000
THREADS = 16


def allowed(tries_of: Callable[[int], Sequence[Try]]) -> int:
    """How many of a thousand parallel tries may be made."""

    def one(number: int) -> bool:
        return take_all(tries_of(number), NOON).allowed

    def closing(numbers: range) -> list[bool]:
        try:
            return [one(number) for number in numbers]
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        chunks = pool.map(closing, (range(start, TRIES, THREADS) for start in range(THREADS)))
        return sum(sum(chunk) for chunk in chunks)


def test_against_one_code_from_many_addresses_five_get_through() -> None:
    assert allowed(lambda n: [(CODE, "code"), (CODE_ADDRESS, f"2001:db8:0:{n:x}::/64")]) == 5
    assert not take(CODE, "code", NOON + timedelta(minutes=14)).allowed
    assert take(CODE, "code", NOON + timedelta(minutes=15)).allowed
    forgive(CODE, "code", NOON + timedelta(minutes=15))
    assert take(CODE, "code", NOON + timedelta(minutes=15)).again_at is None


def test_against_many_codes_from_one_address_thirty_get_through() -> None:
    assert allowed(lambda n: [(CODE, f"code {n}"), (CODE_ADDRESS, "192.0.2.1/32")]) == 30


def test_against_many_codes_from_many_addresses_of_one_network_three_hundred_get_through() -> None:
    def tries(n: int) -> list[Try]:
        return [(CODE, f"code {n}"), (CODE_ADDRESS, f"192.0.2.{n % 250}/32"), (CODE_NETWORK, "192.0.2.0/24")]

    assert allowed(tries) == 300
