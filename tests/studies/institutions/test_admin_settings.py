"""An administrator changes the institution's settings: what each does is said first, and nothing is lost."""

from html import unescape
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditAction, AuditEvent
from studies.institutions.settings import CHANGEABLE
from studies.models import AppointmentRole, Institution
from tests.factories import InstitutionFactory

from .staff import address, as_, saved, settings_of, shown, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def hospital() -> Institution:
    made: Institution = InstitutionFactory(name="AZ Sint-Example")
    return made


@pytest.fixture
def administrator(hospital: Institution) -> Client:
    return as_(staff(AppointmentRole.ADMINISTRATOR, hospital))


def text_of(answer: Any) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def last_details() -> dict[str, Any]:
    details: dict[str, Any] = AuditEvent.objects.filter(action=AuditAction.RECORD_CHANGED).latest("pk").details
    return details


def errors_of(client: Client, hospital: Institution, **wanted: Any) -> dict[str, list[str]]:
    form = shown(client, address(hospital), settings_of(hospital) | wanted).context["adminform"].form
    hospital.refresh_from_db()
    return {name: [str(error) for error in errors] for name, errors in form.errors.items()}


def test_the_desk_s_phone_changes_and_nothing_of_the_operator_s(administrator: Client, hospital: Institution) -> None:
    wanted = {"city": "Ghent", "desk_phone": "+32 9 555 01 00", "slug": "another", "is_active": ""}
    slug = hospital.slug
    saved(administrator, address(hospital), settings_of(hospital) | wanted)
    hospital.refresh_from_db()
    assert (hospital.city, hospital.desk_phone) == ("Ghent", "+32 9 555 01 00")
    assert (hospital.slug, hospital.is_active) == (slug, True)
    assert last_details() == {
        "city": "Ghent",
        "city_before": "Brussels",
        "desk_phone": "+32 9 555 01 00",
        "desk_phone_before": "+32 2 555 01 00",
    }


def test_everything_that_the_institution_decides_can_be_changed(administrator: Client, hospital: Institution) -> None:
    wanted: dict[str, Any] = {
        "name": "AZ Ander",
        "city": "Ghent",
        "time_zone": "Europe/Paris",
        "desk_phone": "+32 9 555 01 00",
        "desk_hours": "Mo–Fr 9:00–17:00",
        "code_days": 20,
        "code_days_maximum": 60,
        "in_person_from_age": 12,
        "in_person_to_age": 15,
        "patient_second_factor": "sms",
        "second_factor_per_code": True,
        "otp_by_mail": False,
        "mail_when_sms_fails": True,
        "sms_countries": "BE,NL",
        "sms_per_day": 50,
        "price_minor": 1250,
        "price_currency": "CHF",
        "price_text": "Upkeep",
        "free_copy_text": "Ask the desk.",
        "refuses_sms_login": True,
        "patients_see_names": False,
        "study_years": 30,
    }
    assert set(wanted) == set(CHANGEABLE)
    form = {name: "on" if value is True else value for name, value in wanted.items() if value is not False}
    saved(administrator, address(hospital), form)
    hospital.refresh_from_db()
    assert {name: getattr(hospital, name) for name in CHANGEABLE} == wanted
    assert {f"{name}_before" for name in CHANGEABLE} <= set(last_details())


def test_every_setting_says_what_it_does(administrator: Client, hospital: Institution) -> None:
    fields = administrator.get(address(hospital)).context["adminform"].form.fields
    assert set(fields) == set(CHANGEABLE)
    assert [name for name, field in fields.items() if not field.help_text] == []


def test_nothing_is_saved_before_it_was_shown(administrator: Client, hospital: Institution) -> None:
    wanted = settings_of(hospital) | {
        "patient_second_factor": "sms",
        "price_minor": 1250,
        "free_copy_text": "Ask the desk.",
    }
    answer = shown(administrator, address(hospital), wanted)
    told = text_of(answer)
    hospital.refresh_from_db()
    assert (hospital.patient_second_factor, hospital.price_minor) == ("none", 0)
    assert "Opening needs the letter and the date of birth, then a token by SMS." in told
    assert "Price: €12.50, paid before anything opens." in told
    assert "Until now" in told
    assert "Letter and birthday open this" in told
    first, why = answer.context["preview"]["steps"][0]
    assert (first.before, first.now) == ("None: the letter and the date of birth open this", "Token by SMS")
    assert "whoever came in without it has to come in again" in why


