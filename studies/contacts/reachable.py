"""By which number and address a patient can be written to. Pure functions."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from studies.access_codes.in_person import why_in_person
from studies.models import Contact, Institution, Patient

_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


@dataclass(frozen=True)
class Reachable:
    """`masked` is what a page may show of `recipient`: `••• 47`, `a•••@m•••.be`."""

    channel: Contact
    recipient: str = field(repr=False)
    masked: str


def reachable_by(patient: Patient, institution: Institution, at: datetime) -> list[Reachable]:
    """The ways to write to a patient, SMS first; none for whom everything is handed over in person."""
    if why_in_person(patient, institution, at.astimezone(ZoneInfo(institution.time_zone)).date()):
        return []
    ways = []
    if patient.mobile and takes_sms(institution, patient.mobile):
        ways.append(Reachable(Contact.SMS, patient.mobile, masked_number(patient.mobile)))
    if patient.mail:
        ways.append(Reachable(Contact.MAIL, patient.mail, masked_mail(patient.mail)))
    return ways


def takes_sms(institution: Institution, number: str) -> bool:
    """Whether this is a mobile number (E.164), of a country that the institution sends SMS to."""
    try:
        parsed = phonenumbers.parse(number)
    except NumberParseException:
        return False
    if phonenumbers.number_type(parsed) not in _MOBILE:
        return False
    allowed = {country.strip().upper() for country in institution.sms_countries.split(",")}
    return phonenumbers.region_code_for_number(parsed) in allowed


def masked_number(number: str) -> str:
    return f"••• {number[-2:]}"


def masked_mail(address: str) -> str:
    local, _, domain = address.rpartition("@")
    host, _, ending = domain.rpartition(".")
    return f"{local[:1]}•••@{host[:1]}•••.{ending}"
