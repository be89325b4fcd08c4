"""Files as examining them gives them, made by hand: a CT of Anna Peeters unless told otherwise."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from studies.archive.examined import Clinician, Examined, Identity, Outcome, PersonName, Pictures, Refused
from studies.archive.kinds import InstanceKind, PixelState, QuarantineReason
from studies.archive.staging import Staging
from studies.ingest.results import Result
from studies.ingest.services import store
from studies.models import Institution

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
DUBOIS = Clinician("Dubois^Lena", "riziv", "10000100004")

ANNA = Identity(
    patient_id="P1",
    issuer="",
    name=PersonName("Peeters^Anna"),
    sex="F",
    birth_year=1951,
    birth_month=9,
    birth_day=14,
    accession_number="A1",
    study_instance_uid="1.2.1",
    series_instance_uid="1.2.1.1",
    sop_instance_uid="1.2.1.1.1",
    sop_class_uid="1.2.840.10008.5.1.4.1.1.2",
    transfer_syntax_uid="1.2.840.10008.1.2.1",
    study_date=date(2026, 11, 18),
    study_time="101500",
    utc_offset="",
    study_description="CT head",
    modality="CT",
    series_number=1,
    series_description="Brain",
    body_part="HEAD",
    laterality="",
    instance_number=1,
    requesters=(DUBOIS,),
)
PICTURE = Pictures(InstanceKind.IMAGE, PixelState.READY, frames=1, rows=512, columns=512, pixel_digest="a" * 64)

YEAR_ONLY = {"birth_month": None, "birth_day": None}
NO_BIRTH_DATE = {"birth_year": None, **YEAR_ONLY}


class Delivery:
    """One staging area and the files that wait in it."""

    def __init__(self, institution: Institution, staging: Staging) -> None:
        self.institution = institution
        self.staging = staging
        self._made = 0

    def file(self, *, content: bytes = b"", pictures: Pictures = PICTURE, **identity: Any) -> Examined:
        """An examined file; its bytes are its own unless `content` says what they are."""
        who = replace(ANNA, **identity)
        content = content or repr((who, pictures)).encode()
        return Examined(
            name=f"CD/IM{self._made}",
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            crc32=1,
            identity=who,
            pictures=pictures,
            staged=self._stage(content),
        )

    def slice(self, number: int, **identity: Any) -> Examined:
        """Slice `number` of the series, a picture of its own."""
        pictures = replace(PICTURE, pixel_digest=f"{number:064x}")
        uid = f"{identity.get('series_instance_uid', ANNA.series_instance_uid)}.{number}"
        return self.file(pictures=pictures, **{"sop_instance_uid": uid, "instance_number": number, **identity})

    def broken(self, content: bytes = b"broken", reason: QuarantineReason = QuarantineReason.UNREADABLE) -> Refused:
        """A file that examining refused."""
        staged = self._stage(content)
        name, digest = f"CD/IM{self._made}", hashlib.sha256(content).hexdigest()
        return Refused(name, reason, "the file ends early", len(content), digest, staged)

    def arrives(self, *outcomes: Outcome, at: datetime = NOON) -> list[Result]:
        """Store them as one batch."""
        return store(self.institution, outcomes, at, staging=self.staging)

    def _stage(self, content: bytes) -> str:
        self._made += 1
        staged = f"{self.staging.name}/{self._made}"
        folder = Path(settings.ARCHIVE_ROOT) / staged
        folder.mkdir()
        (folder / "original.dcm").write_bytes(content)
        return staged


@pytest.fixture
def delivery(institution: Institution) -> Iterator[Delivery]:
    with Staging(Path(settings.ARCHIVE_ROOT)) as staging:
        yield Delivery(institution, staging)
