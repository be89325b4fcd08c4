"""`make endurance`: payments and tokens survive kill -9 at 200 random instants."""

from pathlib import Path

from tests.endurance.payments import survive_payment_kills


def test_payments_and_tokens_killed_at_two_hundred_instants(tmp_path: Path) -> None:
    survive_payment_kills(tmp_path, 200)
