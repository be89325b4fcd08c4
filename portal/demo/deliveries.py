"""Bringing the demo's examinations in, as a hospital's would come: files through the ingest, then reports."""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from accounts.audit.actor import SYSTEM
from studies.archive.examined import Clinician, Identity, PersonName, Source
from studies.archive.header import birth_date
from studies.archive.staging import Staging
from studies.archive.tasks import Examine
from studies.archive.worker import Pool
from studies.desk.services import Details, change_details
from studies.ingest.examining import outcome
from studies.ingest.expected import expect
from studies.ingest.results import Fate
from studies.ingest.services import store
from studies.models import Institution, ReportVersion, Request, Study
from studies.reports.services import receive

from .examinations import TEXTS, DemoRequest
from .moments import ON_ITS_WAY, performed
from .people import DemoPhysician
from .phantoms.files import Named, StudyHeader, uid
from .phantoms.jobs import Job, written
from .phantoms.series import Detail

Institutions = dict[str, Institution]
Told = Callable[[str], None]


def deliver(
    requests: Sequence[DemoRequest], institutions: Institutions, began: datetime, detail: Detail, told: Told
) -> None:
    """Bring what is not there yet; `told` hears which examination is next. What is there stays untouched."""
    for request in requests:
        if not request.have_arrived:
            _order(request, institutions, began)
    with tempfile.TemporaryDirectory(prefix="pacsonweb-demo-") as folder:
        jobs = list(_jobs(requests, began, detail, Path(folder)))
        if jobs:
            _bring(jobs, requests, institutions, began, told)
    for request in requests:
        _report(request, institutions, began)
        _reach(request, institutions, began)


def request_of(demo: DemoRequest, institutions: Institutions) -> Request:
    return Request.objects.select_related("institution", "patient").get(
        institution=institutions[demo.hospital.slug], accession_number=demo.accession
    )


def _jobs(requests: Sequence[DemoRequest], began: datetime, detail: Detail, folder: Path) -> Iterator[Job]:
    """A job for each study whose images have not arrived. A study arrives in one transaction: whole or not at all."""
    there = set(Study.objects.filter(arrived_at__isnull=False).values_list("institution__slug", "study_instance_uid"))
    for request in requests:
        for number, study in enumerate(request.studies if request.have_arrived else ()):
            header = _header(request, number, began)
            if (request.hospital.slug, uid(header.key)) not in there:
                place = folder / header.key
                place.mkdir()
                seed = sum(map(ord, header.key))
                yield Job(header, study.phantom, detail, seed, place, study.dose_sheet)


def _bring(
    jobs: list[Job], requests: Sequence[DemoRequest], institutions: Institutions, began: datetime, told: Told
) -> None:
    cores = os.cpu_count() or 1
    whole = jobs[0].detail == Detail()
    demos = {_key(demo, number): (demo, number) for demo in requests for number in range(len(demo.studies))}
    with ExitStack() as stack:
        staging = stack.enter_context(Staging(Path(settings.ARCHIVE_ROOT)))
        pool = stack.enter_context(Pool(Path(settings.ARCHIVE_ROOT), cores))
        for job in written(jobs, cores if whole else 1):
            demo, number = demos[job.header.key]
            told(f"{demo.hospital.name}: {job.header.description}")
            at = performed(demo, number, began) + ON_ITS_WAY
            _store(job.folder, institutions[demo.hospital.slug], at, staging, pool)


def _store(folder: Path, institution: Institution, at: datetime, staging: Staging, pool: Pool) -> None:
    files = [Source(path.name, str(path)) for path in sorted(folder.iterdir())]
    outcomes = [outcome(answer) for answer in pool.answers(Examine(file, staging.new()) for file in files)]
    results = store(institution, outcomes, at, staging=staging)
    for result in results:
        if result.fate not in (Fate.STORED, Fate.DUPLICATE):
            raise RuntimeError(f"{result.name} was {result.fate}: {result.reason}")


def _order(demo: DemoRequest, institutions: Institutions, began: datetime) -> None:
    """Announce a request whose images are awaited, unless it is known."""
    institution = institutions[demo.hospital.slug]
    if Request.objects.filter(institution=institution, accession_number=demo.accession).exists():
        return
    for number, study in enumerate(demo.studies):
        made = performed(demo, number, began)
        expect(institution, _identity(demo, study.description, study.modality, made), made - timedelta(days=2))


def _report(demo: DemoRequest, institutions: Institutions, began: datetime) -> None:
    """Receive those versions of the report that are not there yet."""
    request = request_of(demo, institutions)
    there = ReportVersion.objects.filter(report__request=request).count()
    for version in demo.versions[there:]:
        text = (TEXTS / f"{version.text}.txt").read_text() if version.text else ""
        at = performed(demo, len(demo.studies) - 1, began) + timedelta(hours=version.hours)
        receive(request, version.status, text, demo.hospital.radiologist, SYSTEM, at)


def _reach(demo: DemoRequest, institutions: Institutions, began: datetime) -> None:
    """Note how the patient is reached, as the desk does, unless the desk knows already."""
    patient, told = request_of(demo, institutions).patient, demo.patient
    if not (told.mobile or told.mail) or patient.mobile or patient.mail:
        return
    details = Details(told.mobile, told.mail, told.language, patient.is_represented, patient.died)
    change_details(patient, details, SYSTEM, performed(demo, 0, began) + ON_ITS_WAY)


def _key(demo: DemoRequest, number: int) -> str:
    return f"{demo.accession}-{number + 1}"


def _header(demo: DemoRequest, number: int, began: datetime) -> StudyHeader:
    study = demo.studies[number]
    return StudyHeader(
        key=_key(demo, number),
        patient_name=demo.patient.name,
        patient_id=demo.patient.patient_id,
        issuer=demo.hospital.issuer,
        sex=demo.patient.sex,
        birth_date=demo.patient.birth_date,
        accession_number=demo.accession,
        description=study.description,
        institution=demo.hospital.name,
        at=performed(demo, number, began),
        requester=_named(demo.requester),
        copies=tuple(map(_named, demo.copies)),
    )


def _named(physician: DemoPhysician) -> Named:
    return Named(physician.dicom_name, physician.riziv)


def _identity(demo: DemoRequest, description: str, modality: str, made: datetime) -> Identity:
    """What an order says of an examination: no UIDs yet."""
    year, month, day = birth_date(demo.patient.birth_date)
    return Identity(
        patient_id=demo.patient.patient_id,
        issuer=demo.hospital.issuer,
        name=PersonName(*demo.patient.name.split("=")),
        sex=demo.patient.sex,
        birth_year=year,
        birth_month=month,
        birth_day=day,
        accession_number=demo.accession,
        study_instance_uid="",
        series_instance_uid="",
        sop_instance_uid="",
        sop_class_uid="",
        transfer_syntax_uid="",
        study_date=made.date(),
        study_time=made.strftime("%H%M%S"),
        utc_offset="",
        study_description=description,
        modality=modality,
        series_number=None,
        series_description="",
        body_part="",
        laterality="",
        instance_number=None,
        requesters=(Clinician(demo.requester.dicom_name, "riziv", demo.requester.riziv),),
    )
