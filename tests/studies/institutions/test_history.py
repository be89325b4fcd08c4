"""The history of an institution's policy and settings: every change, by whom, from what to what, in words."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.audit.actor import SYSTEM, Actor, ActorKind
from accounts.audit.services import record
from accounts.models import AuditAction, User
from studies.institutions.history import Change, Step, changes_of, in_words
from studies.institutions.overtaken import OvertakenError
from studies.institutions.services import delete_policy, found_institution, save_policy
from studies.institutions.settings import change_settings
from studies.models import AppointmentRole, Audience, Institution, PolicyRule
from studies.retention.holds import hold
from tests.factories import RequestFactory, UserFactory
from tests.factories.studies import NOON

from .staff import address, as_, staff

pytestmark = pytest.mark.django_db
AT_ONCE = "A patient with a code sees the images as soon as they arrive, and the report"


@pytest.fixture
def hospital() -> Institution:
    return found_institution(slug="az", name="AZ Sint-Example", actor=SYSTEM, at=NOON)


@pytest.fixture
def karel() -> User:
    user: User = UserFactory(first_name="Karel", last_name="Maes", title="")
    return user


@pytest.fixture
def as_karel(karel: User) -> Actor:
    return Actor(ActorKind.ACCOUNT, karel.uuid)


def patients_rule(hospital: Institution) -> PolicyRule:
    return PolicyRule.objects.get(institution=hospital, audience=Audience.PATIENT, modality="")


def history(hospital: Institution, rule: PolicyRule | None = None) -> list[Change]:
    return in_words(changes_of(hospital, rule))


def test_an_institution_begins_with_its_founding_and_its_rules(hospital: Institution) -> None:
    assert [(change.who, change.where, change.steps[0].now) for change in reversed(history(hospital))] == [
        ("the system", "Settings", "The institution was founded."),
        ("the system", "Patient · every modality", f"{AT_ONCE} 7 days after it is final, whatever it says."),
        (
            "the system",
            "Requester · every modality",
            "The physician who asked for the examination sees the images as soon as they arrive, "
            "and the report as soon as it is final.",
        ),
    ]


def test_a_rule_is_told_from_what_to_what(hospital: Institution, as_karel: Actor) -> None:
    rule = patients_rule(hospital)
    rule.report_days = 14
    save_policy(rule, as_karel, NOON + timedelta(days=1))
    newest = history(hospital)[0]
    assert (newest.at, newest.who, newest.where) == (NOON + timedelta(days=1), "Karel Maes", "Patient · every modality")
    assert newest.steps == [
        Step(
            "",
            f"{AT_ONCE} 7 days after it is final, whatever it says.",
            f"{AT_ONCE} 14 days after it is final, whatever it says.",
        )
    ]


def test_what_changes_no_sentence_is_told_by_its_field(hospital: Institution, as_karel: Actor) -> None:
    rule = patients_rule(hospital)
    rule.in_list = False
    save_policy(rule, as_karel, NOON)
    rule.report_days = 14
    save_policy(rule, as_karel, NOON)
    assert history(hospital)[0].steps == [Step("Report after, days", "7", "14")]


def test_a_rule_that_was_taken_away_is_still_told(hospital: Institution, as_karel: Actor) -> None:
    rule = patients_rule(hospital)
    delete_policy(rule, as_karel, NOON)
    assert history(hospital)[0].steps == [Step("", f"{AT_ONCE} 7 days after it is final, whatever it says.", "")]


def test_settings_are_told_as_their_page_calls_them(hospital: Institution, as_karel: Actor) -> None:
    wanted = {
        "patient_second_factor": "sms",
        "patients_see_names": False,
        "price_minor": 1250,
        "free_copy_text": "Ask the desk.",
        "study_years": 30,
    }
    change_settings(hospital, wanted, as_karel, NOON)
    assert history(hospital)[0].steps == [
        Step("Patients' second factor", "None: the letter and the date of birth open this", "Token by SMS"),
        Step("Price", "nothing to pay", "€12.50"),
        Step("How to get a free copy", "nothing", "Ask the desk."),
        Step("Patients see the names of who looked", "yes", "no"),
        Step("Studies are kept for, years", "nothing", "30"),
    ]


def test_saving_what_is_there_already_is_no_change(hospital: Institution, as_karel: Actor) -> None:
    before = len(history(hospital))
    save_policy(patients_rule(hospital), as_karel, NOON)
    change_settings(hospital, {"code_days": 30}, as_karel, NOON)
    assert len(history(hospital)) == before


def test_a_rule_has_a_history_of_its_own(hospital: Institution, as_karel: Actor) -> None:
    save_policy(PolicyRule(institution=hospital, audience=Audience.PATIENT, modality="MG"), as_karel, NOON)
    change_settings(hospital, {"code_days": 20}, as_karel, NOON)
    assert [change.where for change in history(hospital, patients_rule(hospital))] == ["Patient · every modality"]
    assert history(hospital)[1].where == "Patient · Mammography"


def test_what_else_was_changed_is_not_part_of_it(hospital: Institution, as_karel: Actor) -> None:
    request = RequestFactory(patient__institution=hospital)
    hold(request, "A judge asks for it.", as_karel, NOON)
    elsewhere = found_institution(slug="parc", name="Clinique du Parc", actor=SYSTEM, at=NOON)
    change_settings(elsewhere, {"code_days": 20}, as_karel, NOON)
    assert len(history(hospital)) == 3


def test_rows_of_before_are_read_too(hospital: Institution) -> None:
    details: dict[str, str | int | bool | None] = {"modality": "", "in_list": True, "images": True, "images_hours": 0}
    details |= {"report": False, "report_days": 0, "report_before": True}
    record(AuditAction.POLICY_CHANGED, SYSTEM, NOON, audience="patient", institution=hospital.uuid, details=details)
    removed: dict[str, str | int | bool | None] = {"modality": "CT", "removed": True}
    record(AuditAction.POLICY_CHANGED, SYSTEM, NOON, audience="patient", institution=hospital.uuid, details=removed)
    gone, changed = history(hospital)[:2]
    assert gone.steps == [Step("", "A rule.", "")]
    assert changed.steps[0].now == "A patient with a code sees the images as soon as they arrive, but not the report."


def test_an_account_that_is_gone_is_named_as_that(hospital: Institution, karel: User, as_karel: Actor) -> None:
    change_settings(hospital, {"code_days": 20}, as_karel, NOON)
    karel.delete()
    assert history(hospital)[0].who == "an account that is no longer here"


def test_many_changes_cost_as_many_queries_as_one(hospital: Institution, as_karel: Actor) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            history(hospital)
        return len(captured)

    change_settings(hospital, {"code_days": 9}, as_karel, NOON)
    few = queries()
    for days in range(10, 20):
        change_settings(hospital, {"code_days": days}, as_karel, NOON)
    assert queries() == few == 2


def test_whoever_decided_on_something_else_is_refused(hospital: Institution, as_karel: Actor) -> None:
    rule = patients_rule(hospital)
    rule.report_days = 3
    with pytest.raises(OvertakenError):
        save_policy(rule, as_karel, NOON, seen={"report_days": 14})
    with pytest.raises(OvertakenError):
        change_settings(hospital, {"code_days": 20}, as_karel, NOON, seen={"code_days": 10})
    save_policy(rule, as_karel, NOON, seen={"report_days": 7})
    assert patients_rule(hospital).report_days == 3


def test_a_rule_that_is_gone_is_not_made_again(hospital: Institution, as_karel: Actor) -> None:
    rule, same = patients_rule(hospital), patients_rule(hospital)
    delete_policy(same, as_karel, NOON)
    with pytest.raises(OvertakenError):
        save_policy(rule, as_karel, NOON, seen={"report_days": 7})
    assert not PolicyRule.objects.filter(institution=hospital, audience=Audience.PATIENT).exists()


def test_its_page_shows_fifty_and_leads_to_older_ones(hospital: Institution, as_karel: Actor) -> None:
    for days in range(1, 61):
        change_settings(hospital, {"code_days": days % 29 + 1}, as_karel, NOON + timedelta(minutes=days))
    administrator = as_(staff(AppointmentRole.ADMINISTRATOR, hospital))
    first = administrator.get(address(hospital, "history"))
    assert len(first.context["changes"]) == 50
    assert "Older changes" in first.content.decode()
    second = administrator.get(address(hospital, "history"), {"p": 2})
    assert second.context["changes"][-1].steps[0].now == "The institution was founded."
    own = administrator.get(address(patients_rule(hospital), "history")).content.decode()
    assert address(hospital, "history") in own
