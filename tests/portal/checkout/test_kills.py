"""Payments and tokens survive kill -9; `make endurance` tries many more instants."""

from pathlib import Path

from tests.endurance.payments import survive_payment_kills


def test_payments_and_tokens_killed_at_three_instants(tmp_path: Path) -> None:
    survive_payment_kills(tmp_path, 3)
