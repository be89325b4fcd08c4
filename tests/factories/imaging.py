"""Deliveries with real pixels: phantoms written as DICOM, examined and stored as files from a hospital are."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings

from accounts.models import Physician, PhysicianIdentifier
from portal.demo.phantoms.files import Named, StudyHeader, uid, write_document, write_study
from portal.demo.phantoms.head_scans import ct_of_the_head
from portal.demo.phantoms.series import Detail, PhantomSeries
from portal.demo.phantoms.ultrasound import abdomen
from studies.archive.examination import examine
from studies.archive.examined import Source
from studies.archive.staging import Staging
from studies.ingest.services import store
from studies.models import Institution, Study

SMALL = Detail(scale=0.125, most_pictures=3)


def numbered(physician: Physician, riziv: str = "10000100004") -> Named:
    """The physician as files name them, known to the portal by that number."""
    PhysicianIdentifier.objects.get_or_create(physician=physician, country="BE", kind="riziv", value=riziv)
    return Named(f"{physician.user.last_name}^{physician.user.first_name}", riziv)


def ct(detail: Detail = SMALL) -> Iterator[PhantomSeries]:
    return ct_of_the_head(detail, 1)


def ultrasound(detail: Detail = SMALL) -> Iterator[PhantomSeries]:
    return abdomen(detail, 1)


def delivered(
    institution: Institution,
    series: Iterable[PhantomSeries],
    requester: Named,
    *,
    key: str = "study",
    order: str = "",
    description: str = "CT head",
    patient_name: str = "Peeters^Anna",
    at: datetime = datetime(2026, 11, 18, 8, 40),  # noqa: DTZ001 - a hospital's files say local time
    arrived_at: datetime = datetime(2026, 11, 18, 9, tzinfo=UTC),
    document: str = "",
) -> Study:
    """A study of these series, and of a PDF with the title `document`, as it stands in the archive.

    Studies with the same `order` are of one patient's request; otherwise each has its own.
    """
    order = order or key
    header = StudyHeader(
        key, patient_name, f"P-{order}", "", "F", "19510914", f"A-{order}", description, institution.name, at, requester
    )
    root = Path(settings.ARCHIVE_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, Staging(root) as staging:
        write_study(header, series, Path(folder))
        if document:
            write_document(header, document, ("Dose report",), Path(folder))
        outcomes = [
            examine(Source(file.name, str(file)), root, f"{staging.name}/{file.stem}")
            for file in sorted(Path(folder).iterdir())
        ]
        store(institution, outcomes, arrived_at, staging=staging)
    return Study.objects.get(study_instance_uid=uid(key), institution=institution)
