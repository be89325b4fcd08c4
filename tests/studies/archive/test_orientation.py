"""Where left, front and head are; where a slice lies; how fast a film runs."""

from typing import Any

import pytest
from pydicom.dataset import Dataset

from studies.archive.orientation import frame_milliseconds, letters, position

from .pieces import dataset

AXIAL = [1, 0, 0, 0, 1, 0]
SAGITTAL = [0, 1, 0, 0, 0, -1]
CORONAL = [1, 0, 0, 0, 0, -1]


@pytest.mark.parametrize(
    ("cosines", "at_the_edges"),
    [
        (AXIAL, ("R", "L", "A", "P")),
        (SAGITTAL, ("A", "P", "H", "F")),
        (CORONAL, ("R", "L", "H", "F")),
        ([-1, 0, 0, 0, 1, 0], ("L", "R", "A", "P")),
        ([1, 0, 0, 0, 0.94, -0.34], ("R", "L", "AH", "PF")),
        ([0.998, 0.05, 0.03, -0.05, 0.998, 0], ("R", "L", "A", "P")),
        ([9, 0, 0, 0, 1, 0], ("", "", "", "")),
        ([1, 0, 0], ("", "", "", "")),
    ],
)
def test_letters_from_direction_cosines(cosines: list[float], at_the_edges: tuple[str, ...]) -> None:
    assert letters(dataset(ImageOrientationPatient=cosines)) == at_the_edges


def test_letters_as_an_x_ray_names_them() -> None:
    assert letters(dataset(PatientOrientation=["L", "F"])) == ("R", "L", "H", "F")
    assert letters(dataset(PatientOrientation=["A", "FR"])) == ("P", "A", "HL", "FR")


@pytest.mark.parametrize("nonsense", [["X", "<b>"], ["L"], None])
def test_no_letters_rather_than_wrong_ones(nonsense: Any) -> None:
    assert letters(dataset() if nonsense is None else dataset(PatientOrientation=nonsense)) == ("", "", "", "")


def test_slices_are_ordered_along_their_normal() -> None:
    axial = [dataset(ImageOrientationPatient=AXIAL, ImagePositionPatient=[-100, -100, z]) for z in (5.0, -2.5)]
    assert [position(ds) for ds in axial] == [5.0, -2.5]
    sagittal = dataset(ImageOrientationPatient=SAGITTAL, ImagePositionPatient=[30, -100, 50])
    assert position(sagittal) == -30.0  # the normal of a sagittal slice points to the right


def test_the_position_of_an_enhanced_file_is_that_of_its_first_frame() -> None:
    orientation, plane, shared, frame = Dataset(), Dataset(), Dataset(), Dataset()
    orientation.ImageOrientationPatient, plane.ImagePositionPatient = AXIAL, [0, 0, 12]
    shared.PlaneOrientationSequence, frame.PlanePositionSequence = [orientation], [plane]
    ds = dataset(SharedFunctionalGroupsSequence=[shared], PerFrameFunctionalGroupsSequence=[frame])
    assert (position(ds), letters(ds)) == (12.0, ("R", "L", "A", "P"))


def test_the_slice_location_has_to_do_where_there_is_no_geometry() -> None:
    assert position(dataset(SliceLocation=7.5)) == 7.5
    assert position(dataset()) is None


@pytest.mark.parametrize(
    ("values", "milliseconds"),
    [
        ({"FrameTime": "33.3"}, 33.3),
        ({"FrameTimeVector": ["0", "40", "60"]}, 50.0),
        ({"RecommendedDisplayFrameRate": 25}, 40.0),
        ({"CineRate": 10}, 100.0),
        ({"FrameTime": "0", "CineRate": 10}, 100.0),
        ({"FrameTime": "0.0001"}, None),
        ({}, None),
    ],
)
def test_how_long_a_frame_of_a_film_is_shown(values: dict[str, Any], milliseconds: float | None) -> None:
    assert frame_milliseconds(dataset(**values), 3) == pytest.approx(milliseconds)


def test_a_single_picture_is_no_film() -> None:
    assert frame_milliseconds(dataset(FrameTime="33.3"), 1) is None
