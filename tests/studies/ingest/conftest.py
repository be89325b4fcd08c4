"""One hospital, and what is delivered to it."""

import pytest

from studies.models import Institution
from tests.factories import InstitutionFactory

from .arrivals import delivery

__all__ = ["delivery", "institution"]


@pytest.fixture
def institution(db: None) -> Institution:
    return InstitutionFactory(slug="az-sint-example", time_zone="Europe/Brussels")
