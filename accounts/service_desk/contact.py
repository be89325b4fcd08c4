"""How the service desk is called."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from accounts.phones import e164, spelled


def phone() -> str:
    """As E.164; empty where the operator named none."""
    return e164(settings.SERVICE_DESK_PHONE, settings.ENVIRONMENT) or ""


def in_words() -> str:
    """`+32 2 555 01 00 (Monday to Friday, 9 to 17)`; empty where the operator named no number."""
    number = spelled(phone()) if phone() else ""
    return f"{number} ({settings.SERVICE_DESK_HOURS})" if number and settings.SERVICE_DESK_HOURS else number


@register
def check_phone(**_: Any) -> Sequence[CheckMessage]:
    """A number that nobody can call is said at the start."""
    if settings.SERVICE_DESK_PHONE and not phone():
        said = f"SERVICE_DESK_PHONE is no telephone number: {settings.SERVICE_DESK_PHONE!r}"
        return [Error(said, hint="Write it with its country's prefix: +32 2 555 01 00", id="accounts.E010")]
    return []
