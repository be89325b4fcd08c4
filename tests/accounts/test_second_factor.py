"""An authenticator app: its secret is kept encrypted, its tokens follow the standard."""

from datetime import UTC, datetime

import pytest
from cryptography.fernet import InvalidToken
from pytest_django import Settings

from accounts.models import TotpDevice, User
from accounts.second_factor.factors import has_second_factor
from accounts.second_factor.services import add_totp
from accounts.second_factor.totp import secret_of, step_of, token_at, verify_totp
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)


@pytest.fixture
def lena() -> User:
    return UserFactory()


@pytest.mark.parametrize(
    ("seconds", "token"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_tokens_are_those_of_the_standard(seconds: int, token: str) -> None:
    """RFC 6238, appendix B, the last six of its eight digits; the secret is "12345678901234567890"."""
    moment = datetime.fromtimestamp(seconds, UTC)
    assert token_at("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", step_of(moment)) == token


@pytest.mark.parametrize(("steps", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off(lena: User, steps: int, accepted: bool) -> None:
    secret = add_totp(lena, "phone")
    device = verify_totp(lena, token_at(secret, step_of(NOON) + steps), NOON)
    assert (device is not None) is accepted


def test_the_secret_is_not_in_the_table_and_comes_back_under_any_live_key(lena: User, settings: Settings) -> None:
    settings.FIELD_KEYS = ["old"]
    secret = add_totp(lena, "phone")
    device = TotpDevice.objects.get()
    assert secret not in device.encrypted_secret
    settings.FIELD_KEYS = ["new", "old"]
    assert secret_of(device) == secret
    settings.FIELD_KEYS = ["new"]
    with pytest.raises(InvalidToken):
        secret_of(device)


def test_either_of_two_apps_will_do_and_another_s_will_not(lena: User) -> None:
    phone, tablet = add_totp(lena, "phone"), add_totp(lena, "tablet")
    strangers = add_totp(UserFactory(), "phone")
    assert verify_totp(lena, token_at(phone, step_of(NOON)), NOON)
    assert verify_totp(lena, token_at(tablet, step_of(NOON)), NOON)
    assert not verify_totp(lena, token_at(strangers, step_of(NOON)), NOON)


def test_an_app_that_was_never_confirmed_opens_nothing(lena: User) -> None:
    secret = add_totp(lena, "phone")
    TotpDevice.objects.update(confirmed=False)
    assert not has_second_factor(lena)
    assert not verify_totp(lena, token_at(secret, step_of(NOON)), NOON)


def test_the_way_around_through_the_library_is_closed(lena: User) -> None:
    secret = add_totp(lena, "phone")
    assert TotpDevice.objects.get().verify_token(token_at(secret, step_of(NOON))) is False
