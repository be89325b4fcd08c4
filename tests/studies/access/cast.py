"""Who looks in these tests: Anna with the code of her letter, her physician, and a stranger to her."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from accounts.audit.actor import SYSTEM, Actor, ActorKind
from accounts.models import Physician
from studies.access import AccountViewer, PatientViewer, account_viewer, patient_viewer
from studies.access_codes import issue
from studies.institutions.services import found_institution, save_policy
from studies.models import Audience, Institution, Listing, PolicyRule, ReportStatus, Request, Study
from studies.reports.services import receive
from tests.factories import PhysicianFactory, RequestFactory, StudyFactory
from tests.factories.studies import NOON

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ARRIVED = NOON + timedelta(minutes=20)


def hospital(slug: str = "sint-example", **settings: Any) -> Institution:
    """An institution with the portal's default policy."""
    return found_institution(slug=slug, name=slug.title(), actor=SYSTEM, at=NOON - DAY, **settings)


def study_at(house: Institution, **traits: Any) -> Study:
    """A study of a request of its own, made at noon, its images there twenty minutes later."""
    request = traits.pop("request", None) or RequestFactory(patient__institution=house)
    return StudyFactory(request=request, **traits)


def patient_of(request: Request, at: datetime, **opens: Any) -> PatientViewer:
    """The patient, come in with a new code in a new session."""
    issued = issue(request, SYSTEM, at, **opens)
    viewer = patient_viewer(Actor(ActorKind.PATIENT, issued.code.uuid, uuid4(), "192.0.2.7"), at)
    assert viewer is not None
    return viewer


def physician() -> AccountViewer:
    """A verified physician, logged in."""
    return logged_in(PhysicianFactory())


def logged_in(who: Physician, *, by_sms: bool = False) -> AccountViewer:
    viewer = account_viewer(Actor(ActorKind.ACCOUNT, who.user.uuid, uuid4(), "192.0.2.8"), by_sms=by_sms)
    assert viewer is not None
    return viewer


def name(viewer: AccountViewer, study: Study, *, requester: bool = True) -> None:
    """Name a physician on a study's request, as the requester or only as somebody who gets a copy."""
    assert viewer.physician_id is not None
    Listing.objects.create(
        physician_id=viewer.physician_id,
        at=study.performed_at,
        study=study,
        institution=study.institution,
        modality=study.modality,
        patient=study.request.patient,
        restricted=study.restricted,
        requester=requester,
        copied=not requester,
    )


def reported(request: Request, status: ReportStatus, at: datetime, text: str = "No fracture.") -> None:
    receive(request, status, text, "Dr E. Lambert", SYSTEM, at)


def rule(house: Institution, audience: Audience, **ruled: Any) -> None:
    """Change what an institution shows to an audience, for all modalities or for one."""
    modality = ruled.pop("modality", "")
    found = PolicyRule.objects.filter(institution=house, audience=audience, modality=modality).first()
    changed = found or PolicyRule(institution=house, audience=audience, modality=modality)
    for field, value in ruled.items():
        setattr(changed, field, value)
    save_policy(changed, SYSTEM, NOON)
