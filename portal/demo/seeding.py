"""Seeding the demo: twice with the same result."""

from datetime import datetime

from django.db import transaction

from accounts.audit.actor import SYSTEM
from studies.access_codes.demands import effective_second_factor, owes_payment
from studies.access_codes.services import CannotIssue, Wishes
from studies.institutions.services import found_institution, save_policy
from studies.models import Institution, PolicyRule, Request

from . import accounts
from .asking import ASKING_REQUESTS
from .cast import Cast, Entry
from .codes import USUAL, code_of
from .deliveries import Institutions, Told, deliver, request_of
from .examinations import REQUESTS
from .moments import OPENED_BEFORE, first_seeding
from .people import HOSPITALS, PHYSICIANS, STAFF, Hospital
from .phantoms.series import Detail

EXAMINATIONS = (*REQUESTS, *ASKING_REQUESTS)


def seed(now: datetime, detail: Detail, told: Told) -> Cast:
    """Make sure that the whole demo is there, and return its cast with codes that work at `now`."""
    began = first_seeding(now)
    opened = began - OPENED_BEFORE
    institutions = {hospital.slug: _hospital(hospital, opened) for hospital in HOSPITALS}
    staff = [accounts.employee(employee, institutions, opened) for employee in STAFF]
    for institution in institutions.values():
        accounts.confirm_due_staff(institution, now)
    physicians = [accounts.physician(physician, opened) for physician in PHYSICIANS]
    deliver(EXAMINATIONS, institutions, began, detail, told)
    return Cast(list(institutions.values()), _entries(institutions, now), physicians, staff)


def entry_of(
    request: Request, shows: str, now: datetime, *, has_something_to_see: bool, wishes: Wishes = USUAL
) -> Entry:
    """A request with a code that works at `now`, or the reason why there is none.

    What the entry says of second factor and payment is what the code asks at `now`: once paid, nothing.
    """
    try:
        code, text = code_of(request, now, wishes)
    except CannotIssue as refused:
        return Entry(request, "", str(refused), shows, has_something_to_see)
    return Entry(request, text, "", shows, has_something_to_see, effective_second_factor(code), pays=owes_payment(code))


def _entries(institutions: Institutions, now: datetime) -> list[Entry]:
    return [
        entry_of(
            request_of(demo, institutions),
            demo.shows,
            now,
            has_something_to_see=demo.have_arrived,
            wishes=demo.wishes,
        )
        for demo in EXAMINATIONS
    ]


@transaction.atomic
def _hospital(hospital: Hospital, at: datetime) -> Institution:
    """The institution, founded with its policy unless it is there: what was changed since stays changed."""
    institution = Institution.objects.filter(slug=hospital.slug).first()
    if institution is not None:
        return institution
    institution = found_institution(
        slug=hospital.slug,
        name=hospital.name,
        city=hospital.city,
        desk_phone=hospital.desk_phone,
        desk_hours=hospital.desk_hours,
        actor=SYSTEM,
        at=at,
        **hospital.settings,
    )
    for rule in hospital.rules:
        row = PolicyRule.objects.filter(institution=institution, audience=rule.audience, modality=rule.modality).first()
        row = row or PolicyRule(institution=institution, audience=rule.audience, modality=rule.modality)
        row.images, row.report, row.report_days = rule.images, rule.report, rule.report_days
        save_policy(row, SYSTEM, at)
    return institution
