"""The files that pages show, made when they are missing."""

import gzip
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from PIL import Image
from pydicom.uid import EncapsulatedPDFStorage

from studies.archive import files
from studies.archive.examination import examine
from studies.archive.examined import Examined, Source
from studies.archive.kinds import PixelState
from studies.archive.layout import Folder
from studies.models import Instance, Series
from tests.factories import InstanceFactory, SeriesFactory

from .pieces import dataset, gradient, written

PDF = b"%PDF-1.7\nletter\n%%EOF\n"


def archived(series: Series, content: bytes, *, derived: bool = True, number: int = 1) -> Instance:
    """An instance whose original lies in the archive, as the import leaves it."""
    root = Path(settings.ARCHIVE_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    arrived = root / "arrived.dcm"
    arrived.write_bytes(content)
    outcome = examine(Source("arrived.dcm", str(arrived)), root, f"instance-{number}", derived=derived)
    arrived.unlink()
    assert isinstance(outcome, Examined), outcome
    pictures = outcome.pictures
    instance: Instance = InstanceFactory(
        series=series,
        number=number,
        key=outcome.staged,
        kind=pictures.kind,
        frames=pictures.frames,
        rows=pictures.rows,
        columns=pictures.columns,
        has_full_size=pictures.has_full_size,
        pixel_state=pictures.state,
        pixel_digest=pictures.pixel_digest,
        preview_width=pictures.preview_width,
        preview_height=pictures.preview_height,
        window_center=pictures.window_center,
        window_width=pictures.window_width,
    )
    return instance


def ct(**values: Any) -> bytes:
    return written(dataset(gradient(32, 32), RescaleSlope=1, RescaleIntercept=-1024, **values))


@pytest.fixture
def series(db: None) -> Series:
    made: Series = SeriesFactory()
    return made


def folder(instance: Instance) -> Folder:
    return Folder(Path(settings.ARCHIVE_ROOT) / instance.key)


def brightness(path: Path) -> float:
    with Image.open(path) as image:
        return float(np.asarray(image).mean())


@pytest.mark.parametrize("name", ["thumbnail", "preview"])
def test_a_picture_that_is_there(series: Series, name: str) -> None:
    instance = archived(series, ct())
    path = files.picture(instance, 1, name)
    assert path is not None
    assert path.read_bytes().startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize("name", ["full", "preview-nose", "preview-../../x", "original", ""])
def test_a_picture_that_does_not_exist(series: Series, name: str) -> None:
    assert files.picture(archived(series, ct()), 1, name) is None


@pytest.mark.parametrize("number", [0, 2, -1])
def test_a_frame_that_does_not_exist(series: Series, number: int) -> None:
    instance = archived(series, ct())
    assert files.picture(instance, number, "preview") is None
    assert files.frame(instance, number) is None


def test_pictures_that_waited_are_made_on_first_use(series: Series) -> None:
    instance = archived(series, ct(WindowCenter=40, WindowWidth=80), derived=False)
    assert files.picture(instance, 1, "thumbnail") is not None
    instance.refresh_from_db()
    assert (instance.pixel_state, instance.preview_width, instance.window_center) == (PixelState.READY, 32, 40)
    assert len(instance.pixel_digest) == 64


def test_what_was_lost_is_made_again_the_same(series: Series) -> None:
    instance = archived(series, ct())
    before = {path: path.read_bytes() for path in folder(instance).path.rglob("*") if path.is_file()}
    for name in ("frames", "previews", "thumbnails"):
        shutil.rmtree(folder(instance).path / name)
    folder(instance).metadata.write_bytes(b"")  # as a power cut may leave it
    assert files.frame(instance, 1) == folder(instance).frame(1)
    assert {path: path.read_bytes() for path in before} == before
    assert not list((Path(settings.ARCHIVE_ROOT) / "staging").iterdir())


@pytest.mark.django_db(transaction=True)
def test_many_ask_at_once_for_what_is_missing() -> None:
    instance = archived(SeriesFactory(), ct(), derived=False)

    def ask(_number: int) -> Path | None:
        try:
            return files.picture(Instance.objects.get(pk=instance.pk), 1, "preview")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        paths = set(threads.map(ask, range(8)))
    assert paths == {folder(instance).preview(1)}


def test_a_window_is_made_on_first_use_and_kept(series: Series) -> None:
    instance = archived(series, ct(WindowCenter=-600, WindowWidth=1500))
    lung, bone = files.picture(instance, 1, "preview"), files.picture(instance, 1, "preview-bone")
    assert lung is not None
    assert bone == folder(instance).window("bone", 1)
    assert brightness(lung) > brightness(bone) + 50
    made = bone.stat().st_mtime_ns
    assert files.picture(instance, 1, "preview-bone") == bone
    assert bone.stat().st_mtime_ns == made


def test_nothing_but_ct_has_windows(db: None) -> None:
    instance = archived(SeriesFactory(modality="MR"), ct())
    assert files.picture(instance, 1, "preview") is not None
    assert files.picture(instance, 1, "preview-bone") is None
    assert not folder(instance).window("bone", 1).exists()


def test_colour_has_no_windows(series: Series) -> None:
    instance = archived(series, written(dataset(np.zeros((8, 8, 3), "u1"))))
    assert files.picture(instance, 1, "preview-bone") is None


def test_a_pdf_comes_out_of_its_file_as_it_went_in(series: Series) -> None:
    ds = dataset(
        SOPClassUID=EncapsulatedPDFStorage,
        EncapsulatedDocument=PDF + b"\0",
        EncapsulatedDocumentLength=len(PDF),
        PixelData=None,
        Rows=None,
    )
    instance = archived(series, written(ds))
    path = files.document(instance)
    assert path is not None
    assert path.read_bytes() == PDF
    assert files.picture(instance, 1, "preview") is None


def test_what_only_says_it_is_a_pdf_is_none(series: Series) -> None:
    ds = dataset(SOPClassUID=EncapsulatedPDFStorage, EncapsulatedDocument=b"<html>!", PixelData=None, Rows=None)
    assert files.document(archived(series, written(ds))) is None
    assert files.document(archived(series, ct(), number=2)) is None


def test_an_original_that_cannot_be_read_any_more_is_not_tried_again(series: Series) -> None:
    instance = archived(series, ct(), derived=False)
    content = folder(instance).original.read_bytes()
    folder(instance).original.write_bytes(content[: len(content) // 2])
    assert files.picture(instance, 1, "preview") is None
    instance.refresh_from_db()
    assert instance.pixel_state == PixelState.UNREADABLE
    folder(instance).original.write_bytes(content)
    assert files.picture(instance, 1, "preview") is None  # until somebody rebuilds it


def test_metadata_of_a_series_follow_its_instances(series: Series) -> None:
    archived(series, ct(InstanceNumber=1))
    first = files.series_metadata(series)
    archived(series, ct(InstanceNumber=2), number=2)
    second = files.study_metadata(series.study), files.series_metadata(series)
    assert second[1] != first
    assert not first.exists()
    for path in second:
        content = json.loads(gzip.decompress(path.read_bytes()))
        assert [instance["00200013"]["Value"] for instance in content] == [[1], [2]]


def test_rebuild_derived_makes_what_is_missing(series: Series) -> None:
    whole, broken = archived(series, ct()), archived(series, ct(), number=2)
    waiting = archived(series, ct(), derived=False, number=3)
    folder(broken).thumbnail(1).unlink()
    untouched = folder(whole).preview(1).stat().st_mtime_ns
    said = StringIO()
    call_command("rebuild_derived", stdout=said)
    assert said.getvalue().strip() == "2 rebuilt, 0 could not be"
    assert folder(broken).thumbnail(1).exists()
    assert folder(whole).preview(1).stat().st_mtime_ns == untouched
    waiting.refresh_from_db()
    assert waiting.pixel_state == PixelState.READY


def test_rebuild_derived_can_make_everything_anew(series: Series) -> None:
    instance = archived(series, ct())
    old = folder(instance).preview(1).stat().st_mtime_ns
    call_command("rebuild_derived", "--all", "--institution", series.institution.slug, stdout=StringIO())
    assert folder(instance).preview(1).stat().st_mtime_ns != old
    call_command("rebuild_derived", "--all", "--institution", "elsewhere", stdout=(said := StringIO()))
    assert said.getvalue().strip() == "0 rebuilt, 0 could not be"
