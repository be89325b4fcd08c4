"""A GP who requested a CT at a hospital with the usual policy, and one who did not."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from accounts.audit.actor import SYSTEM
from accounts.models import Physician
from studies.institutions.services import found_institution
from studies.models import Institution, Study
from tests.factories import PhysicianFactory
from tests.factories.accounts import LONG_AGO, log_in
from tests.factories.imaging import ct, delivered, numbered


@dataclass(frozen=True)
class Practice:
    """`gp` requested `study`; `colleague` has nothing to do with it. Each with a browser that is logged in."""

    hospital: Institution
    study: Study
    gp: Physician
    colleague: Physician
    browser: Client
    other_browser: Client

    @property
    def instance(self) -> UUID:
        found = self.study.series.get(description="Brain").instances.first()
        assert found is not None
        return found.uuid

    def picture(self, name: str = "preview", frame: int = 1, instance: UUID | None = None) -> str:
        return reverse("studies:picture", args=[self.study.uuid, instance or self.instance, frame, name])

    def page(self, name: str) -> str:
        return reverse(f"studies:{name}", args=[self.study.uuid])


@pytest.fixture
def practice(db: None) -> Practice:
    hospital = found_institution(slug="az", name="AZ Sint-Example", city="Brussels", actor=SYSTEM, at=LONG_AGO)
    gp, colleague = PhysicianFactory(), PhysicianFactory()
    study = delivered(hospital, ct(), numbered(gp), document="Dose report")
    browser, other_browser = Client(), Client()
    log_in(browser, gp.user)
    log_in(other_browser, colleague.user)
    return Practice(hospital, study, gp, colleague, browser, other_browser)
