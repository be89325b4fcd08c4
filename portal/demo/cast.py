"""Who can log in to the demo and how: for people a table, for programs one document."""

import json
from dataclasses import dataclass
from typing import Any

from studies.models import Institution, PatientSecondFactor, Request

from .accounts import Account


@dataclass(frozen=True)
class Entry:
    """A request that a code opens, or `why_no_code`; `shows` says what there is to notice.

    `second_factor` and `pays` are what the code asks now, beside itself and the date of birth.
    """

    request: Request
    code: str
    why_no_code: str
    shows: str
    has_something_to_see: bool
    second_factor: PatientSecondFactor = PatientSecondFactor.NONE
    pays: bool = False


@dataclass(frozen=True)
class Cast:
    institutions: list[Institution]
    entries: list[Entry]
    physicians: list[Account]
    staff: list[Account]


def document(cast: Cast) -> str:
    """The cast as `manage.py demo --json` prints it (DESIGN.md §6).

    Patients are those whose code works, who have something to see and whose birth date is known to the day: whoever
    reads this types all three fields.
    """
    return json.dumps(
        {
            "institutions": [{"slug": one.slug, "name": one.name} for one in cast.institutions],
            "patients": [_patient(entry) for entry in cast.entries if _is_complete(entry)],
            "physicians": [_account(account) for account in cast.physicians],
            "staff": [_account(account) for account in cast.staff],
        },
        ensure_ascii=False,
        indent=2,
    )


def _is_complete(entry: Entry) -> bool:
    return bool(entry.code) and entry.has_something_to_see and entry.request.patient.birth_day is not None


def _patient(entry: Entry) -> dict[str, Any]:
    patient = entry.request.patient
    return {
        "name": patient.display_name,
        "code": entry.code,
        "day": patient.birth_day,
        "month": patient.birth_month,
        "year": patient.birth_year,
        "second_factor": entry.second_factor.value,
        "pays": entry.pays,
    }


def _account(account: Account) -> dict[str, str]:
    return {
        "username": account.person.username,
        "password": account.password,
        "totp_secret": account.totp_secret,
        "role": account.person.role,
    }