def test_without_a_second_factor_it_is_said_plainly(administrator: Client, hospital: Institution) -> None:
    told = text_of(administrator.get(address(hospital)))
    assert "Letter and birthday open this: whoever holds the letter and knows the date of birth comes in." in told


def test_what_is_saved_is_what_was_shown(administrator: Client, hospital: Institution) -> None:
    page, form = address(hospital), settings_of(hospital) | {"city": "Ghent"}
    preview = shown(administrator, page, form).context["adminform"].form
    altered = form | {"city": "Antwerp", "seen": preview.seen, "confirmed": preview.wanted}
    answer = administrator.post(page, altered)
    assert "You changed something since" in text_of(answer)
    hospital.refresh_from_db()
    assert hospital.city == "Brussels"
    again = answer.context["adminform"].form
    administrator.post(page, altered | {"seen": again.seen, "confirmed": again.wanted})
    hospital.refresh_from_db()
    assert hospital.city == "Antwerp"


def test_a_change_by_somebody_else_meanwhile_is_told_and_kept(administrator: Client, hospital: Institution) -> None:
    page, mine = address(hospital), settings_of(hospital) | {"city": "Ghent"}
    preview = shown(administrator, page, mine).context["adminform"].form
    colleague = as_(staff(AppointmentRole.ADMINISTRATOR, hospital))
    saved(colleague, page, settings_of(hospital) | {"sms_per_day": 20})

    answer = administrator.post(page, mine | {"seen": preview.seen, "confirmed": preview.wanted})
    told = text_of(answer)
    assert "Somebody changed this meanwhile" in told
    assert "SMS a day, at most" in told
    hospital.refresh_from_db()
    assert (hospital.city, hospital.sms_per_day) == ("Brussels", 20)
    # What was typed is still in the form; sent again, it is known what it undoes.
    assert answer.context["adminform"].form["city"].value() == "Ghent"
    assert [step.about for step, _why in answer.context["preview"]["steps"]] == ["City", "SMS a day, at most"]


def test_pressing_save_without_a_change_changes_and_records_nothing(
    administrator: Client, hospital: Institution
) -> None:
    answer = shown(administrator, address(hospital), settings_of(hospital))
    assert answer.status_code == 302
    assert not AuditEvent.objects.filter(action=AuditAction.RECORD_CHANGED).exists()


@pytest.mark.parametrize(
    ("wanted", "field", "said"),
    [
        ({"sms_countries": "BE,UK"}, "sms_countries", "No country has the code UK."),
        ({"sms_countries": "Belgium"}, "sms_countries", "No country has the code BELGIUM."),
        ({"sms_countries": " , "}, "sms_countries", "Name at least one country"),
        ({"sms_per_day": "0", "patient_second_factor": "sms"}, "sms_per_day", "at least one a day"),
        ({"sms_per_day": "-1"}, "sms_per_day", "greater than or equal to 0"),
        ({"code_days": "91"}, "code_days", "more than the most"),
        ({"code_days": "0"}, "code_days", "greater than or equal to 1"),
        ({"in_person_from_age": "18"}, "in_person_to_age", "younger than the age"),
        ({"in_person_to_age": "131"}, "in_person_to_age", "Nobody is as old"),
        ({"price_minor": "500"}, "free_copy_text", "before you ask for money"),
        ({"price_minor": "-5"}, "price_minor", "greater than or equal to 0"),
        ({"price_currency": "JPY"}, "price_currency", "not one of the available choices"),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "no time zone of this name"),
        ({"study_years": "0"}, "study_years", "greater than or equal to 1"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    administrator: Client, hospital: Institution, wanted: dict[str, Any], field: str, said: str
) -> None:
    found = errors_of(administrator, hospital, **wanted)
    assert set(found) == {field}
    assert said in found[field][0]


def test_two_things_that_cannot_be_are_both_said(administrator: Client, hospital: Institution) -> None:
    assert set(errors_of(administrator, hospital, code_days="91", time_zone="Mars/Olympus", sms_countries="XX")) == {
        "code_days",
        "time_zone",
        "sms_countries",
    }


def test_countries_are_kept_as_iso_writes_them(administrator: Client, hospital: Institution) -> None:
    saved(administrator, address(hospital), settings_of(hospital) | {"sms_countries": " be; nl ,BE,"})
    hospital.refresh_from_db()
    assert hospital.sms_countries == "BE,NL"
