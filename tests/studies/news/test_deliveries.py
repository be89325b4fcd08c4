"""Which deliveries are news, and for whom."""

import pytest

from accounts.audit.actor import SYSTEM
from accounts.models import IdentifierKind, News, Physician
from accounts.service_desk import services
from studies.ingest.services import announce, store
from studies.models import Institution, Study, WaitingNews
from tests.factories import PhysicianFactory
from tests.studies.ingest.arrivals import NOON, Delivery, delivery
from tests.studies.ingest.conftest import institution

__all__ = ["delivery", "institution"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def dubois() -> Physician:
    physician: Physician = PhysicianFactory(user__news=News.DAILY)
    services.add_identifier(physician, "BE", IdentifierKind.RIZIV, "10000100004", SYSTEM, NOON)
    return physician


def waiting() -> list[tuple[int, int]]:
    return list(WaitingNews.objects.values_list("physician", "study"))


def test_the_first_images_of_a_study_are_news_and_later_ones_are_not(delivery: Delivery, dubois: Physician) -> None:
    delivery.arrives(delivery.slice(1), delivery.slice(2))
    assert waiting() == [(dubois.pk, Study.objects.get().pk)]
    WaitingNews.objects.all().delete()
    delivery.arrives(delivery.slice(3))
    assert waiting() == []


def test_a_study_that_is_still_coming_is_news_when_it_is_there(
    delivery: Delivery, institution: Institution, dubois: Physician
) -> None:
    store(institution, [delivery.slice(1)], NOON, staging=delivery.staging, whole=False)
    assert waiting() == []
    study = Study.objects.get()
    announce(institution, [study.uuid], NOON)
    assert waiting() == [(dubois.pk, study.pk)]


def test_what_came_years_before_the_number_was_known_is_no_news(delivery: Delivery) -> None:
    delivery.arrives(delivery.slice(1))
    physician = PhysicianFactory(user__news=News.AT_ONCE)
    services.add_identifier(physician, "BE", IdentifierKind.RIZIV, "10000100004", SYSTEM, NOON)
    assert waiting() == []
