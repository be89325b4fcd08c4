"""Anna's hospital, which asks whatever a story wants, and where its messages to her lie."""

import json
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.audit.actor import SYSTEM
from portal.demo.phantoms.files import Named
from portal.demo.phantoms.series import Detail
from studies.access_codes.services import issue
from studies.access_codes.slips import issue_slip
from studies.institutions.services import found_institution
from studies.models import Institution, PatientSecondFactor, ReportStatus, Request
from studies.reports.services import receive
from tests.factories.imaging import ct, delivered

from .choosing import Combination, Factor

REPORT = "FINDINGS\nNormal grey-white differentiation."
FEW_SMALL = Detail(scale=0.125, most_pictures=2)
_ASKED: dict[Factor, dict[str, Any]] = {
    Factor.NONE: {"patient_second_factor": PatientSecondFactor.NONE},
    Factor.SMS: {"patient_second_factor": PatientSecondFactor.SMS},
    Factor.MAIL: {"patient_second_factor": PatientSecondFactor.OTP, "otp_by_mail": True},
    Factor.SLIP: {"patient_second_factor": PatientSecondFactor.OTP, "otp_by_mail": False},
}


@dataclass(frozen=True)
class Letter:
    """What Anna holds: the code, and a password of a slip where one was handed out (else empty)."""

    code: str
    password: str


@dataclass(frozen=True)
class House:
    """`address` is where the portal is, `request` Anna's; text messages and mails to her land in `messages`."""

    address: str
    request: Request
    messages: Path

    def letter(self, told: Combination) -> Letter:
        """A new code, after the hospital asks what the combination says."""
        Institution.objects.update(price_minor=1250 if told.pays else 0, **_ASKED[told.factor])
        self.request.institution.refresh_from_db()
        issued = issue(self.request, SYSTEM, timezone.now())
        slip = issue_slip(issued.code, SYSTEM, timezone.now()) if told.factor is Factor.SLIP else [""]
        return Letter(issued.text, slip[0])

    def tokens(self, factor: Factor) -> list[str]:
        """The tokens that were sent, oldest first."""
        if factor is Factor.SMS:
            file = self.messages / "sms.jsonl"
            texts = [json.loads(line)["text"] for line in file.read_text().splitlines()] if file.exists() else []
        else:
            mails = sorted(self.messages.glob("*.log"), key=lambda file: file.stat().st_mtime_ns)
            texts = [file.read_text().split("\n\n", 1)[1] for file in mails]
        return [_first_six(text) for text in texts]


def open_house(address: str, settings: Any, messages: Path) -> House:
    """The hospital with Anna's CT, two pictures and a report that she may see; it has her number and address."""
    settings.PUBLIC_URL, settings.PAYMENT_URL, settings.SMS_URL = address, "local:", f"file://{messages}"
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(messages)
    now = timezone.now()
    hospital = found_institution(
        slug="az",
        name="AZ Sint-Example",
        city="Brussels",
        desk_phone="+32 2 555 01 00",
        price_text="CT 12.50",
        free_copy_text="0800 12 345",
        actor=SYSTEM,
        at=now,
    )
    # What the hospital calls its pictures and its report is in no language, so that a text in one is the portal's.
    series = [replace(one, description=f"H{number}") for number, one in enumerate(ct(FEW_SMALL), 1)]
    request = delivered(hospital, series, Named("Dubois^Lena^^Dr"), description="CT 1").request
    patient = request.patient
    patient.mobile, patient.mail = "+32470123447", "anna.peeters@mail.example"
    patient.save()
    receive(request, ReportStatus.FINAL, REPORT, "Dr E. Lambert", SYSTEM, now - timedelta(days=8))
    return House(address, request, messages)


def _first_six(text: str) -> str:
    found = re.search(r"\d{6}", text)
    assert found, text
    return found.group()
