"""A GP who requested a CT at a hospital with the usual policy, and a colleague who has nothing to do with it."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from accounts.audit.actor import SYSTEM
from accounts.models import Physician
from portal.demo.phantoms.series import Detail
from studies.institutions.services import found_institution
from studies.models import Institution, Study
from tests.factories import PhysicianFactory
from tests.factories.accounts import LONG_AGO
from tests.factories.imaging import SMALL, ct, delivered, numbered


@dataclass(frozen=True)
class Practice:
    hospital: Institution
    study: Study
    gp: Physician
    colleague: Physician

    @property
    def instance(self) -> UUID:
        found = self.study.series.get(description="Brain").instances.first()
        assert found is not None
        return found.uuid

    def picture(self, name: str = "preview", frame: int = 1, instance: UUID | None = None) -> str:
        return reverse("studies:picture", args=[self.study.uuid, instance or self.instance, frame, name])

    def page(self, name: str) -> str:
        return reverse(f"studies:{name}", args=[self.study.uuid])


def open_practice(detail: Detail = SMALL) -> Practice:
    hospital = found_institution(slug="az", name="AZ Sint-Example", city="Brussels", actor=SYSTEM, at=LONG_AGO)
    gp, colleague = PhysicianFactory(), PhysicianFactory()
    study = delivered(hospital, ct(detail), numbered(gp), document="Dose report")
    return Practice(hospital, study, gp, colleague)
