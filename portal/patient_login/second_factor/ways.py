"""How a patient can get a token: what the institution holds and allows, never what somebody types. Pure functions."""

from dataclasses import dataclass
from datetime import datetime

import phonenumbers
from phonenumbers import NumberParseException

from accounts.models import ChallengeChannel
from studies.access_codes.demands import effective_second_factor
from studies.access_codes.in_person import why_in_person
from studies.models import AccessCode, CodeChannel, Institution, PatientSecondFactor

SLIP = "slip"


@dataclass(frozen=True)
class Way:
    """`masked` is what a page may show of `recipient`: `••• 47`, `a•••@m•••.be`."""

    channel: ChallengeChannel
    recipient: str
    masked: str

    @property
    def is_sms(self) -> bool:
        return self.channel is ChallengeChannel.SMS


def ways_of(code: AccessCode, at: datetime) -> list[Way]:
    """The ways a token can take, the usual one first. Empty: only a slip from the desk helps.

    A code and its token never travel by the same channel: where the one is taken, the token may take the other.
    """
    patient, institution = code.request.patient, code.request.institution
    factor = effective_second_factor(code)
    if factor is PatientSecondFactor.NONE or why_in_person(patient, institution, at.date()):
        return []  # a number or an address may be a parent's
    wants_sms = factor is PatientSecondFactor.SMS or code.sent_by == CodeChannel.MAIL
    wants_mail = institution.otp_by_mail if factor is PatientSecondFactor.OTP else institution.mail_when_sms_fails
    ways = []
    if wants_sms and patient.mobile and code.sent_by != CodeChannel.SMS and takes_sms(institution, patient.mobile):
        ways.append(Way(ChallengeChannel.SMS, patient.mobile, masked_number(patient.mobile)))
    if (wants_mail or code.sent_by == CodeChannel.SMS) and patient.mail and code.sent_by != CodeChannel.MAIL:
        ways.append(Way(ChallengeChannel.MAIL, patient.mail, masked_mail(patient.mail)))
    return ways


def chosen_way(ways: list[Way], wanted: str) -> Way | None:
    """The way that was chosen, the first where none was; None after choosing a slip, or where there is no way."""
    if wanted == SLIP:
        return None
    return next((way for way in ways if way.channel == wanted), ways[0] if ways else None)


def takes_sms(institution: Institution, number: str) -> bool:
    """Whether this institution sends SMS to the country of a number (E.164)."""
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(number))
    except NumberParseException:
        return False
    return region in {country.strip().upper() for country in institution.sms_countries.split(",")}


def masked_number(number: str) -> str:
    return f"••• {number[-2:]}"


def masked_mail(address: str) -> str:
    local, _, domain = address.rpartition("@")
    host, _, ending = domain.rpartition(".")
    return f"{local[:1]}•••@{host[:1]}•••.{ending}"
