"""A slow request of the same browser writes its session last: what another request took meanwhile stays taken."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import SessionKind, User
from accounts.sessions.store import SessionStore
from tests.accounts.door import options_of, passkey_of
from tests.factories import UserFactory
from tests.factories.accounts import log_in
from tests.factories.passkeys import Authenticator

pytestmark = pytest.mark.django_db


@pytest.fixture
def key() -> str:
    store = SessionStore()
    store.begin(SessionKind.VISITOR, timezone.now(), content={"challenge": "c", "kept": 1, "gone": 2})
    assert store.session_key is not None
    return store.session_key


def test_what_was_taken_does_not_come_back(key: str) -> None:
    slow, quick = SessionStore(key), SessionStore(key)
    assert slow["challenge"] == "c"
    assert quick.take("challenge") == "c"
    slow["note"] = "something else"
    slow.save()
    assert SessionStore(key).take("challenge") is None
    assert SessionStore(key)["note"] == "something else"


def test_two_requests_keep_what_each_of_them_noted(key: str) -> None:
    one, other = SessionStore(key), SessionStore(key)
    one["one"], other["other"] = 1, 2
    del other["gone"]
    other["kept"] = 3
    one.save()
    other.save()
    assert dict(SessionStore(key).items()) == {"challenge": "c", "kept": 3, "one": 1, "other": 2}


def test_whoever_took_something_can_note_something_too(key: str) -> None:
    store, other = SessionStore(key), SessionStore(key)
    other["other"] = 2
    store["one"] = 1
    assert store.take("challenge") == "c"
    other.save()
    store.save()
    assert dict(SessionStore(key).items()) == {"kept": 1, "gone": 2, "one": 1, "other": 2}


def test_a_passkey_s_answer_is_not_good_twice_before_what_matters(client: Client) -> None:
    """An authenticator that does not count signs once; the challenge alone says that it was used."""
    lena: User = UserFactory()
    authenticator = Authenticator(counts=False)
    log_in(client, lena, passkey_of(lena, authenticator))
    answer = {"way": "passkey", "credential": authenticator.get(options_of(client, "/login/again/passkey/"))}
    slow = SessionStore(client.cookies["session"].value)
    slow["a notice"] = "of a page that loads slowly"
    assert client.post("/login/again/?way=passkey", answer)["Location"] == "/studies/"
    slow.save()
    again = client.post("/login/again/?way=passkey", answer)
    assert "That took too long." in again.content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_take_while_twenty_write_one_has_it() -> None:
    store = SessionStore()
    store.begin(SessionKind.VISITOR, timezone.now(), content={"challenge": "c"})
    key = store.session_key

    def write(number: int) -> None:
        try:
            mine = SessionStore(key)
            mine[f"note {number}"] = number
            mine.save()
        finally:
            connection.close()

    def take(_: int) -> bool:
        try:
            return SessionStore(key).take("challenge") is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        written = [pool.submit(write, number) for number in range(20)]
        taken = list(pool.map(take, range(20)))
        for future in written:
            future.result()
    assert sum(taken) == 1
    assert dict(SessionStore(key).items()) == {f"note {number}": number for number in range(20)}
