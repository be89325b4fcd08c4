"""The program that works inside a world with payments: `python -m tests.endurance.inside_payments owing N | books`."""

import json
import sys
from typing import Any

import django

django.setup()

from django.utils import timezone  # noqa: E402 - models need the set-up

from accounts.audit.actor import SYSTEM  # noqa: E402 - the same
from portal.models import LedgerEntry, Payment  # noqa: E402 - the same
from studies.access_codes.services import issue  # noqa: E402 - the same
from studies.institutions.policies import DEFAULT_RULES  # noqa: E402 - the same
from studies.institutions.services import save_policy  # noqa: E402 - the same
from studies.models import AccessCode, Audience, Institution, PatientSecondFactor, PolicyCell, PolicyRule  # noqa: E402 - the same  # noqa: E402 - the same
from tests.endurance.world import SLUG  # noqa: E402 - the same
from tests.factories import PatientFactory, RequestFactory, StudyFactory  # noqa: E402 - the same

PRICE = 1250


def owing(count: int) -> list[dict[str, str]]:
    """Codes that ask for a payment and then for a token, each of a patient with a number of their own."""
    now = timezone.now()
    institution = Institution.objects.get(slug=SLUG)
    institution.price_minor, institution.free_copy_text = PRICE, "Ask the desk."
    institution.patient_second_factor, institution.sms_per_day = PatientSecondFactor.SMS, 1_000_000
    institution.save()
    if not PolicyCell.objects.filter(institution=institution).exists():
        rule = PolicyRule(institution=institution, audience=Audience.PATIENT, **DEFAULT_RULES[Audience.PATIENT])
        save_policy(rule, SYSTEM, now)
    codes = []
    for number in range(count):
        patient = PatientFactory(institution=institution, patient_id=f"K{number}", mobile=f"+32470{number:06d}")
        request = RequestFactory(patient=patient, accession_number=f"K{number}")
        StudyFactory(request=request, study_instance_uid=f"1.2.3.{number}")
        issued = issue(request, SYSTEM, now)
        codes.append({"text": issued.text, "uuid": str(issued.code.uuid), "mobile": patient.mobile})
    return codes


def books() -> dict[str, Any]:
    """What is held by our books, by the reference of each payment, and which codes are paid for."""
    held: dict[str, int] = {payment.reference: 0 for payment in Payment.objects.all()}
    for entry in LedgerEntry.objects.select_related("payment"):
        held[entry.payment.reference] += entry.amount_minor
    settled = AccessCode.objects.filter(settled_at__isnull=False).values_list("uuid", flat=True)
    codes = {
        payment.reference: str(payment.code.uuid) for payment in Payment.objects.select_related("code") if payment.code
    }
    return {"held": held, "settled": sorted(map(str, settled)), "codes": codes}


def main(task: str, *arguments: str) -> None:
    json.dump(owing(int(arguments[0])) if task == "owing" else books(), sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
