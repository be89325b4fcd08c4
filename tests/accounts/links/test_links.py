"""Links sent by mail."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse

from accounts.links.mails import address_of
from accounts.links.pages import cookie_of, forget, open_link, opened
from accounts.links.services import end_links, forget_links, make, peek, spend
from accounts.models import LinkPurpose, MailLink

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SUBJECT = UUID("11111111-2222-4333-8444-555555555555")
RESET = LinkPurpose.RESET_PASSWORD


def made(at: datetime = NOON, lasts: timedelta = DAY) -> str:
    return make(RESET, SUBJECT, at, lasts)


@pytest.mark.django_db
def test_a_link_leads_to_its_subject_however_often_it_is_looked_at() -> None:
    token = made()

    for _ in range(3):
        link = peek(RESET, token, NOON)
        assert link is not None
        assert link.subject == SUBJECT


@pytest.mark.django_db
def test_only_a_keyed_hash_of_a_token_is_kept() -> None:
    token = made()

    kept = " ".join(str(value) for value in MailLink.objects.values().get().values())
    assert token not in kept
    assert len(MailLink.objects.get().digest) == 64


@pytest.mark.django_db
def test_a_link_is_spent_once() -> None:
    link = peek(RESET, made(), NOON)
    assert link is not None

    assert spend(link, NOON)
    assert not spend(link, NOON)


@pytest.mark.django_db
def test_a_spent_link_opens_nothing() -> None:
    token = made()
    link = peek(RESET, token, NOON)
    assert link is not None
    spend(link, NOON)

    assert peek(RESET, token, NOON) is None


@pytest.mark.django_db
def test_a_link_ends_with_its_time() -> None:
    token = made()
    link = peek(RESET, token, NOON + DAY - timedelta(seconds=1))
    assert link is not None

    assert peek(RESET, token, NOON + DAY) is None
    assert not spend(link, NOON + DAY)


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["", "nothing like a token", "\0", "x" * 5000])
def test_what_was_never_sent_opens_nothing(token: str) -> None:
    made()
    assert peek(RESET, token, NOON) is None


@pytest.mark.django_db
def test_a_link_for_one_thing_is_none_for_another() -> None:
    assert peek(LinkPurpose.REGISTER, made(), NOON) is None


@pytest.mark.django_db
def test_a_link_lives_on_when_the_keys_change(settings: Any) -> None:
    settings.IDENTITY_KEYS = ["old"]
    token = made()

    settings.IDENTITY_KEYS = ["new", "old"]
    assert peek(RESET, token, NOON) is not None
    settings.IDENTITY_KEYS = ["new"]
    assert peek(RESET, token, NOON) is None


@pytest.mark.django_db
def test_others_for_the_same_end_together() -> None:
    first, second = made(), made()
    other = make(RESET, UUID(int=1), NOON, DAY)

    assert end_links(RESET, SUBJECT, NOON) == 2
    assert peek(RESET, first, NOON) is None
    assert peek(RESET, second, NOON) is None
    assert peek(RESET, other, NOON) is not None


@pytest.mark.django_db
def test_links_are_forgotten_a_week_after_their_end() -> None:
    made(NOON - DAY * 9)
    recent = made(NOON - DAY * 7)
    used = peek(RESET, made(NOON, DAY * 90), NOON)
    assert used is not None
    spend(used, NOON)

    assert forget_links(NOON) == 1
    assert forget_links(NOON + DAY * 7) == 2
    assert peek(RESET, recent, NOON) is None


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_spends_a_link() -> None:
    link = peek(RESET, made(), NOON)
    assert link is not None

    def attempt(_: int) -> bool:
        try:
            return spend(link, NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(attempt, range(20))) == 1


def test_an_address_is_the_portals_whatever_host_was_asked(settings: Any) -> None:
    settings.PUBLIC_URL = "https://portal.example"
    settings.ROOT_URLCONF = "tests.accounts.links.urls"

    assert address_of("opening", "abc") == "https://portal.example/opening/abc/"


def coming_with(response: HttpResponse) -> HttpRequest:
    request = HttpRequest()
    request.COOKIES = {name: morsel.value for name, morsel in response.cookies.items() if morsel.value}
    return request


@pytest.mark.django_db
def test_an_opened_link_leaves_the_address_and_stays_with_the_browser() -> None:
    token = made()

    response = open_link(RESET, token, "/reset/", NOON)

    assert (response.status_code, response.headers["Location"]) == (303, "/reset/")
    assert response.headers["Referrer-Policy"] == "no-referrer"
    cookie = response.cookies[cookie_of(RESET)]
    assert token not in cookie.value
    assert cookie["httponly"]
    link = opened(coming_with(response), RESET, NOON + timedelta(minutes=59))
    assert link is not None
    assert link.subject == SUBJECT


@pytest.mark.django_db
def test_a_browser_keeps_a_link_for_an_hour_and_for_its_purpose() -> None:
    request = coming_with(open_link(RESET, made(), "/reset/", NOON))

    assert opened(request, RESET, NOON + timedelta(minutes=61)) is None
    assert opened(request, LinkPurpose.REGISTER, NOON) is None


@pytest.mark.django_db
def test_nothing_a_browser_makes_up_is_an_opened_link() -> None:
    request = HttpRequest()
    assert opened(request, RESET, NOON) is None
    request.COOKIES = {cookie_of(RESET): f"{NOON.timestamp():.0f} {made()}"}
    assert opened(request, RESET, NOON) is None


def test_what_is_not_a_token_is_answered_alike() -> None:
    right, wrong = open_link(RESET, "x" * 43, "/reset/", NOON), open_link(RESET, "é" * 9000, "/reset/", NOON)

    assert (right.status_code, right.headers["Location"]) == (wrong.status_code, wrong.headers["Location"])
    assert len(wrong.cookies[cookie_of(RESET)].value) < 400


def test_a_browser_can_be_told_to_forget() -> None:
    response = HttpResponse()
    forget(response, RESET)
    assert response.cookies[cookie_of(RESET)].value == ""
