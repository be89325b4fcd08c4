"""Anna's request at Sint-Example, with images and a report, and the code of her letter."""

import pytest

from accounts.audit.actor import SYSTEM
from studies.access_codes import IssuedCode, issue
from studies.models import Request, Study
from tests.factories import ReportFactory, StudyFactory
from tests.factories.studies import NOON


@pytest.fixture
def study() -> Study:
    return StudyFactory()


@pytest.fixture
def anna(study: Study) -> Request:
    ReportFactory(request=study.request)
    return study.request


@pytest.fixture
def letter(anna: Request) -> IssuedCode:
    return issue(anna, SYSTEM, NOON)
