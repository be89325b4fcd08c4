"""Which sender SMS_URL names: `console:`, `file:///dir` (absolute), `twilio://sid:token@/?from=+32…`."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from .console import ConsoleSms
from .file import FileSms
from .interfaces import SmsSender
from .twilio import TwilioSms


def sms_sender() -> SmsSender:
    """The sender of this installation. Raises `ImproperlyConfigured` for a URL that names none."""
    return sender_for(settings.SMS_URL)


def sender_for(url: str) -> SmsSender:
    parts = urlsplit(url)
    match parts.scheme:
        case "console":
            return ConsoleSms()
        case "file" if parts.path.startswith("/"):
            return FileSms(Path(unquote(parts.path)))
        case "twilio" if parts.username and parts.password and (sender := _from(parts.query)):
            callback = f"{settings.PUBLIC_URL}/webhooks/twilio/" if settings.HTTPS else ""
            return TwilioSms(unquote(parts.username), unquote(parts.password), sender, callback)
    raise ImproperlyConfigured("SMS_URL is none of console:, file:///dir, twilio://sid:token@/?from=+32…")


def _from(query: str) -> str:
    """The `from` of a query. A plus stands for itself, as numbers are written, not for a space."""
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if name == "from":
            return unquote(value)
    return ""
