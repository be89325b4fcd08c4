"""Real files of every kind, reports and files without their first lines among them: what came in can be taken out."""

import io
import subprocess
import warnings
import zipfile
from pathlib import Path

import pytest
from django.core.management import call_command

from studies.download.holdings import directory_of, held_of, originals_of
from studies.download.zips import Member, Zip
from studies.models import Instance, Study
from tests.factories import InstitutionFactory
from tests.programs import require

from .medium import files_on

pytestmark = [pytest.mark.needs("corpus", "dcmdump"), pytest.mark.django_db(transaction=True)]


def test_every_study_of_the_corpus_can_be_taken_away(corpus_folder: Path, tmp_path: Path) -> None:
    slug = InstitutionFactory().slug
    call_command("import_dicom", str(corpus_folder), "--institution", slug, "--json", stdout=io.StringIO())
    assert Study.objects.count() >= 20
    for study in Study.objects.select_related("institution", "request__patient"):
        folder = tmp_path / str(study.uuid)
        held = held_of([study])
        archive = Zip([Member.of("DICOMDIR", directory_of(held)), *originals_of(held)], study.performed_at)
        with zipfile.ZipFile(io.BytesIO(b"".join(archive.pieces()))) as opened:
            assert opened.testzip() is None
            opened.extractall(folder)
        dumped = subprocess.run([require("dcmdump"), folder / "DICOMDIR"], capture_output=True, text=True, check=False)
        assert (dumped.returncode, dumped.stderr) == (0, "")
        assert "PRIVATE" not in dumped.stdout
        with warnings.catch_warnings(action="ignore"):  # UIDs with letters in them, and the like
            assert files_on(folder) == Instance.objects.filter(series__study=study, replaced_by=None).count()
