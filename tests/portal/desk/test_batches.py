"""Letters for many requests at once, marked in the admin's list."""

import pytest
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from portal.letters.services import MOST_LETTERS, Order, print_letters
from studies.access_codes import issue
from studies.access_codes.services import Wishes, issue_as_wished
from studies.models import AccessCode, Institution, PatientSecondFactor, Request
from tests.factories import PatientFactory, RequestFactory
from tests.portal.letters.paper import read

from .conftest import Counter

pytestmark = pytest.mark.django_db


def test_letters_for_many_requests_marked_in_the_admin(counter: Counter, annas: Request) -> None:
    house = annas.institution
    unknown = RequestFactory(patient=PatientFactory(institution=house, name_alphabetic="Maes^Piet", birth_year=None))
    young = RequestFactory(
        patient=PatientFactory(institution=house, birth_year=timezone.now().year - 15, name_alphabetic="Claes^Jef")
    )
    others = [RequestFactory(patient=PatientFactory(institution=house)) for _ in range(3)]
    old = issue(annas, SYSTEM, timezone.now()).code
    marked = [annas.pk, unknown.pk, young.pk, *(other.pk for other in others), RequestFactory().pk]
    chosen = {"action": "codes_and_letters", "_selected_action": marked}
    page = counter.browser.post("/admin/studies/request/", chosen, follow=True)
    words = " ".join(page.content.decode().split())
    assert "Give out 4 codes and print their letters" in words
    assert words.index("Left out") < words.index("Claes, Jef")
    assert "Complete it first." in words
    assert AccessCode.objects.count() == 1
    sheets = read(counter.browser.post("/desk/letters/").content)
    assert len(sheets) == 4
    assert AccessCode.objects.count() == 5
    assert AccessCode.objects.get(request=annas, replaces=old).revoked_at is None


def test_no_more_than_a_hundred_letters_at_once(annas: Request) -> None:
    with pytest.raises(ValueError, match="101 letters at once"):
        print_letters([Order(annas)] * (MOST_LETTERS + 1), SYSTEM, timezone.now())
    assert not AccessCode.objects.exists()


def test_who_marked_nothing_is_told_where_to(counter: Counter) -> None:
    assert "Nothing to print." in counter.page("/desk/letters/")
    assert counter.browser.post("/desk/letters/").headers["Content-Type"].startswith("text/html")


def test_a_letter_in_the_place_of_another_opens_and_asks_no_less_and_no_more(
    counter: Counter, annas: Request, hospital: Institution
) -> None:
    """Whoever stole the first letter gains nothing when the desk prints another one."""
    Institution.objects.update(second_factor_per_code=True)
    annas.institution.refresh_from_db()
    careful = Wishes(report=False, second_factor=PatientSecondFactor.SMS)
    issue_as_wished(annas, careful, SYSTEM, timezone.now())
    chosen = {"action": "codes_and_letters", "_selected_action": [annas.pk]}
    counter.browser.post("/admin/studies/request/", chosen)
    counter.browser.post("/desk/letters/")
    counter.print_letter(annas, old="until_used")
    newer = AccessCode.objects.filter(replaces__isnull=False)
    terms = [(code.images, code.report, code.second_factor) for code in newer]
    assert terms == [(True, False, PatientSecondFactor.SMS)] * 2
