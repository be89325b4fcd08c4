"""What a page says before somebody downloads: what there is, how large, and that it is not locked."""

from dataclasses import replace
from uuid import uuid4

from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.audit.actor import SYSTEM
from studies.access import Answer, Grant, Seen
from studies.access_codes.services import issue
from studies.download.keeping import Keep, keeps_of
from studies.models import Audience, Study
from tests.factories import InstanceFactory, SeriesFactory, StudyFactory
from tests.factories.accounts import enter_as_patient
from tests.studies.viewer.practice import Practice

BOTH = Grant(Audience.PATIENT, images=Answer(allowed=True), report=Answer(allowed=True), documents=Answer(allowed=True))
CHEST = Keep(uuid4(), "CT of the <chest>", 28 * 2**20, 3 * 2**20, report=True)


def rendered(*keeps: Keep) -> str:
    return " ".join(render_to_string("components/keep/keep.html", {"keeps": keeps}).split())


def test_the_size_comes_first_and_that_it_is_not_locked() -> None:
    page = rendered(CHEST)
    assert "Download all, 28.0 MB" in page
    assert "Pictures only, for a phone (JPEG), 3.0 MB" in page
    assert "Report as PDF" in page
    assert "not locked" in page
    assert "chest" not in page  # the only one needs no title


def test_each_of_several_studies_has_its_own_and_what_came_from_outside_stays_text() -> None:
    page = rendered(CHEST, replace(CHEST, study=uuid4(), title="Ultrasound"))
    assert page.count("Download all") == 2
    assert ">CT of the &lt;chest&gt;</h3>" in page


def test_nothing_is_offered_where_there_is_nothing() -> None:
    assert rendered() == ""
    assert "Download all" not in rendered(replace(CHEST, everything=0, pictures=0))
    assert "Report as PDF" not in rendered(replace(CHEST, report=False))


def test_what_may_not_be_seen_is_not_offered(practice: Practice) -> None:
    withheld = Answer(allowed=False)
    assert keeps_of([Seen(practice.study, replace(BOTH, images=withheld, report=withheld))]) == []
    report_only = keeps_of([Seen(practice.study, replace(BOTH, images=withheld))])[0]
    assert (report_only.everything, report_only.pictures, report_only.report) == (0, 0, True)


def test_the_size_that_is_said_is_nearly_what_comes(practice: Practice, gp: Client) -> None:
    said = keeps_of([Seen(practice.study, BOTH)])[0]
    for size, page in ((said.everything, "download"), (said.pictures, "download_pictures")):
        comes = int(gp.head(practice.page(page))["Content-Length"])
        assert size < comes < size + 40_000  # a page, a report, a directory


def test_many_studies_with_many_pictures_cost_one_query(
    practice: Practice, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def more() -> Study:
        study = StudyFactory(request=practice.study.request)
        for _ in range(5):
            InstanceFactory(series=SeriesFactory(study=study))
        return study

    seen = [Seen(practice.study, BOTH), Seen(more(), BOTH), Seen(more(), BOTH)]
    with django_assert_num_queries(1):
        assert len(keeps_of(seen)) == 3


def test_the_patient_and_the_requester_find_it_on_their_pages(practice: Practice, gp: Client) -> None:
    browser = Client()
    enter_as_patient(browser, issue(practice.study.request, SYSTEM, timezone.now()).code.uuid)
    for page in (browser.get("/patient/request/"), gp.get(practice.page("study"))):
        assert f'href="{practice.page("download")}"' in page.content.decode()
        assert "not locked" in page.content.decode()
