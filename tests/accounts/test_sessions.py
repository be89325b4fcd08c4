"""A visit lasts while somebody is there, and no longer than it may."""

import hashlib
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.audit.actor import ActorKind
from accounts.models import Session, SessionKind, User
from accounts.sessions.activity import is_activity, not_activity
from accounts.sessions.services import actor_of, begin_patient_session, end_sessions_of, forget_ended_sessions
from accounts.sessions.store import SessionStore
from tests.factories import UserFactory
from tests.factories.accounts import enter_as_patient, log_in

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def lena() -> User:
    return UserFactory()


def is_in(client: Client, at: datetime, **headers: str) -> bool:
    """Whether the client, asking for the login page at that time, is known as somebody."""
    with time_machine.travel(at, tick=False):
        return client.get("/login/", headers=headers).status_code == 302


def test_who_is_active_stays_in_and_after_thirty_idle_minutes_is_out(client: Client, lena: User) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        log_in(client, lena)
    assert is_in(client, now + 29 * MINUTE)
    assert is_in(client, now + 58 * MINUTE)
    with time_machine.travel(now + 88 * MINUTE, tick=False):
        answer = client.get("/login/")
        assert "You were logged out after 30 minutes without activity." in answer.content.decode()
        assert client.cookies["session"].value == ""
        assert "You were logged out" not in client.get("/login/").content.decode()


def test_after_four_hours_a_visit_ends_however_active(client: Client, lena: User) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        log_in(client, lena)
    assert all(is_in(client, now + minutes * MINUTE) for minutes in range(20, 240, 20))
    with time_machine.travel(now + 240 * MINUTE, tick=False):
        assert "a visit lasts at most 4 hours" in client.get("/login/").content.decode()


@pytest.mark.parametrize("headers", [{"X-Preload": "1"}, {"Sec-Purpose": "prefetch;prerender"}])
def test_what_a_page_fetches_by_itself_does_not_prolong_a_visit(
    client: Client, lena: User, headers: dict[str, str]
) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        log_in(client, lena)
    assert is_in(client, now + 20 * MINUTE, **headers)
    assert not is_in(client, now + 31 * MINUTE)


def test_a_view_can_say_that_asking_for_it_shows_no_activity() -> None:
    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    assert is_activity(HttpRequest(), page)
    assert not is_activity(HttpRequest(), not_activity(page))


def test_the_last_sight_is_written_at_most_once_a_minute(client: Client, lena: User) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        log_in(client, lena)
    is_in(client, now + timedelta(seconds=59))
    assert Session.objects.get().last_seen_at == now
    is_in(client, now + MINUTE)
    assert Session.objects.get().last_seen_at == now + MINUTE


def test_the_reason_survives_the_redirect_to_the_door(client: Client, lena: User) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        log_in(client, lena)
    with time_machine.travel(now + 40 * MINUTE, tick=False):
        client.get("/login/second-factor/")
        assert "You were logged out after 30 minutes" in client.get("/login/").content.decode()


def test_a_patient_whose_visit_ended_is_led_to_the_patients_door(client: Client) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        enter_as_patient(client, uuid4())
    with time_machine.travel(now + 40 * MINUTE, tick=False):
        answer = client.get(f"/studies/{uuid4()}/")
        assert answer["Location"] == "/patient/"
        assert "You were logged out after 30 minutes" in client.get("/patient/").content.decode()


def test_a_session_ended_on_the_server_is_gone_at_the_next_request(client: Client, lena: User) -> None:
    log_in(client, lena)
    other = Client()
    log_in(other, lena)
    enter_as_patient(Client(), uuid4())
    assert end_sessions_of(user=lena) == 2
    assert "You are no longer logged in." in client.get("/login/").content.decode()
    assert not is_in(other, timezone.now())
    assert Session.objects.get().kind == SessionKind.PATIENT


def test_the_sessions_of_an_access_code_can_be_ended() -> None:
    code = uuid4()
    enter_as_patient(Client(), code)
    enter_as_patient(Client(), uuid4())
    assert end_sessions_of(subject=code) == 1
    assert Session.objects.exclude(subject=code).count() == 1


def test_nobody_ends_everybodys_sessions_by_mistake() -> None:
    with pytest.raises(ValueError, match="either"):
        end_sessions_of()


