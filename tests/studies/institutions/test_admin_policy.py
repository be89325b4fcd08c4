"""An administrator changes who sees what: the page says what that means, with dates, before anything is saved."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.days import weekday
from accounts.models import AuditAction, AuditEvent
from studies.institutions.services import save_policy
from studies.models import AppointmentRole, Audience, Institution, PatientSecondFactor, PolicyCell, PolicyRule
from tests.factories import InstitutionFactory, ReportFactory, StudyFactory

from .staff import address, as_, saved, shown, staff

pytestmark = pytest.mark.django_db
ADD = "/admin/studies/policyrule/add/"
AT_ONCE = {"in_list": "on", "images": "on", "images_hours": 0, "report": "on", "report_days": 0}
A_WEEK = AT_ONCE | {"report_days": 7}


@pytest.fixture
def hospital() -> Institution:
    made: Institution = InstitutionFactory(name="AZ Sint-Example")
    return made


@pytest.fixture
def administrator(hospital: Institution) -> Client:
    return as_(staff(AppointmentRole.ADMINISTRATOR, hospital))


@pytest.fixture
def rule(hospital: Institution) -> PolicyRule:
    patients = PolicyRule(institution=hospital, audience=Audience.PATIENT, images=True, report=True, report_days=7)
    return save_policy(patients, SYSTEM, timezone.now())


def text_of(answer: Any) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def test_a_patient_s_view_is_said_before_it_is_saved(administrator: Client, rule: PolicyRule) -> None:
    told = text_of(shown(administrator, address(rule), AT_ONCE | {"report_days": 14}))
    assert (
        "A patient with a code sees the images as soon as they arrive, "
        "and the report 14 days after it is final, whatever it says."
    ) in told
    assert "Until now: A patient with a code sees the images as soon as they arrive, and the report 7 days" in told
    assert "Letter and birthday open this" in told
    assert "Price: none." in told
    rule.refresh_from_db()
    assert rule.report_days == 7

    saved(administrator, address(rule), AT_ONCE | {"report_days": 14})
    rule.refresh_from_db()
    assert rule.report_days == 14
    assert PolicyCell.objects.get(audience="patient", modality="CT").report_after == timedelta(days=14)


def test_with_the_day_on_which_today_s_report_would_open(administrator: Client, rule: PolicyRule) -> None:
    told = text_of(shown(administrator, address(rule), AT_ONCE | {"report_days": 14}))
    now = timezone.now()
    assert f"A report that is final today, {weekday(now)} at " in told
    assert f"would be seen from {weekday(now + timedelta(days=14))} at " in told
    assert "A preliminary report would not be seen." in told


def test_and_with_what_the_newest_request_s_patient_sees(administrator: Client, rule: PolicyRule) -> None:
    now = timezone.now()
    study = StudyFactory(request__patient__institution=rule.institution, arrived_at=now - timedelta(days=10))
    ReportFactory(request=study.request, version="No findings.", at=now - timedelta(days=10))
    answer = shown(administrator, address(rule), AT_ONCE | {"report_days": 14})
    example = answer.context["preview"]["foretold"].example
    images = f"Images: since {weekday(study.arrived_at)}."
    assert example.until_now == [images, f"Report: since {weekday(now - timedelta(days=3))}."]
    assert example.then[0] == images
    assert example.then[1].startswith(f"Report: from {weekday(now + timedelta(days=4))} at ")
    assert str(study.request) in text_of(answer)


def test_how_the_patient_comes_in_belongs_to_it(administrator: Client, hospital: Institution, rule: PolicyRule) -> None:
    hospital.patient_second_factor = PatientSecondFactor.SMS
    hospital.price_minor, hospital.free_copy_text = 1250, "Ask the desk."
    hospital.save()
    told = text_of(shown(administrator, address(rule), AT_ONCE))
    assert "Opening needs the letter and the date of birth, then a token by SMS." in told
    assert "Price: €12.50, paid before anything opens." in told


def test_a_physician_s_rule_is_said_in_a_physician_s_words(administrator: Client, hospital: Institution) -> None:
    form = AT_ONCE | {"institution": hospital.pk, "audience": "requester", "modality": "", "images_hours": 2}
    told = text_of(administrator.post(ADD, form))
    assert (
        "The physician who asked for the examination sees the images 2 hours after they arrive, "
        "and the report as soon as it is final."
    ) in told
    assert "A preliminary report would be seen at once, marked as preliminary." in told
    assert "To come in" not in told
    assert not PolicyRule.objects.exists()


def test_a_new_rule_holds_once_it_was_confirmed(administrator: Client, hospital: Institution, rule: PolicyRule) -> None:
    form = A_WEEK | {"institution": hospital.pk, "audience": "patient", "modality": "MG", "report_days": 30}
    told = text_of(administrator.post(ADD, form))
    assert "This rule is for one kind of examination only: Mammography." in told
    assert "All other examinations follow the rule for every modality." in told
    saved(administrator, ADD, form)
    assert PolicyCell.objects.get(audience="patient", modality="MG").report_after == timedelta(days=30)
    assert PolicyCell.objects.get(audience="patient", modality="CT").report_after == timedelta(days=7)
    assert "These follow rules of their own: Mammography." in text_of(administrator.get(address(rule)))


def test_the_page_says_what_holds_now(administrator: Client, rule: PolicyRule) -> None:
    told = text_of(administrator.get(address(rule)))
    assert "What holds now" in told
    assert "and the report 7 days after it is final, whatever it says." in told


def test_a_rule_that_changed_meanwhile_is_told_and_kept(administrator: Client, rule: PolicyRule) -> None:
    preview = shown(administrator, address(rule), AT_ONCE).context["adminform"].form
    colleague = staff(AppointmentRole.ADMINISTRATOR, rule.institution)
    colleague.first_name, colleague.last_name = "Karel", "Maes"
    colleague.save()
    saved(as_(colleague), address(rule), AT_ONCE | {"report_days": 21})

    answer = administrator.post(address(rule), AT_ONCE | {"seen": preview.seen, "confirmed": preview.wanted})
    told = text_of(answer)
    assert "Somebody changed this meanwhile" in told
    assert "Karel Maes" in told
    assert "the report 21 days after it is final" in told
    rule.refresh_from_db()
    assert rule.report_days == 21

    mine = answer.context["adminform"].form
    administrator.post(address(rule), AT_ONCE | {"seen": mine.seen, "confirmed": mine.wanted})
    rule.refresh_from_db()
    assert rule.report_days == 0


@pytest.mark.parametrize(("field", "much"), [("images_hours", 87601), ("report_days", 3651), ("report_days", -1)])
def test_nobody_waits_for_decades(administrator: Client, rule: PolicyRule, field: str, much: int) -> None:
    answer = shown(administrator, address(rule), AT_ONCE | {field: much})
    assert set(answer.context["adminform"].form.errors) == {field}
    assert answer.context["preview"] is None


def test_before_a_rule_is_taken_away_it_is_said_what_holds_then(
    administrator: Client, hospital: Institution, rule: PolicyRule
) -> None:
    apart = save_policy(
        PolicyRule(institution=hospital, audience=Audience.PATIENT, modality="MG"), SYSTEM, timezone.now()
    )
    told = text_of(administrator.get(address(apart, "delete")))
    assert "The rule for every modality holds instead: A patient with a code sees the images as soon as" in told
    assert "only the kinds of examination with a rule of their own" in text_of(
        administrator.get(address(rule, "delete"))
    )
    administrator.post(address(apart, "delete"), {"post": "yes"})
    assert "Then no rule is left for this" in text_of(administrator.get(address(rule, "delete")))
    row = AuditEvent.objects.filter(action=AuditAction.POLICY_CHANGED).latest("pk")
    assert (row.details["removed"], row.details["images_before"]) == (True, False)
