"""List, single study and a separately written oracle give one answer in every generated world."""

from datetime import datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from studies import access
from studies.access import Answer, Grant, NotVisible, Viewer

from . import oracle
from .conftest import IN_THE_SUITE
from .oracle import Expected
from .worlds import ACode, APhysician, AStudy, World, worlds, write

pytestmark = pytest.mark.django_db


def test_list_and_single_study_and_oracle_agree(world_count: int) -> None:
    @settings(
        max_examples=world_count,
        derandomize=world_count <= IN_THE_SUITE,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(worlds())
    def holds(world: World) -> None:
        with transaction.atomic():
            write(world)
            viewers: list[ACode | APhysician] = [*world.physicians]
            viewers += [code for request in world.requests for code in request.codes]
            for who in viewers:
                _compare(world, who, world.at)
            transaction.set_rollback(True)

    holds()


def _compare(world: World, who: ACode | APhysician, at: datetime) -> None:
    viewer: Viewer | None
    if isinstance(who, ACode):
        viewer = access.patient_viewer(who.actor, at)
    else:
        viewer = access.account_viewer(who.actor, by_sms=who.by_sms)
    expected = oracle.sees(world, who, at)
    listed = list(access.page_of(viewer, at))
    assert [(seen.study.pk, _plain(seen.grant)) for seen in listed] == [
        (_row(study), _promised(wanted)) for study, wanted in expected
    ]
    assert _by_small_pages(viewer, at) == [seen.study.pk for seen in listed]
    assert {study.pk for study in access.visible_studies(viewer, at)} == {seen.study.pk for seen in listed}
    by_study = {_row(study): wanted for study, wanted in expected}
    for request in world.requests:
        for study in request.studies:
            _compare_one(viewer, study, by_study.get(_row(study)), at)


def _compare_one(viewer: Viewer | None, study: AStudy, wanted: Expected | None, at: datetime) -> None:
    assert study.row is not None
    grant = access.grant_for(viewer, study.row, at)
    assert (grant and _plain(grant)) == (wanted and _promised(wanted))
    uuid = study.row.uuid
    if wanted is None:
        with pytest.raises(NotVisible):
            access.find(viewer, uuid, at)
    else:
        assert _plain(access.find(viewer, uuid, at).grant) == _promised(wanted)
    if wanted is not None and wanted.images[0] == "yes":
        assert access.open_images(viewer, uuid, at) == study.row
    else:
        with pytest.raises(NotVisible):
            access.open_images(viewer, uuid, at)
    if wanted is not None and wanted.report[0] == "yes":
        read = access.open_report(viewer, uuid, at)
        assert sorted((version.status, version.received_at) for version in read) == list(wanted.readable)
    else:
        with pytest.raises(NotVisible):
            access.open_report(viewer, uuid, at)


def _by_small_pages(viewer: Viewer | None, at: datetime) -> list[int]:
    page = access.page_of(viewer, at, size=2)
    found = [seen.study.pk for seen in page]
    while page.older is not None:
        page = access.page_of(viewer, at, page.older, size=2)
        found += [seen.study.pk for seen in page]
    return found


def _row(study: AStudy) -> int:
    assert study.row is not None
    return study.row.pk


def _plain(grant: Grant) -> tuple[object, ...]:
    status = grant.report_status.value if grant.report_status else None
    return grant.audience.value, _answer(grant.images), _answer(grant.report), status


def _promised(wanted: Expected) -> tuple[object, ...]:
    return wanted.audience, wanted.images, wanted.report, wanted.status


def _answer(answer: Answer) -> tuple[str, datetime | None]:
    if answer.allowed:
        assert answer.withheld is None
        return "yes", answer.since
    assert answer.withheld is not None
    return answer.withheld.value, answer.opens_at