def test_a_patients_log_out_ends_the_session_too(client: Client) -> None:
    enter_as_patient(client, uuid4())
    answer = client.post("/logout/")
    assert answer["Location"] == "/"
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert not Session.objects.exists()


def test_a_picture_that_comes_too_late_does_not_speak_over_the_log_out(client: Client) -> None:
    enter_as_patient(client, uuid4())
    old = client.cookies["session"].value
    client.post("/logout/")
    client.cookies["session"] = old
    late = client.get("/patient/request/", headers={"Sec-Fetch-Mode": "no-cors"})
    assert not late.cookies
    assert "ended" in client.get("/patient/request/", headers={"Sec-Fetch-Mode": "navigate"}).cookies


def test_what_a_page_fetches_by_itself_leaves_the_reason_to_the_next_page(client: Client) -> None:
    enter_as_patient(client, uuid4())
    Session.objects.update(last_seen_at=timezone.now() - 30 * MINUTE)
    asked = client.get("/stay/", headers={"Sec-Fetch-Mode": "cors", "X-Preload": "1"})
    assert asked.json()["seconds"] == 0
    assert not asked.cookies
    page = client.get("/patient/", headers={"Sec-Fetch-Mode": "navigate"})
    assert "You were logged out after 30 minutes without activity." in page.text
    assert page.cookies["session"].value == ""


def test_a_closed_account_is_out_at_the_next_request(client: Client, lena: User) -> None:
    log_in(client, lena)
    User.objects.update(is_active=False)
    assert not is_in(client, timezone.now())


def test_a_new_password_ends_the_sessions_of_the_old_one(client: Client, lena: User) -> None:
    log_in(client, lena)
    lena.set_password("another long pass phrase")
    lena.save()
    assert not is_in(client, timezone.now())


def test_a_second_factor_taken_away_ends_what_it_opened(client: Client, lena: User) -> None:
    log_in(client, lena)
    lena.totpdevice_set.all().delete()
    assert not is_in(client, timezone.now())


def test_of_a_visitor_nothing_is_kept(client: Client) -> None:
    answer = client.get("/login/")
    assert not Session.objects.exists()
    assert set(answer.cookies) <= {"csrf"}


def test_the_table_does_not_hold_the_key_of_the_cookie(client: Client, lena: User) -> None:
    log_in(client, lena)
    key = client.cookies["session"].value
    row = Session.objects.get()
    assert key not in repr(row.__dict__)
    assert row.key_hash == hashlib.sha256(key.encode()).hexdigest()


def test_a_patient_who_comes_in_where_an_account_was_carries_nothing_over(lena: User) -> None:
    client = Client()
    log_in(client, lena)
    before = client.cookies["session"].value
    enter_as_patient(client, code := uuid4())
    session = Session.objects.get()
    assert (session.kind, session.subject, session.user, session.content) == (SessionKind.PATIENT, code, None, "{}")
    assert client.cookies["session"].value != before


def test_who_acts_is_told_from_the_session() -> None:
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = "192.0.2.1"
    request.session = SessionStore()
    visitor = actor_of(request)
    assert (visitor.kind, visitor.uuid, visitor.session, visitor.address) == (
        ActorKind.VISITOR,
        None,
        None,
        "192.0.2.1",
    )
    session = begin_patient_session(request, code := uuid4(), timezone.now())
    patient = actor_of(request)
    assert (patient.kind, patient.uuid, patient.session) == (ActorKind.PATIENT, code, session.uuid)


def test_a_session_keeps_its_content_and_can_change_its_key() -> None:
    store = SessionStore()
    store["basket"] = [1, 2]
    store.save()
    old = store.session_key
    store.cycle_key()
    assert SessionStore(store.session_key)["basket"] == [1, 2]
    assert old != store.session_key
    assert "basket" not in SessionStore(old)
    assert Session.objects.count() == 1


def test_ended_sessions_are_forgotten_a_day_later(client: Client, lena: User) -> None:
    log_in(client, lena)
    now = timezone.now()
    assert forget_ended_sessions(now + timedelta(days=1)) == 0
    assert forget_ended_sessions(now + timedelta(days=1, minutes=31)) == 1
