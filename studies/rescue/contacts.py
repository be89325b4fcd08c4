"""What somebody types as their number or address, and the patients of whom an institution holds it."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.db.models.functions import Lower
from phonenumbers import NumberParseException, PhoneNumberFormat

from studies.access_codes.births import Birth, agrees
from studies.models import Contact, Institution, Patient

MOST_HOLDERS = 50


class ContactFault(StrEnum):
    """What can be said of a text without asking whether anybody has it."""

    EMPTY = "empty"
    NEITHER = "neither"  # no number and no address


@dataclass(frozen=True)
class Asked:
    """What was typed: a number or an address, and a date of birth."""

    contact: str
    birth: Birth

    def written(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def read(cls, written: bytes) -> "Asked":
        parts = json.loads(written)
        return cls(parts["contact"], Birth(**parts["birth"]))


def fault_of(text: str) -> ContactFault | None:
    """What is wrong with a number or an address as typed; a number in the form of the portal's country, or with its own
    country's prefix."""
    if not text.strip():
        return ContactFault.EMPTY
    return None if _is_mail(text) or numbers_of(text, [settings.ENVIRONMENT]) else ContactFault.NEITHER


def holders_of(asked: Asked) -> list[tuple[Patient, Contact]]:
    """The patients of active institutions who were born then and have this number or address; and which it is."""
    channel = Contact.MAIL if _is_mail(asked.contact) else Contact.SMS
    patients = _with_mail(asked.contact) if channel is Contact.MAIL else _with_mobile(asked.contact)
    held = patients.filter(institution__is_active=True).select_related("institution").order_by("pk")[:MOST_HOLDERS]
    return [(patient, channel) for patient in held if agrees(asked.birth, patient)]


def numbers_of(text: str, regions: list[str]) -> set[str]:
    """What a number may mean, as E.164, in each of these countries (ISO 3166-1 alpha-2); empty for no number."""
    meant = set()
    for region in regions:
        try:
            number = phonenumbers.parse(text, region)
        except NumberParseException:
            continue
        if phonenumbers.is_possible_number(number) and number.extension is None:
            meant.add(phonenumbers.format_number(number, PhoneNumberFormat.E164))
    return meant


def _with_mail(text: str) -> QuerySet[Patient]:
    # `exclude` as the index has it.
    held = Patient.objects.exclude(mail="").annotate(lower_mail=Lower("mail"))
    return held.filter(lower_mail=text.strip().lower())


def _with_mobile(text: str) -> QuerySet[Patient]:
    countries = Institution.objects.filter(is_active=True).values_list("country", flat=True).distinct()
    regions = [settings.ENVIRONMENT, *(str(country) for country in countries)]
    return Patient.objects.exclude(mobile="").filter(mobile__in=numbers_of(text, regions))


def _is_mail(text: str) -> bool:
    try:
        validate_email(text.strip())
    except ValidationError:
        return False
    return True
