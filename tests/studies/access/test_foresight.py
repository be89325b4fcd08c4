"""What is told before a policy is saved is what holds after: one rule, asked with cells that nobody has saved yet."""

from datetime import datetime, timedelta
from itertools import product

import pytest

from accounts.audit.actor import SYSTEM
from studies.access import Withheld, foreseen, foreseen_under, grant_under
from studies.institutions.policies import cells_of
from studies.institutions.services import save_policy
from studies.models import Audience, PolicyCell, PolicyRule, ReportStatus, Request
from tests.factories import InstitutionFactory, ReportFactory, RequestFactory, StudyFactory
from tests.factories.studies import NOON

pytestmark = pytest.mark.django_db
RULES = [
    {"in_list": in_list, "images": images, "images_hours": hours, "report": report, "report_days": days}
    for in_list, images, hours, report, days in product((True, False), (True, False), (0, 48), (True, False), (0, 7))
]


@pytest.fixture
def request_of_two() -> Request:
    """A CT with a final report, and a mammography whose images are awaited."""
    request: Request = RequestFactory()
    StudyFactory(request=request, modality="CT")
    StudyFactory(request=request, modality="MG", arrived_at=None)
    ReportFactory(request=request, at=NOON)
    return request


@pytest.mark.parametrize("at", [NOON + timedelta(hours=1), NOON + timedelta(days=3), NOON + timedelta(days=8)])
def test_foretold_and_held_are_the_same(request_of_two: Request, at: datetime) -> None:
    institution = request_of_two.institution
    apart = PolicyRule(institution=institution, audience=Audience.PATIENT, modality="MG", report=True)
    save_policy(apart, SYSTEM, NOON)
    rule = PolicyRule(institution=institution, audience=Audience.PATIENT)
    for ruled in RULES:
        for name, value in ruled.items():
            setattr(rule, name, value)
        foretold = foreseen_under(cells_of([rule, apart]), request_of_two, at)
        save_policy(rule, SYSTEM, NOON)
        assert foretold == foreseen(request_of_two, at), ruled


def test_an_institution_that_has_left_shows_nothing() -> None:
    request = RequestFactory(patient__institution=InstitutionFactory(is_active=False))
    StudyFactory(request=request)
    rule = PolicyRule(institution=request.institution, audience=Audience.PATIENT, images=True)
    assert list(foreseen_under(cells_of([rule]), request, NOON)) == []


def test_what_comes_now_opens_after_the_cell_s_delays() -> None:
    cell = PolicyCell(
        audience=Audience.PATIENT,
        modality="CT",
        in_list=True,
        images=True,
        images_after=timedelta(hours=48),
        report=True,
        report_after=timedelta(days=7),
    )
    final = grant_under(cell, NOON, ReportStatus.FINAL, NOON)
    assert final is not None
    assert (final.images.opens_at, final.report.opens_at) == (NOON + timedelta(hours=48), NOON + timedelta(days=7))
    preliminary = grant_under(cell, NOON, ReportStatus.PRELIMINARY, NOON + timedelta(days=30))
    assert preliminary is not None
    assert (preliminary.images.allowed, preliminary.report.withheld) == (True, Withheld.PRELIMINARY)
    cell.in_list = False
    assert grant_under(cell, NOON, ReportStatus.FINAL, NOON) is None
