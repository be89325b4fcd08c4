"""The list: newest first, by key, for the same few queries however long it is."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from studies.access import NotVisible, Viewer, find, open_images, page_of
from studies.access.audiences import branches
from studies.access.queries import openings_of
from studies.access.united import newest
from studies.models import Audience, ReportStatus, Study

from .cast import ARRIVED, DAY, HOUR, hospital, name, patient_of, physician, reported, study_at

pytestmark = pytest.mark.django_db


def test_pages_follow_each_other_without_gap_or_repeat_even_where_studies_were_made_at_the_same_time() -> None:
    house, lena = hospital(), physician()
    made = [study_at(house, performed_at=ARRIVED - (number // 3) * HOUR) for number in range(10)]
    for study in made:
        name(lena, study)
    first = page_of(lena, ARRIVED, size=4)
    second = page_of(lena, ARRIVED, first.older, size=4)
    third = page_of(lena, ARRIVED, second.older, size=4)
    assert third.older is None
    shown = [seen.study for page in (first, second, third) for seen in page]
    assert shown == sorted(made, key=lambda study: (study.performed_at, study.pk), reverse=True)


def test_a_page_that_is_just_full_has_no_next_one() -> None:
    house, lena = hospital(), physician()
    for _ in range(2):
        name(lena, study_at(house))
    assert page_of(lena, ARRIVED, size=2).older is None


def test_a_list_does_not_continue_after_a_study_of_somebody_elses() -> None:
    house, lena = hospital(), physician()
    with pytest.raises(NotVisible):
        page_of(lena, ARRIVED, study_at(house).uuid)
    with pytest.raises(NotVisible):
        page_of(lena, ARRIVED, uuid4())


def test_one_row_costs_as_many_queries_as_twenty() -> None:
    house, lena = hospital(), physician()
    name(lena, study_at(house))
    one = _page_queries(lena)
    for _ in range(19):
        study = study_at(house)
        name(lena, study)
        reported(study.request, ReportStatus.FINAL, ARRIVED)
    assert _page_queries(lena, rows=20) == one <= 4


def test_what_several_audiences_list_is_merged_newest_first_and_shown_once() -> None:
    house, lena = hospital(), physician()
    own = study_at(house, performed_at=ARRIVED - 2 * DAY)
    both = study_at(house, request=own.request, performed_at=ARRIVED - DAY)
    older = study_at(house, performed_at=ARRIVED - 3 * DAY)
    for study in (both, older):
        name(lena, study)
    united = [*branches(lena, ARRIVED), *branches(patient_of(own.request, ARRIVED), ARRIVED)]
    assert newest(united, None, 51) == [both.pk, own.pk, older.pk]
    assert newest(united, (both.performed_at, both.pk), 51) == [own.pk, older.pk]
    assert newest(united, None, 1) == [both.pk]


def test_what_several_audiences_open_of_a_study_is_asked_in_one_query(monkeypatch: pytest.MonkeyPatch) -> None:
    study, lena = study_at(hospital()), physician()
    name(lena, study)
    anna = patient_of(study.request, ARRIVED, report=False)
    both = [*branches(lena, ARRIVED, [study.pk]), *branches(anna, ARRIVED, [study.pk])]
    monkeypatch.setattr("studies.access.queries.branches", lambda *_: both)
    with CaptureQueriesContext(connection) as queries:
        openings = openings_of(lena, ARRIVED, [study.pk])
    assert len(queries) == 1
    assert {(opening.audience, opening.code_report, opening.images_after) for opening in openings[study.pk]} == {
        (Audience.REQUESTER, True, timedelta(0)),
        (Audience.PATIENT, False, timedelta(0)),
    }


def test_a_study_that_is_not_there_costs_what_a_study_of_somebody_elses_costs() -> None:
    house, lena = hospital(), physician()
    name(lena, study_at(house))
    others = study_at(house)
    for door in (find, open_images):
        assert _refusal_queries(door, lena, others) == _refusal_queries(door, lena, None)


def _page_queries(viewer: Viewer, rows: int = 1) -> int:
    with CaptureQueriesContext(connection) as queries:
        page = page_of(viewer, ARRIVED + DAY)
        for study, _grant in page:
            assert study.institution.name
            assert study.request.patient.display_name
    assert len(page) == rows
    return len(queries)


def _refusal_queries(door: Callable[[Viewer, UUID, datetime], object], viewer: Viewer, study: Study | None) -> int:
    with CaptureQueriesContext(connection) as queries, pytest.raises(NotVisible):
        door(viewer, study.uuid if study else uuid4(), ARRIVED)
    return len(queries)
