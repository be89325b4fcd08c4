"""Sensitive deeds of staff ask for the second factor again, and lose nothing that was filled in."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.models import IdentifierKind, Physician, PhysicianIdentifier, User
from accounts.service_desk.services import add_identifier
from studies.models import AppointmentRole, PolicyRule
from tests.factories import PhysicianFactory, totp_of
from tests.factories.accounts import log_in
from tests.studies.institutions.staff import House, address, house, saved, service_desk, staff

pytestmark = pytest.mark.django_db
AGAIN = "/login/again/"
PRESS_AGAIN = "Please press again"


def since_a_while(user: User) -> Client:
    """Somebody who logged in a quarter of an hour ago."""
    client = Client()
    with time_machine.travel(timezone.now() - timedelta(minutes=15)):
        log_in(client, user)
    return client


def give_factor(client: Client, user: User, answer: Any) -> Any:
    """Follow to the page that asks, give the token, and follow back."""
    assert answer["Location"].startswith(f"{AGAIN}?next=")
    client.get(answer["Location"])
    back = client.post(AGAIN, {"token": totp_of(user)})
    return client.get(back["Location"])


@pytest.fixture
def sam() -> User:
    return service_desk()


@pytest.fixture
def dubois() -> Physician:
    physician: Physician = PhysicianFactory(verified_at=None)
    add_identifier(physician, "BE", IdentifierKind.RIZIV, "10000084005", SYSTEM, timezone.now())
    return physician


@pytest.fixture
def ours() -> House:
    return house("AZ Sint-Example", "Peeters^Anna")


def test_a_deed_waits_for_the_factor_and_for_one_more_press(sam: User, dubois: Physician) -> None:
    client, deed = since_a_while(sam), address(dubois, "do/verify")
    page = give_factor(client, sam, client.post(deed))
    assert page.request["PATH_INFO"] == address(dubois)
    assert PRESS_AGAIN in page.content.decode()
    assert Physician.objects.get(pk=dubois.pk).verified_at is None

    client.post(deed)
    assert Physician.objects.get(pk=dubois.pk).verified_at is not None
    assert PRESS_AGAIN not in client.get(address(dubois)).content.decode()


def test_a_deed_that_only_restricts_is_done_at_once(sam: User, dubois: Physician) -> None:
    since_a_while(sam).post(address(dubois, "do/suspend"), {"suspend-reason": "left"})
    assert Physician.objects.get(pk=dubois.pk).suspended_at is not None


def test_whoever_did_not_give_the_factor_is_not_told_to_press(sam: User, dubois: Physician) -> None:
    client = since_a_while(sam)
    client.post(address(dubois, "do/verify"))
    assert PRESS_AGAIN not in client.get(address(dubois)).content.decode()


def test_a_changed_policy_stands_in_the_form_again(ours: House) -> None:
    lena, rule = staff(AppointmentRole.ADMINISTRATOR, ours.institution), ours.records["policyrule"]
    client = since_a_while(lena)
    wanted = {"in_list": "on", "images": "", "images_hours": 48, "report": "on", "report_days": 3}
    page = give_factor(client, lena, client.post(address(rule), wanted))
    form = page.context["adminform"].form
    assert (form["images_hours"].value(), form["images"].value(), form["report"].value()) == ("48", False, True)
    assert PRESS_AGAIN in page.content.decode()
    assert PolicyRule.objects.get(pk=rule.pk).images

    saved(client, address(rule), wanted)
    changed = PolicyRule.objects.get(pk=rule.pk)
    assert (changed.images, changed.images_hours, changed.report_days) == (False, 48, 3)


def test_a_rule_is_not_deleted_without_the_factor(ours: House) -> None:
    lena, rule = staff(AppointmentRole.ADMINISTRATOR, ours.institution), ours.records["policyrule"]
    client = since_a_while(lena)
    page = give_factor(client, lena, client.post(address(rule, "delete"), {"post": "yes"}))
    assert PRESS_AGAIN in page.content.decode()
    assert PolicyRule.objects.filter(pk=rule.pk).exists()
    client.post(address(rule, "delete"), {"post": "yes"})
    assert not PolicyRule.objects.filter(pk=rule.pk).exists()


def test_a_refund_s_words_stand_in_its_form_again(ours: House) -> None:
    lena, payment = staff(AppointmentRole.DESK, ours.institution), ours.records["payment"]
    client = since_a_while(lena)
    filled = {"refund-amount": "3.50", "refund-reason": "Paid twice"}
    page = give_factor(client, lena, client.post(address(payment, "do/refund"), filled))
    offered = next(offered for offered in page.context["offered_deeds"] if offered.deed.name == "refund")
    assert offered.form["reason"].value() == "Paid twice"
    assert payment.refunds.count() == 0


@pytest.mark.parametrize("kind", ["institution", "policyrule"])
def test_settings_and_policy_are_sensitive(ours: House, kind: str) -> None:
    lena = staff(AppointmentRole.ADMINISTRATOR, ours.institution)
    answer = since_a_while(lena).post(address(ours.records[kind]), {})
    assert answer["Location"].startswith(AGAIN)


def test_a_new_number_is_sensitive_and_its_form_is_kept(sam: User) -> None:
    client, page = since_a_while(sam), f"{address(PhysicianIdentifier)}add/"
    filled = {"mail": "dubois@example.org", "country": "BE", "kind": "riziv", "value": "10000084005"}
    form = give_factor(client, sam, client.post(page, filled)).context["adminform"].form
    assert {name: form[name].value() for name in filled} == filled
