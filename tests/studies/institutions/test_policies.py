"""What an institution shows to whom: rules, expanded to cells."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.audit.actor import SYSTEM
from accounts.models import AuditAction, AuditEvent
from studies.institutions.services import delete_policy, found_institution, save_policy
from studies.models import Audience, Institution, Modality, PolicyCell, PolicyRule
from tests.factories.studies import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> Institution:
    return found_institution(slug="sint-example", name="Sint-Example", actor=SYSTEM, at=NOON, city="Ghent")


def test_a_new_institution_shows_patients_images_at_once_and_reports_after_a_week(house: Institution) -> None:
    cells = PolicyCell.objects.filter(institution=house, audience=Audience.PATIENT)
    assert {cell.modality for cell in cells} == set(Modality.values)
    assert {(c.in_list, c.images, c.images_after, c.report, c.report_after) for c in cells} == {
        (True, True, timedelta(0), True, timedelta(days=7))
    }


def test_and_its_requesters_everything_at_once_and_nobody_else_anything(house: Institution) -> None:
    cells = PolicyCell.objects.filter(institution=house).exclude(audience=Audience.PATIENT)
    assert {(c.audience, c.images, c.images_after, c.report, c.report_after) for c in cells} == {
        (Audience.REQUESTER, True, timedelta(0), True, timedelta(0))
    }


def test_a_rule_for_one_modality_overrides_the_one_for_all_until_it_is_removed(house: Institution) -> None:
    mammography = PolicyRule(institution=house, audience=Audience.PATIENT, modality=Modality.MG, images=False)
    save_policy(mammography, SYSTEM, NOON)
    assert _shows_images(house) == set(Modality.values) - {Modality.MG}
    delete_policy(mammography, SYSTEM, NOON)
    assert _shows_images(house) == set(Modality.values)


def test_without_a_rule_for_all_only_the_modalities_with_one_are_shown(house: Institution) -> None:
    save_policy(
        PolicyRule(institution=house, audience=Audience.PATIENT, modality=Modality.CT, images=True), SYSTEM, NOON
    )
    delete_policy(PolicyRule.objects.get(institution=house, audience=Audience.PATIENT, modality=""), SYSTEM, NOON)
    assert _shows_images(house) == {Modality.CT}


def test_one_institutions_policy_leaves_anothers_alone(house: Institution) -> None:
    other = found_institution(slug="other", name="Other", actor=SYSTEM, at=NOON)
    delete_policy(PolicyRule.objects.get(institution=other, audience=Audience.PATIENT), SYSTEM, NOON)
    assert _shows_images(house) == set(Modality.values)
    assert _shows_images(other) == set()


def test_a_second_rule_for_the_same_is_refused(house: Institution) -> None:
    with pytest.raises(ValidationError):
        save_policy(PolicyRule(institution=house, audience=Audience.PATIENT), SYSTEM, NOON)


def test_the_audit_row_says_what_was_and_what_is(house: Institution) -> None:
    rule = PolicyRule.objects.get(institution=house, audience=Audience.PATIENT)
    rule.report_days = 14
    save_policy(rule, SYSTEM, NOON)
    row = AuditEvent.objects.filter(action=AuditAction.POLICY_CHANGED).order_by("pk").last()
    assert row is not None
    assert (row.institution, row.audience) == (house.uuid, Audience.PATIENT)
    assert (row.details["report_days"], row.details["report_days_before"]) == (14, 7)
    assert "images_before" not in row.details


def test_two_institutions_have_two_names(house: Institution) -> None:
    with pytest.raises(ValidationError):
        found_institution(slug=house.slug, name="Again", actor=SYSTEM, at=NOON)


def _shows_images(house: Institution) -> set[str]:
    cells = PolicyCell.objects.filter(institution=house, audience=Audience.PATIENT, images=True)
    return set(cells.values_list("modality", flat=True))
