"""Who looked, from the audit log: complete, cut where it grows too long, and a constant number of queries."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.audit.actor import Actor, ActorKind
from accounts.audit.services import record
from accounts.models import AuditAction
from accounts.sessions.devices import Device, device_of
from studies.models import Audience, Request
from studies.who_looked.queries import MOST, FailedTry, What, history_of
from tests.factories import RequestFactory, UserFactory
from tests.factories.studies import NOON

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def request_() -> Request:
    request: Request = RequestFactory()
    return request


def look(request: Request, actor: Actor, minutes: int = 0, action: AuditAction = AuditAction.LOOKED_AT_IMAGES) -> None:
    audience = Audience.REQUESTER if actor.kind is ActorKind.ACCOUNT else Audience.PATIENT
    details = {"device": actor.device} if actor.device else {}
    record(action, actor, NOON + minutes * MINUTE, audience=audience, request=request.uuid, details=details)  # type: ignore[arg-type]


def test_one_visit_is_one_line_and_a_second_visit_another(request_: Request) -> None:
    patient = Actor(ActorKind.PATIENT, uuid4(), uuid4(), device=Device.PHONE)
    look(request_, patient)
    look(request_, patient, 0, AuditAction.LOOKED_AT_REPORT)
    look(request_, patient, 31)
    later, first = history_of(request_).looks
    assert (first.what, later.what) == ((What.IMAGES, What.REPORT), (What.IMAGES,))
    assert (first.device, first.audience, first.name) == (Device.PHONE, None, "")


def test_two_people_at_the_same_moment_are_two(request_: Request) -> None:
    for user in (UserFactory(), UserFactory()):
        look(request_, Actor(ActorKind.ACCOUNT, user.uuid, uuid4()))
    assert len({seen.name for seen in history_of(request_).looks}) == 2


def test_names_are_the_institutions_to_tell(request_: Request) -> None:
    look(request_, Actor(ActorKind.ACCOUNT, UserFactory(first_name="Lena").uuid, uuid4()))
    assert "Lena" in history_of(request_).looks[0].name
    request_.institution.patients_see_names = False
    (seen,) = history_of(request_).looks
    assert (seen.name, seen.audience) == ("", Audience.REQUESTER)


def test_failed_tries_are_told_apart(request_: Request) -> None:
    visitor = Actor(ActorKind.VISITOR)
    for action, reason in (
        (AuditAction.PATIENT_REFUSED, "wrong_date"),
        (AuditAction.TOKEN_REFUSED, "wrong"),
        (AuditAction.TOKEN_REFUSED, "expired"),
        (AuditAction.PATIENT_REFUSED, "not_yet"),
    ):
        record(action, visitor, NOON, request=request_.uuid, details={"reason": reason})
    assert [tried.what for tried in history_of(request_).tries] == [FailedTry.TOKEN, FailedTry.DATE]


def test_it_asks_as_often_for_many_as_for_one_and_ends_somewhere(request_: Request) -> None:
    look(request_, Actor(ActorKind.ACCOUNT, UserFactory().uuid, uuid4()))
    with CaptureQueriesContext(connection) as few:
        assert not history_of(request_).is_cut
    for number in range(MOST):
        look(request_, Actor(ActorKind.ACCOUNT, UserFactory().uuid, uuid4()), number)
    with CaptureQueriesContext(connection) as many:
        history = history_of(request_)
    assert (len(few), len(many)) == (2, 2)
    assert (len(history.looks), history.is_cut) == (MOST, True)


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36", Device.PHONE),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile/15E148 Safari", Device.PHONE),
        ("Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", Device.PHONE),
        ("Mozilla/5.0 (Android 15; Tablet; rv:140.0) Gecko/140.0 Firefox/140.0", Device.TABLET),
        ("Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) Version/18.5 Mobile/15E148 Safari", Device.TABLET),
        ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36", Device.TABLET),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0 Safari/537.36", Device.COMPUTER),
        ("curl/8.5.0", Device.UNKNOWN),
        ("", Device.UNKNOWN),
    ],
)
def test_a_browser_tells_the_kind_of_device(user_agent: str, device: Device) -> None:
    assert device_of(user_agent) is device
