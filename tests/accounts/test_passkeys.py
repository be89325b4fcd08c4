"""A passkey as the second step and as the only one, and what nobody gets by showing another one."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Passkey, SignIn, User
from accounts.second_factor.passkeys import read_new_credential, verify_passkey
from tests.factories import UserFactory
from tests.factories.accounts import app_of
from tests.factories.passkeys import Authenticator, text

from .door import asked_in_second_step, is_in, options_of, passkey_of, show_passkey, type_password

pytestmark = pytest.mark.django_db

ALONE = "/login/passkey/"


@pytest.fixture
def lena() -> User:
    return UserFactory(username="lena@example.org")


@pytest.fixture
def key() -> Authenticator:
    return Authenticator()


@pytest.fixture
def hers(lena: User, key: Authenticator) -> Passkey:
    return passkey_of(lena, key)


def alone(client: Client, key: Authenticator, holder: User, next_path: str = "") -> Any:
    answer = key.get(options_of(client, f"{ALONE}options/"), holder.uuid)
    return client.post(ALONE, {"credential": answer, "next": next_path})


def test_a_passkey_completes_a_login(client: Client, lena: User, key: Authenticator, hers: Passkey) -> None:
    type_password(client, lena, "/studies/?page=2")
    options = asked_in_second_step(client)
    assert [one["id"] for one in options["allowCredentials"]] == [text(key.number)]
    assert show_passkey(client, key.get(options))["Location"] == "/studies/?page=2"
    assert is_in(client) == lena.uuid
    hers.refresh_from_db()
    assert hers.last_used_at is not None
    assert hers.sign_count == 2


def test_a_passkey_alone_is_a_login(client: Client, lena: User, key: Authenticator, hers: Passkey) -> None:
    assert alone(client, key, lena, "/studies/?page=2")["Location"] == "/studies/?page=2"
    assert is_in(client) == lena.uuid
    assert SignIn.objects.get().factor == "passkey"


def test_alone_the_authenticator_must_have_made_sure_who_holds_it(
    client: Client, lena: User, key: Authenticator, hers: Passkey
) -> None:
    key.verifies = False
    assert "not one of this account" in alone(client, key, lena).content.decode()
    type_password(client, lena)
    assert show_passkey(client, key.get(asked_in_second_step(client))).status_code == 302


def test_alone_it_must_say_whose_it_is(client: Client, lena: User, key: Authenticator, hers: Passkey) -> None:
    assert alone(client, key, UserFactory()).status_code == 200
    answer = key.get(options_of(client, f"{ALONE}options/"))
    assert client.post(ALONE, {"credential": answer}).status_code == 200
    assert is_in(client) is None


@pytest.mark.parametrize("evil", ["//evil.example", "/\\evil.example", "javascript:alert(1)", "/\r\nX: y"])
def test_alone_it_leads_nowhere_else(client: Client, lena: User, key: Authenticator, hers: Passkey, evil: str) -> None:
    assert alone(client, key, lena, evil)["Location"] == "/studies/"


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:8000.evil.example"},
        {"rp_id": "evil.example"},
        {"key": Authenticator().key},
    ],
    ids=["origin", "origin that begins alike", "relying party", "key"],
)
def test_what_was_signed_for_another_page_opens_nothing(
    client: Client, lena: User, key: Authenticator, hers: Passkey, lie: dict[str, Any]
) -> None:
    type_password(client, lena)
    answer = show_passkey(client, replace(key, **lie).get(asked_in_second_step(client)))
    assert "This passkey is not one of this account." in answer.content.decode()
    assert alone(Client(), replace(key, **lie), lena).status_code == 200
    assert is_in(client) is None


def test_another_user_s_passkey_opens_nothing(client: Client, lena: User, key: Authenticator, hers: Passkey) -> None:
    strangers = Authenticator(number=b"another passkey")
    mallory = UserFactory()
    passkey_of(mallory, strangers)
    type_password(client, lena)
    assert show_passkey(client, strangers.get(asked_in_second_step(client), mallory.uuid)).status_code == 200
    assert is_in(client) is None


def test_an_answer_works_once(client: Client, lena: User) -> None:
    key = Authenticator(counts=False)  # as synchronised passkeys: no counter tells a copy
    passkey_of(lena, key)
    type_password(client, lena)
    answer = key.get(asked_in_second_step(client))
    assert show_passkey(client, answer).status_code == 302
    other = Client()
    type_password(other, lena)
    asked_in_second_step(other)
    assert show_passkey(other, answer).status_code == 200
    assert is_in(other) is None


def test_a_challenge_is_good_once_even_for_a_wrong_answer(
    client: Client, lena: User, key: Authenticator, hers: Passkey
) -> None:
    type_password(client, lena)
    options = asked_in_second_step(client)
    show_passkey(client, "{}")
    assert "That took too long" in show_passkey(client, key.get(options)).content.decode()


def test_a_challenge_of_one_purpose_is_none_of_another(
    client: Client, lena: User, key: Authenticator, hers: Passkey
) -> None:
    answer = key.get(options_of(client, f"{ALONE}options/"), lena.uuid)
    type_password(client, lena)
    assert show_passkey(client, answer).status_code == 200
    answer = key.get(asked_in_second_step(client), lena.uuid)
    assert client.post(ALONE, {"credential": answer}).status_code == 200
    assert is_in(client) is None


def test_a_challenge_lasts_five_minutes(client: Client, lena: User, key: Authenticator, hers: Passkey) -> None:
    began = timezone.now()
    with time_machine.travel(began, tick=False):
        options = options_of(client, f"{ALONE}options/")
    with time_machine.travel(began + timedelta(minutes=5), tick=False):
        late = client.post(ALONE, {"credential": key.get(options, lena.uuid)})
    assert "That took too long" in late.content.decode()


def test_a_copy_that_counts_behind_is_refused(client: Client, lena: User, key: Authenticator, hers: Passkey) -> None:
    copy = replace(key)
    assert alone(client, key, lena).status_code == 302
    assert alone(Client(), copy, lena).status_code == 200


def test_a_closed_account_s_passkey_opens_nothing(
    client: Client, lena: User, key: Authenticator, hers: Passkey
) -> None:
    User.objects.filter(pk=lena.pk).update(is_active=False)
    assert alone(client, key, lena).status_code == 200
    assert is_in(client) is None


def test_nobody_guesses_at_passkeys_for_long(lena: User, hers: Passkey) -> None:
    pages = [Client().post(ALONE, {"credential": "{}"}).content.decode() for _ in range(31)]
    assert "too many tries" in pages[-1]


def test_guessing_at_tokens_keeps_nobody_from_a_passkey(
    client: Client, lena: User, key: Authenticator, hers: Passkey
) -> None:
    app_of(lena)
    type_password(client, lena)
    for _ in range(6):
        page = client.post("/login/second-factor/", {"token": "000000"})
    assert "too many tries" in page.content.decode()
    assert show_passkey(client, key.get(asked_in_second_step(client))).status_code == 302


@pytest.fixture
def good(lena: User, key: Authenticator, hers: Passkey) -> tuple[str, str]:
    """An answer that would be accepted, and one that made a passkey."""
    challenge = {"challenge": text(b"0" * 32)}
    return key.get(challenge, lena.uuid), Authenticator(number=b"new").create(challenge)


def test_an_answer_that_is_broken_is_refused_and_breaks_nothing(good: tuple[str, str]) -> None:
    got, made = good

    @settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, len(made)), st.text(max_size=6), st.integers(0, 6))
    def refused(place: int, instead: str, cut: int) -> None:
        broken = got[: place % len(got)] + instead + got[place % len(got) + cut :]
        if broken != got:
            assert verify_passkey(broken, b"1" * 32, timezone.now()) is None
        broken = made[:place] + instead + made[place + cut :]
        assert broken == made or read_new_credential(broken, b"1" * 32) is None

    refused()
    nested = ("[" * 9_000, '{"a":' * 3_000)
    for rubbish in ("", "{}", "[]", "null", "1", '{"id":1}', '{"id":"a","rawId":"a","response":{}}', "\udcff", *nested):
        assert verify_passkey(rubbish, b"0" * 32, timezone.now()) is None
        assert read_new_credential(rubbish, b"0" * 32) is None


@pytest.mark.parametrize(("length", "is_taken"), [(1023, True), (1024, False)])
def test_a_name_of_a_passkey_has_an_end(length: int, is_taken: bool) -> None:
    challenge = b"0" * 32
    made = Authenticator(number=b"n" * length).create({"challenge": text(challenge)})
    assert (read_new_credential(made, challenge) is not None) is is_taken


@pytest.mark.django_db(transaction=True)
def test_one_answer_sent_at_once_in_one_session_is_accepted_once() -> None:
    lena, key = UserFactory(), Authenticator(counts=False)
    passkey_of(lena, key)
    client = Client()
    type_password(client, lena)
    answer, session = key.get(asked_in_second_step(client)), client.cookies["session"].value

    def one(_: int) -> bool:
        copy = Client()
        copy.cookies["session"] = session
        try:
            return bool(show_passkey(copy, answer).get("Location") == "/studies/")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(20))) == 1
