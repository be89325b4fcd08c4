"""What a stranger tries at the professionals' door, and does not get."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import get_hasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.login.next_page import safe_next
from accounts.models import AuditAction, AuditEvent, Session, SessionKind, User
from accounts.second_factor.totp import verify_totp
from accounts.throttling.limits import LOGIN_NETWORK
from accounts.throttling.services import take
from tests.factories import UserFactory, totp_of
from tests.factories.accounts import PASSWORD, app_of

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def lena() -> User:
    user = UserFactory(username="lena@example.org")
    app_of(user)
    UserFactory(username="closed@example.org", is_active=False)
    locked = UserFactory(username="unusable@example.org")
    locked.set_unusable_password()
    locked.save()
    return user


@pytest.fixture
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-18T12:00:00Z", tick=False) as traveller:
        yield traveller


def try_password(client: Client, username: str, password: str = "wrong horse", **extra: str) -> str:
    form = {"username": username, "password": password}
    answer = client.post("/login/", form, headers=extra)
    return answer.get("Location") or answer.content.decode().replace(username, "…")


STRANGERS = ["nobody@example.org", "closed@example.org", "unusable@example.org", "no address at all", "' OR 1=1 --"]


@pytest.mark.parametrize("username", STRANGERS)
def test_the_answer_is_the_same_whatever_was_wrong(lena: User, username: str) -> None:
    def without_token(page: str) -> str:
        return page.split('name="csrfmiddlewaretoken"')[0] + page.rsplit("</form>", 1)[-1]

    right_name = try_password(Client(), "lena@example.org")
    assert "do not belong together" in right_name
    assert without_token(try_password(Client(), username)) == without_token(right_name)
    assert without_token(try_password(Client(), username, PASSWORD)) == without_token(right_name)


def counting(method: Callable[..., Any], calls: list[str]) -> Callable[..., Any]:
    """The method, noting each call."""

    def noted(*args: Any) -> Any:
        calls.append(method.__name__)
        return method(*args)

    return noted


@pytest.mark.parametrize("username", STRANGERS)
def test_the_work_is_the_same_whatever_was_wrong(lena: User, username: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hashes: list[str] = []
    hasher = type(get_hasher())
    for name in ("encode", "verify"):
        monkeypatch.setattr(hasher, name, counting(getattr(hasher, name), hashes))

    def work(name: str) -> tuple[int, int]:
        hashes.clear()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            try_password(Client(), name)
        return len(hashes), len(queries)

    assert work(username) == work("lena@example.org")


def test_after_five_wrong_passwords_the_page_says_when_the_next_try_works(
    lena: User, noon: time_machine.Traveller
) -> None:
    pages = [try_password(Client(), "lena@example.org") for _ in range(5)]
    assert "try again at" not in pages[3]
    assert "You can try again at 13:01." in pages[4]
    assert "too many tries" in try_password(Client(), "lena@example.org", PASSWORD)
    noon.shift(MINUTE)
    assert try_password(Client(), "lena@example.org", PASSWORD) == "/login/second-factor/"


def test_an_unknown_account_is_throttled_alike(noon: time_machine.Traveller) -> None:
    pages = [try_password(Client(), "nobody@example.org") for _ in range(6)]
    assert "You can try again at 13:01." in pages[4]
    assert "too many tries" in pages[5]


def test_case_and_spaces_make_no_second_account_to_guess_at(lena: User) -> None:
    for name in ["lena@example.org", "LENA@example.org", " lena@example.org", "Lena@Example.org", "lenA@example.org "]:
        try_password(Client(), name)
    assert "too many tries" in try_password(Client(), "lena@example.org")


def test_a_stranger_who_keeps_failing_does_not_keep_the_owner_out_of_a_browser_she_used(
    lena: User, noon: time_machine.Traveller
) -> None:
    hers = Client()
    try_password(hers, "lena@example.org", PASSWORD)
    hers.post("/login/second-factor/", {"token": totp_of(lena)})
    hers.post("/logout/")
    for _ in range(50):
        try_password(Client(), "lena@example.org")
    assert "too many tries" in try_password(Client(), "lena@example.org", PASSWORD)
    assert try_password(hers, "lena@example.org", PASSWORD) == "/login/second-factor/"


def test_a_known_browser_is_known_for_its_own_account_only_and_is_throttled_too(lena: User) -> None:
    hers = Client()
    try_password(hers, "lena@example.org", PASSWORD)
    hers.post("/login/second-factor/", {"token": totp_of(lena)})
    hers.post("/logout/")
    for _ in range(5):
        try_password(hers, "lena@example.org")
    assert "too many tries" in try_password(hers, "lena@example.org", PASSWORD)
    other = UserFactory()
    for _ in range(5):
        try_password(Client(), other.username)
    assert "too many tries" in try_password(hers, other.username, PASSWORD)


def test_one_address_fails_thirty_times_an_hour_at_whatever_account(noon: time_machine.Traveller) -> None:
    for n in range(30):
        assert "do not belong together" in try_password(Client(), f"nobody{n}@example.org")
    assert "You can try again at 14:00." in try_password(Client(), "nobody30@example.org")


@pytest.mark.parametrize(
    ("network", "inside", "outside"),
    [("192.0.2.0/24", "192.0.2.77", "198.51.100.1"), ("2001:db8:1::/48", "2001:db8:1:2::3", "2001:db8:2::1")],
)
def test_a_network_fails_three_hundred_times_an_hour_from_whatever_address(
    network: str, inside: str, outside: str
) -> None:
    for _ in range(300):
        take(LOGIN_NETWORK, network, timezone.now())
    assert "too many tries" in try_password(Client(REMOTE_ADDR=inside), "nobody@example.org")
    assert "do not belong together" in try_password(Client(REMOTE_ADDR=outside), "nobody@example.org")


def test_failures_are_audited_with_the_account_but_without_what_was_typed(lena: User) -> None:
    try_password(Client(), "lena@example.org")
    try_password(Client(), "my password by mistake")
    known, unknown = AuditEvent.objects.filter(action=AuditAction.LOGIN_FAILED).order_by("pk")
    assert known.details == {"step": "password", "account": str(lena.uuid)}
    assert unknown.details == {"step": "password", "account": None}


@pytest.mark.parametrize(
    "evil",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "///evil.example",
        "https://evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "\n//evil.example",
        "/\n/evil.example",
        "evil",
        "",
        "studies/",
    ],
)
def test_a_login_never_leads_out_of_the_portal(evil: str) -> None:
    assert safe_next(evil) == "/studies/"


@pytest.mark.parametrize("path", ["/studies/", "/admin/?q=1", "/studies/7c9e6679-7425-40de-944b-e07fc1f90ae7/#report"])
def test_a_login_leads_to_any_page_within(path: str) -> None:
    assert safe_next(path) == path


def test_a_planted_next_address_is_not_followed(client: Client, lena: User) -> None:
    client.post("/login/", {"username": lena.username, "password": PASSWORD, "next": "//evil.example/"})
    assert client.post("/login/second-factor/", {"token": totp_of(lena)})["Location"] == "/studies/"


def test_a_key_planted_before_the_login_opens_nothing_after_it(client: Client, lena: User) -> None:
    thief = Client()
    try_password(thief, "lena@example.org", PASSWORD)
    planted = thief.cookies["session"].value
    client.cookies["session"] = planted
    try_password(client, "lena@example.org", PASSWORD)
    halfway = client.cookies["session"].value
    client.post("/login/second-factor/", {"token": totp_of(lena)})
    assert len({planted, halfway, client.cookies["session"].value}) == 3
    for stolen in (planted, halfway):
        thief.cookies["session"] = stolen
        assert thief.get("/login/").status_code == 200
    assert Session.objects.get().kind == SessionKind.ACCOUNT


def test_a_password_alone_opens_nothing(client: Client, lena: User) -> None:
    try_password(client, "lena@example.org", PASSWORD)
    assert client.get("/login/").status_code == 200
    assert not Session.objects.filter(kind=SessionKind.ACCOUNT).exists()


def test_half_a_login_ends_when_the_account_is_closed_or_the_password_changed(client: Client, lena: User) -> None:
    try_password(client, "lena@example.org", PASSWORD)
    lena.set_password("another long pass phrase")
    lena.save()
    assert client.get("/login/second-factor/")["Location"] == "/login/"
    other = Client()
    try_password(other, "lena@example.org", "another long pass phrase")
    User.objects.update(is_active=False)
    assert other.post("/login/second-factor/", {"token": totp_of(lena)})["Location"] == "/login/"


def test_half_a_login_cannot_be_finished_twice(client: Client, lena: User) -> None:
    try_password(client, "lena@example.org", PASSWORD)
    copy = Client()
    copy.cookies["session"] = client.cookies["session"].value
    client.post("/login/second-factor/", {"token": totp_of(lena)})
    assert copy.post("/login/second-factor/", {"token": totp_of(lena)})["Location"] == "/login/"


def test_a_token_works_once(lena: User) -> None:
    token = totp_of(lena)
    first, second = Client(), Client()
    for client in (first, second):
        try_password(client, "lena@example.org", PASSWORD)
    assert first.post("/login/second-factor/", {"token": token}).status_code == 302
    assert "was used already" in second.post("/login/second-factor/", {"token": token}).content.decode()


def test_a_token_older_than_one_that_worked_does_not_work(lena: User) -> None:
    at = timezone.now()
    with time_machine.travel(at, tick=False):
        earlier = totp_of(lena)
        with time_machine.travel(at + MINUTE, tick=False):
            later = totp_of(lena)
        assert verify_totp(lena, later, at + MINUTE)
        assert not verify_totp(lena, earlier, at)


def test_wrong_tokens_make_one_wait_even_with_the_password(lena: User, noon: time_machine.Traveller) -> None:
    token = f"{(int(totp_of(lena)) + 1) % 10**6:06}"
    for _ in range(5):
        client = Client()
        try_password(client, "lena@example.org", PASSWORD)
        answer = client.post("/login/second-factor/", {"token": token}).content.decode()
    assert "You can try again at 13:01." in answer
    assert "too many tries" in client.post("/login/second-factor/", {"token": totp_of(lena)}).content.decode()
    noon.shift(MINUTE)
    assert client.post("/login/second-factor/", {"token": totp_of(lena)}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_one_token_sent_fifty_times_at_once_works_once() -> None:
    user = UserFactory()
    token, at = totp_of(user), timezone.now()

    def one(_: int) -> bool:
        try:
            return verify_totp(user, token, at) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(50))) == 1
