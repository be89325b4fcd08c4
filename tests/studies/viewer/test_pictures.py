"""What the picture component is told: series in order, pictures in order, what cannot be shown."""

from collections.abc import Sequence

import pytest
from django.template.loader import render_to_string
from pytest_django import DjangoAssertNumQueries

from studies.models import Instance, InstanceKind, PixelState, Study
from studies.viewer.component import Component, components_of
from studies.viewer.pictures import StudyPictures, in_order, pictures_of, title_of
from studies.viewer.selection import Selection
from tests.factories import InstanceFactory, SeriesFactory, StudyFactory

pytestmark = pytest.mark.django_db


def pictures(study: Study) -> StudyPictures:
    return pictures_of([study])[0]


def component(study: Study, **query: object) -> Component:
    return components_of([study], {name: str(value) for name, value in query.items()}, {study.pk})[0]


def numbers(instances: Sequence[Instance]) -> list[int | None]:
    return [instance.number for instance in in_order(instances)]


def test_slices_stand_in_the_order_of_the_body_whatever_their_numbers() -> None:
    series = SeriesFactory()
    slices = [InstanceFactory(series=series, number=n, position=p) for n, p in ((1, 30.0), (2, 10.0), (3, 20.0))]
    assert numbers(slices) == [2, 3, 1]


def test_a_position_met_twice_or_missing_says_nothing_and_numbers_decide() -> None:
    series = SeriesFactory()
    twice = [InstanceFactory(series=series, number=n, position=p) for n, p in ((2, 10.0), (1, 20.0), (3, 10.0))]
    assert numbers(twice) == [1, 2, 3]
    missing = [InstanceFactory(series=series, number=n, position=p) for n, p in ((None, 1.0), (5, None), (4, 9.0))]
    assert numbers(missing) == [4, 5, None]


def test_planes_of_several_directions_stand_by_number() -> None:
    series = SeriesFactory()
    planes = [
        InstanceFactory(series=series, number=n, position=-n, orientation_left=left)
        for n, left in ((1, "R"), (2, "A"), (3, "R"))
    ]
    assert numbers(planes) == [1, 2, 3]


def test_frames_count_as_pictures_one_after_another() -> None:
    series = SeriesFactory()
    InstanceFactory(series=series, number=1, frames=3)
    last = InstanceFactory(series=series, number=2, frames=2)
    shown = pictures(series.study).series[0]
    assert shown.count == 5
    assert [(shown.picture(n).stack.frames, shown.picture(n).frame) for n in (1, 3, 4, 5)] == [
        (3, 1),
        (3, 3),
        (2, 1),
        (2, 2),
    ]
    assert (shown.picture(99).stack.instance, shown.picture(99).frame) == (last.uuid, 2)


def test_what_cannot_be_shown_is_counted_and_a_corrected_file_counts_once() -> None:
    series = SeriesFactory()
    shown = InstanceFactory(series=series)
    InstanceFactory(series=series, replaced_by=shown)
    InstanceFactory(series=series, pixel_state=PixelState.UNREADABLE)
    InstanceFactory(series=series, kind=InstanceKind.OTHER, pixel_state=PixelState.NONE, frames=0)
    report = SeriesFactory(study=series.study, description="Dose", number=9)
    InstanceFactory(series=report, kind=InstanceKind.DOCUMENT, pixel_state=PixelState.NONE, frames=0)
    told = pictures(series.study)
    assert [(each.label, each.count) for each in told.series] == [("Brain", 1)]
    assert (told.unreadable, told.without_pictures, [d.label for d in told.documents]) == (1, 1, ["Dose"])


def test_a_series_without_a_name_is_called_by_its_number_or_its_place() -> None:
    study = StudyFactory()
    for number in (7, None):
        InstanceFactory(series=SeriesFactory(study=study, number=number, description=""))
    assert {series.label for series in pictures(study).series} <= {"Series 7", "Series 1", "Series 2"}
    assert "Series 7" in {series.label for series in pictures(study).series}


def test_a_study_without_a_name_is_called_by_its_request_or_its_kind() -> None:
    assert title_of(StudyFactory(description="")) == "CT head"
    assert title_of(StudyFactory(description="", request__description="", modality="MG")) == "Mammography"


def test_it_opens_on_the_middle_of_the_volume_and_not_on_the_scout() -> None:
    scout = SeriesFactory(number=1, description="Scout")
    volume = SeriesFactory(study=scout.study, number=2)
    InstanceFactory(series=scout)
    for number in range(1, 21):
        InstanceFactory(series=volume, number=number, position=float(number))
    front = component(scout.study).front
    assert front is not None
    assert (front.series, front.position, front.count) == ("Brain", 10, 20)


def test_a_selection_is_followed_as_far_as_it_makes_sense() -> None:
    series = SeriesFactory(body_part="HEAD")
    for number in range(1, 4):
        InstanceFactory(series=series, number=number)
    shown = component(series.study, series=series.uuid, picture=2, window="bone")
    assert shown.front is not None
    assert (shown.front.position, shown.front.source.rsplit("/", 1)[1]) == (2, "preview-bone.jpg")
    assert shown.query == f"series={series.uuid}&picture=2&window=bone"
    beyond = component(series.study, series=series.uuid, picture=99, window="lung")
    assert beyond.front is not None
    assert (beyond.front.position, beyond.front.source.rsplit("/", 1)[1]) == (3, "preview.jpg")
    assert beyond.front.next == ""


@pytest.mark.parametrize("query", [{"series": "x"}, {"picture": "-1"}, {"picture": "٣"}, {"picture": "9" * 500}, {}])
def test_nonsense_counts_as_not_asked_for(query: dict[str, str]) -> None:
    assert Selection.read(query) == Selection()


def test_a_selection_belongs_to_the_study_that_has_the_series() -> None:
    one, other = SeriesFactory(), SeriesFactory()
    for series in (one, other):
        InstanceFactory(series=series, frames=9)
    query = {"series": str(other.uuid), "picture": "7"}
    fronts = [shown.front for shown in components_of([one.study, other.study], query, ())]
    assert [front.position for front in fronts if front] == [1, 7]


def test_many_studies_cost_as_many_queries_as_one(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    studies = [StudyFactory() for _ in range(4)]
    for study in studies:
        series = SeriesFactory(study=study)
        for _ in range(5):
            InstanceFactory(series=series)
    for asked in (studies[:1], studies):
        with django_assert_num_queries(2):
            components_of(asked, {}, ())


def test_names_from_files_are_words_and_never_markup() -> None:
    hostile = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'"
    series = SeriesFactory(description=hostile, study__description=hostile)
    InstanceFactory(series=series)
    page = render_to_string("components/pictures/pictures.html", {"pictures": component(series.study)})
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert page.count("</script>") == 1  # the end of the model


def test_a_study_with_nothing_to_look_at_says_what_it_has() -> None:
    series = SeriesFactory()
    InstanceFactory(series=series, pixel_state=PixelState.UNREADABLE)
    page = render_to_string("components/pictures/pictures.html", {"pictures": component(series.study)})
    assert "1 file cannot be shown here" in page
    assert "<img" not in page
