"""The account page: who one is here, what one wishes, another password, other numbers."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.conf import LazySettings, settings
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.login.remembering import remember_browser
from accounts.models import (
    AuditAction,
    AuditEvent,
    ClaimState,
    IdentifierClaim,
    IdentifierKind,
    News,
    Physician,
    PhysicianIdentifier,
    RememberedBrowser,
    User,
)
from accounts.registration.claims import accept_claim, refuse_claim
from accounts.service_desk.services import add_identifier
from tests.accounts.door import is_in
from tests.accounts.recovery.letters import told
from tests.accounts.registration.applicants import registered
from tests.factories import PhysicianFactory, UserFactory
from tests.factories.accounts import PASSWORD, app_of, log_in

pytestmark = pytest.mark.django_db
NEW = "copper lantern by the ferry"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-18T12:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def dubois() -> Physician:
    physician: Physician = PhysicianFactory(
        user__username="lena@example.org", user__first_name="Lena", user__last_name="Dubois", practice="Rue Haute 1"
    )
    add_identifier(physician, "BE", IdentifierKind.RIZIV, "11234578004", SYSTEM, timezone.now())
    return physician


@pytest.fixture
def hers(client: Client, dubois: Physician) -> Client:
    log_in(client, dubois.user)
    return client


def page_of(client: Client, path: str = "/account/") -> str:
    return client.get(path).content.decode()


def test_it_shows_who_she_is_and_leads_to_everything(hers: Client) -> None:
    page = page_of(hers)
    for shown in ("Dr Lena Dubois", "lena@example.org", "RIZIV/INAMI 11234578004", "Rue Haute 1"):
        assert shown in page
    for way in ("mail", "phone", "numbers", "password", "devices", "sessions", "eid", "close"):
        assert f'href="/account/{way}/"' in page


def test_the_header_leads_here_from_every_page(hers: Client) -> None:
    assert 'href="/account/">Account</a>' in page_of(hers, "/studies/")
    assert 'href="/account/" aria-current="page">Account</a>' in page_of(hers, "/account/mail/")


def test_a_name_is_not_hers_to_change(hers: Client, dubois: Physician) -> None:
    hers.post("/account/", {"first_name": "Eve", "language": "en", "news": "none", "practice": ""})
    dubois.user.refresh_from_db()
    assert dubois.user.first_name == "Lena"


def test_somebody_who_is_no_physician_has_neither_practice_nor_numbers(client: Client) -> None:
    log_in(client, UserFactory())
    assert "Practice" not in page_of(client)
    assert client.get("/account/numbers/").status_code == 404


def test_there_is_no_e_id_elsewhere_than_in_belgium(hers: Client, settings: LazySettings) -> None:
    settings.ENVIRONMENT = "NL"
    settings.ENVIRONMENTS = {"NL": "http://localhost:8000"}
    assert "/account/eid/" not in page_of(hers)


def test_her_wishes_are_kept_and_the_page_speaks_her_language(hers: Client, dubois: Physician) -> None:
    answer = hers.post("/account/", {"language": "fr", "news": "daily", "practice": "Rue Basse 2"})
    assert answer.status_code == 302
    dubois.refresh_from_db()
    user = User.objects.get(pk=dubois.user_id)
    assert (user.language, user.news, dubois.practice) == ("fr", News.DAILY, "Rue Basse 2")
    assert '<html lang="fr"' in page_of(hers)
    row = AuditEvent.objects.get(action=AuditAction.RECORD_CHANGED, actor=user.uuid)
    assert row.details["change"] == "own details: language, news, practice"


def test_saving_what_was_there_changes_nothing(hers: Client) -> None:
    hers.post("/account/", {"language": "en", "news": "none", "practice": "Rue Haute 1"})
    assert not AuditEvent.objects.filter(actor__isnull=False).exists()


@pytest.mark.parametrize("wrong", [{"language": "xx"}, {"news": "hourly"}, {"practice": "x" * 501}])
def test_what_is_no_choice_is_not_kept(hers: Client, dubois: Physician, wrong: dict[str, str]) -> None:
    typed = {"language": "nl", "news": "daily", "practice": ""} | wrong
    assert hers.post("/account/", typed).status_code == 200
    assert User.objects.get(pk=dubois.user_id).language == "en"


def test_without_a_csrf_token_nothing_is_kept(dubois: Physician) -> None:
    client = Client(enforce_csrf_checks=True)
    log_in(client, dubois.user)
    for path in ("/account/", "/account/password/", "/account/numbers/", "/account/data/", "/account/close/"):
        assert client.post(path).status_code == 403
    assert User.objects.get(pk=dubois.user_id).is_active


def test_asking_for_the_page_costs_the_same_with_many_numbers(
    hers: Client, dubois: Physician, django_assert_max_num_queries: object
) -> None:
    page_of(hers)
    for n in range(8):
        PhysicianIdentifier.objects.create(physician=dubois, country="NL", kind="big", value=f"1234567890{n}")
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        page_of(hers)


# Another password


def change(client: Client, old: str = PASSWORD, new: str = NEW) -> object:
    return client.post("/account/password/", {"old": old, "password": new, "again": new})


def test_with_the_old_password_she_chooses_another_one(hers: Client, dubois: Physician) -> None:
    elsewhere = Client()
    log_in(elsewhere, dubois.user)
    remember_browser(dubois.user, app_of(dubois.user), "Firefox", SYSTEM, timezone.now())
    assert change(hers)["Location"] == "/account/"  # type: ignore[index]
    dubois.user.refresh_from_db()
    assert dubois.user.check_password(NEW)
    assert (is_in(hers), is_in(elsewhere)) == (dubois.user.uuid, None)
    assert not RememberedBrowser.objects.exists()
    assert told("lena@example.org") == ["Your password was changed"]


def test_a_wrong_old_password_changes_nothing_and_soon_waits(hers: Client, dubois: Physician) -> None:
    for _ in range(5):
        page = change(hers, "wrong horse").content.decode()  # type: ignore[attr-defined]
        assert "not your present password" in page
    assert "You can try again at 13:01." in page
    assert "too many tries" in change(hers).content.decode()  # type: ignore[attr-defined]
    dubois.user.refresh_from_db()
    assert dubois.user.check_password(PASSWORD)
    assert mail.outbox == []


@pytest.mark.parametrize("weak", ["short", "passwordpassword", "123456789012345"])
def test_a_weak_one_is_refused(hers: Client, dubois: Physician, weak: str) -> None:
    assert change(hers, new=weak).status_code == 200  # type: ignore[attr-defined]
    dubois.user.refresh_from_db()
    assert dubois.user.check_password(PASSWORD)


@pytest.mark.parametrize("path", ["/account/password/", "/account/close/", "/account/data/"])
def test_sensitive_deeds_want_a_second_factor_once_more(
    hers: Client, dubois: Physician, path: str, noon: time_machine.Traveller
) -> None:
    noon.shift(11 * MINUTE)
    answer = hers.post(path, {"old": PASSWORD, "password": NEW, "again": NEW})
    assert answer["Location"].startswith("/login/again/")
    user = User.objects.get(pk=dubois.user_id)
    assert user.is_active
    assert user.check_password(PASSWORD)


# Numbers


def claim(client: Client, **typed: str) -> object:
    said = {"replaces": "", "register": "riziv", "number": "1-23456-85-004", "looked_at": ""} | typed
    return client.post("/account/numbers/", said)


def test_a_number_that_she_adds_waits_for_the_service_desk(hers: Client, dubois: Physician) -> None:
    assert claim(hers, register="big", number="12345678901").status_code == 302  # type: ignore[attr-defined]
    waiting = IdentifierClaim.objects.get()
    assert (waiting.physician, waiting.value, waiting.state) == (dubois, "12345678901", ClaimState.WAITING)
    assert dubois.identifiers.count() == 1
    assert "waiting for the service desk" in page_of(hers, "/account/numbers/")
    assert "1 waits for the service desk" in page_of(hers)


def test_the_number_of_a_registration_waits_here_too_and_is_not_withdrawn_alone(client: Client) -> None:
    registration = registered(at=timezone.now())
    assert registration.user is not None
    log_in(client, registration.user)
    assert "1 waits for the service desk" in page_of(client)
    page = page_of(client, "/account/numbers/")
    assert "RIZIV/INAMI 11234578004" in page
    assert "As soon as the service desk agrees to one" in page
    assert "Withdraw" not in page


def test_a_correction_counts_once_the_service_desk_agrees(hers: Client, dubois: Physician) -> None:
    own = dubois.identifiers.get()
    claim(hers, replaces=str(own.uuid), register="big", number="12345678901")
    assert list(dubois.identifiers.values_list("value", flat=True)) == ["11234578004"]
    accept_claim(IdentifierClaim.objects.get(), SYSTEM, timezone.now())
    assert list(dubois.identifiers.values_list("value", flat=True)) == ["12345678901"]


def test_a_refusal_is_read_with_its_reason(hers: Client) -> None:
    claim(hers, register="big", number="12345678901")
    refuse_claim(IdentifierClaim.objects.get(), "The register does not know it.", SYSTEM, timezone.now())
    assert "The register does not know it." in page_of(hers, "/account/numbers/")


def test_a_doubtful_number_is_looked_at_once_more_and_then_goes_on(hers: Client) -> None:
    page = claim(hers, number="1-23456-99-004").content.decode()  # type: ignore[attr-defined]
    assert "look at the number once more" in page
    assert not IdentifierClaim.objects.exists()
    again = claim(hers, number="1-23456-99-004", looked_at="1-23456-99-004")
    assert again.status_code == 302  # type: ignore[attr-defined]


def test_a_number_of_somebody_else_is_asked_for_like_any_other(hers: Client) -> None:
    other = PhysicianFactory()
    add_identifier(other, "NL", IdentifierKind.BIG, "12345678901", SYSTEM, timezone.now())
    assert claim(hers, register="big", number="12345678901").status_code == 302  # type: ignore[attr-defined]
    assert other.identifiers.count() == 1


def test_she_withdraws_her_own_claims_only(hers: Client) -> None:
    claim(hers, register="big", number="12345678901")
    mine = IdentifierClaim.objects.get()
    eve = Client()
    log_in(eve, PhysicianFactory().user)
    assert eve.post(f"/account/numbers/{mine.uuid}/withdraw/").status_code == 404
    hers.post(f"/account/numbers/{mine.uuid}/withdraw/")
    mine.refresh_from_db()
    assert mine.state == ClaimState.WITHDRAWN


def test_nobody_corrects_another_physician_s_number(hers: Client) -> None:
    identifier = add_identifier(PhysicianFactory(), "NL", IdentifierKind.BIG, "12345678901", SYSTEM, timezone.now())
    assert claim(hers, replaces=str(identifier.uuid)).status_code == 200  # type: ignore[attr-defined]
    assert not IdentifierClaim.objects.exists()


def test_the_language_cookie_is_as_safe_as_the_menu_s(hers: Client) -> None:
    answer = hers.post("/account/", {"language": "nl", "news": "none", "practice": ""})
    cookie = answer.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("nl", True, "Lax")
