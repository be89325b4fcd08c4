"""The generated pictures: the same every time, readable by others, placed in space as DICOM wants it."""

import hashlib
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom import Dataset, dcmread
from pydicom.pixels.utils import pixel_array

from portal.demo.phantoms.breast import mammography
from portal.demo.phantoms.chest import chest_x_ray
from portal.demo.phantoms.files import Named, StudyHeader, uid, write_document, write_study
from portal.demo.phantoms.hand import hand_x_ray
from portal.demo.phantoms.head_scans import ct_of_the_head, mr_of_the_head
from portal.demo.phantoms.series import Detail, PhantomSeries
from portal.demo.phantoms.ultrasound import abdomen

SMALL = Detail(scale=0.125, most_pictures=3)
PHANTOMS = [ct_of_the_head, mr_of_the_head, chest_x_ray, hand_x_ray, mammography, abdomen]
Phantom = Callable[[Detail, int], Iterator[PhantomSeries]]


def header(birth_date: str = "19510914") -> StudyHeader:
    return StudyHeader(
        key="ct",
        patient_name="Wang^Xiaodong=王^小東=",
        patient_id="P1",
        issuer="DEMO",
        sex="M",
        birth_date=birth_date,
        accession_number="A1",
        description="CT head",
        institution="AZ Sint-Example",
        at=datetime(2026, 11, 18, 9, 30, tzinfo=UTC),
        requester=Named("Dubois^Luc^^Dr", "10012345004"),
        copies=(Named("Aydin^Elif^^Dr"),),
    )


def written(folder: Path, phantom: Phantom, detail: Detail = SMALL) -> list[Dataset]:
    folder.mkdir(exist_ok=True)
    write_study(header(), phantom(detail, 5), folder)
    return [dcmread(path) for path in sorted(folder.iterdir())]


@pytest.mark.parametrize("phantom", PHANTOMS)
def test_the_same_phantom_gives_the_same_bytes(phantom: Phantom, tmp_path: Path) -> None:
    digests = []
    for folder in (tmp_path / "first", tmp_path / "second"):
        written(folder, phantom)
        digests.append([hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())])

    assert digests[0] == digests[1]
    assert len(digests[0]) == len(set(digests[0]))


@pytest.mark.parametrize("phantom", PHANTOMS)
def test_every_picture_decodes_and_shows_something(phantom: Phantom, tmp_path: Path) -> None:
    for ds in written(tmp_path / "files", phantom):
        pixels = pixel_array(ds)
        assert pixels.shape[:2] == (ds.Rows, ds.Columns) or pixels.shape[1:3] == (ds.Rows, ds.Columns)
        assert pixels.std() > 1
        assert len(ds.SOPInstanceUID) <= 64


@pytest.mark.needs("dcml2pnm")
@pytest.mark.parametrize("phantom", [p for p in PHANTOMS if p is not abdomen])
def test_another_toolkit_reads_the_same_pixels(phantom: Phantom, tmp_path: Path) -> None:
    ds = written(tmp_path / "files", phantom)[0]
    source = min((tmp_path / "files").iterdir())
    subprocess.run(["dcml2pnm", "+Wm", source, tmp_path / "out.pgm"], check=True, timeout=30)

    seen = np.asarray(Image.open(tmp_path / "out.pgm")).ravel().astype(float)
    ours = pixel_array(ds).ravel().astype(float)
    assert abs(np.corrcoef(seen, ours)[0, 1]) > 0.995


def test_the_slices_of_a_volume_lie_one_above_the_other(tmp_path: Path) -> None:
    brain = [ds for ds in written(tmp_path / "files", ct_of_the_head) if ds.SeriesDescription == "Brain"]

    heights = [float(ds.ImagePositionPatient[2]) for ds in brain]
    assert heights == sorted(heights)
    assert len(set(heights)) == len(brain) == 3
    assert {tuple(ds.ImageOrientationPatient) for ds in brain} == {(1, 0, 0, 0, 1, 0)}
    assert len({ds.FrameOfReferenceUID for ds in brain}) == 1


def test_a_whole_head_has_sixty_slices_and_more_of_512_by_512() -> None:
    series = list(ct_of_the_head(Detail(scale=0.0625), 1))
    counts = {one.description: len(list(one.pictures)) for one in series}

    assert counts == {"Brain": 64, "Bone": 64, "Side view": 40}
    assert Detail().pixels(512) == 512


def test_air_fluid_brain_and_bone_have_their_hounsfield_units(tmp_path: Path) -> None:
    middle = written(tmp_path / "files", ct_of_the_head, Detail(scale=0.5, most_pictures=3))[1]
    hounsfield = pixel_array(middle) * float(middle.RescaleSlope) + float(middle.RescaleIntercept)

    assert hounsfield[2, 128] == pytest.approx(-1000, abs=25)
    assert 20 < np.median(hounsfield[100:150, 60:200]) < 45
    assert hounsfield.max() > 900


def test_the_loop_comes_round_to_where_it_began() -> None:
    loop = next(iter(abdomen(Detail(scale=0.25), 3)))
    frames = next(iter(loop.pictures)).pixels.astype(float)

    steps = [np.abs(b - a).mean() for a, b in zip(frames, np.roll(frames, -1, axis=0), strict=True)]
    assert len(frames) == loop.attributes["NumberOfFrames"] == 48
    assert min(steps) > 0.5, "it moves"
    assert steps[-1] <= max(steps[:-1]), "the last frame leads to the first without a jump"


def test_a_hand_is_stored_upside_down_in_brightness(tmp_path: Path) -> None:
    hand = written(tmp_path / "files", hand_x_ray)[0]

    assert hand.PhotometricInterpretation == "MONOCHROME1"
    assert pixel_array(hand)[0, 0] > 3900, "air is the highest value"


def test_a_year_alone_and_names_in_two_scripts_survive_the_file(tmp_path: Path) -> None:
    write_study(header(birth_date="1938"), chest_x_ray(SMALL, 1), tmp_path)
    ds = dcmread(next(tmp_path.iterdir()))

    assert str(ds.PatientName.ideographic) == "王^小東"
    assert ds["PatientBirthDate"].value == "1938"
    assert ds.ReferringPhysicianIdentificationSequence[0].PersonIdentificationCodeSequence[0].CodeValue == "10012345004"


def test_the_dose_sheet_is_a_pdf_in_the_same_study(tmp_path: Path) -> None:
    write_document(header(), "Dose sheet", ("CTDI (vol) 48 mGy",), tmp_path)
    ds = dcmread(next(tmp_path.iterdir()))

    assert ds.EncapsulatedDocument.startswith(b"%PDF-1.4")
    assert b"CTDI \\(vol\\) 48 mGy" in ds.EncapsulatedDocument
    assert ds.StudyInstanceUID == uid("ct")
