"""The hospitals' desks, with numbers to tap."""

from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from studies.institutions import queries
from studies.models import Institution


@dataclass(frozen=True)
class Desk:
    """`link` is a `tel:` address (RFC 3966), empty where the number cannot be understood; then `phone` is as typed."""

    institution: str
    phone: str
    link: str
    hours: str


def desks() -> list[Desk]:
    """All of this portal's: one alone would tell whose code it is."""
    return [desk_of(institution) for institution in queries.desks()]


def desk_of(institution: Institution) -> Desk:
    """The desk of one institution: only for whoever proved to have a code of it."""
    phone, link = institution.desk_phone, ""
    try:
        number = phonenumbers.parse(phone, str(institution.country) or None)
    except NumberParseException:
        number = None
    if number is not None:
        phone = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
        link = phonenumbers.format_number(number, PhoneNumberFormat.RFC3966)
    return Desk(institution.name_and_city, phone, link, institution.desk_hours)
