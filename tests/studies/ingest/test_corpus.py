"""The corpus of real files: every one accounted for, and the hard ones as they should end."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Count

from studies.models import Instance, Institution, Study


@pytest.fixture
def document(institution: Institution, corpus_folder: Path) -> dict[str, Any]:
    out = io.StringIO()
    call_command("import_dicom", str(corpus_folder), "--institution", institution.slug, "--json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


@pytest.mark.needs("corpus")
@pytest.mark.django_db(transaction=True)
def test_the_corpus(document: dict[str, Any], corpus_folder: Path) -> None:
    files = [path for path in corpus_folder.rglob("*") if path.is_file()]
    assert document["met"] == len(files)
    apart = len(document["quarantined"]) + len(document["skipped"])
    assert document["stored"] + document["duplicate"] + apart == len(files)
    assert Instance.objects.count() == document["stored"]
    assert all(entry["reason"] for entry in document["quarantined"] + document["skipped"])

    # A directory of media and texts are skipped, nothing else is.
    skipped = {Path(entry["file"]).name for entry in document["skipped"]}
    assert {"DIRFILE", "LICENSE", "README.md"} <= skipped
    assert not [name for name in skipped if name.endswith(".dcm")]

    # One picture in ten encodings under one number is stored once; nothing collided otherwise.
    encodings = {path.name for path in files if path.name.startswith("CTImage")}
    assert document["duplicate"] >= 9
    assert len(encodings) == 16
    assert {entry["reason"].partition(":")[0] for entry in document["quarantined"]} == {
        "A part that identifies the picture is missing"
    }
    series = Study.objects.annotate(size=Count("series__instances")).order_by("-size").first()
    assert series is not None
    assert (series.instance_count, series.modality) == (54, "CT")
