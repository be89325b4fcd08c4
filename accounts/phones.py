"""Mobile numbers: read as people type them, kept as E.164, shown by their last digits."""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

# What a text message reaches, as far as the number's form tells; `UNKNOWN` is a range newer than this list of ranges.
_REACHED = {
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.PERSONAL_NUMBER,
    PhoneNumberType.VOIP,
    PhoneNumberType.UNKNOWN,
}


def e164(text: str, country: str) -> str | None:
    """The number as E.164, read as one of this country (ISO 3166-1 alpha-2) unless it begins with a prefix of its own.

    None for what is no number, or has an extension.
    """
    number = _parsed(text, country)
    if number is None or number.extension is not None or not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def takes_messages(number: str) -> bool:
    """Whether this number (E.164) can be a mobile one: no fixed line, and none that costs the caller."""
    parsed = _parsed(number, None)
    return parsed is not None and phonenumbers.number_type(parsed) in _REACHED


def country_of(number: str) -> str:
    """The country of a number (E.164) as ISO 3166-1 alpha-2; empty where its prefix names none."""
    parsed = _parsed(number, None)
    found = phonenumbers.region_code_for_number(parsed) if parsed is not None else None
    return str(found or "")


def masked(number: str) -> str:
    """What a page may show of a number: `••• 47`."""
    return f"••• {number[-2:]}"


def spelled(number: str) -> str:
    """The number (E.164) in groups, as people read it: `+32 470 12 34 47`."""
    parsed = _parsed(number, None)
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL) if parsed is not None else number


def _parsed(text: str, country: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, country)
    except NumberParseException:
        return None
