"""The day on which something opens, as a calendar entry (RFC 5545), in words that anybody may read over a shoulder."""

from collections.abc import Sequence
from datetime import UTC, datetime

from django.conf import settings
from django.utils.translation import gettext as _

from studies.access import Seen
from studies.models import Request

_LINE = 75


def opening_dates(seen: Sequence[Seen]) -> list[datetime]:
    """When something of these studies opens, each moment once, the next one first."""
    moments = {answer.opens_at for _study, grant in seen for answer in (grant.images, grant.report)}
    return sorted(moment for moment in moments if moment is not None)


def calendar_file(request: Request, dates: Sequence[datetime], at: datetime) -> bytes:
    """One entry for each moment (UTC). Neither the patient nor the examination is named."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//PACSonWEB//EN"]
    for moment in dates:
        words = {"institution": request.institution.name, "link": f"{settings.PUBLIC_URL}/patient/"}
        lines += [
            "BEGIN:VEVENT",
            f"UID:{request.uuid}-{_utc(moment)}@pacsonweb",
            f"DTSTAMP:{_utc(at)}",
            f"DTSTART:{_utc(moment)}",
            "DURATION:PT15M",
            f"SUMMARY:{_text(_('%(institution)s: there is something new') % words)}",
            f"DESCRIPTION:{_text(_('Open %(link)s and use your code.') % words)}",
            f"URL:{words['link']}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return b"".join(_folded(line) + b"\r\n" for line in [*lines, "END:VCALENDAR"])


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(words: str) -> str:
    """RFC 5545 §3.3.11."""
    return words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """RFC 5545 §3.1: at most 75 octets a line, no character cut in two."""
    folded, room = b"", _LINE
    for character in line:
        octets = character.encode()
        if len(octets) > room:
            folded, room = folded + b"\r\n ", _LINE - 1
        folded, room = folded + octets, room - len(octets)
    return folded
