"""What a desk reads of a code: whether it works, how it went out, what it owes. Never the code."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.money import in_words
from portal.templatetags.days import day
from studies.access_codes.demands import effective_second_factor, owes_payment
from studies.access_codes.services import renewable_until
from studies.models import AccessCode, CodeChannel, PatientSecondFactor
from studies.overview.readiness import Tone


@dataclass(frozen=True)
class CodeRow:
    """One code in words. `renewed` is until when it would work if it were kept open longer, if it can be."""

    uuid: UUID
    state: str
    tone: Tone
    facts: list[str]
    is_live: bool
    renewed: datetime | None
    takes_slip: bool
    owes: str


def row_of(code: AccessCode, at: datetime) -> CodeRow:
    """Of a code that comes with its request and institution."""
    live = is_live(code, at)
    return CodeRow(
        uuid=code.uuid,
        state=state_of(code, at),
        tone=Tone.READY if live else Tone.QUIET,
        facts=_facts(code),
        is_live=live,
        renewed=renewable_until(code, at),
        takes_slip=live and effective_second_factor(code) is not PatientSecondFactor.NONE,
        owes=in_words(code.price_minor, code.price_currency, get_language() or "en") if owes_payment(code) else "",
    )


def is_live(code: AccessCode, at: datetime) -> bool:
    """The same that `studies.access_codes.queries.live_codes` asks of the table."""
    is_over = code.revoked_at is not None or code.ended_at is not None
    return not is_over and code.issued_at <= at < code.expires_at


def state_of(code: AccessCode, at: datetime) -> str:
    """`works until 18 December 2026`, or why it does not."""
    if code.revoked_at is not None:
        return _("taken back on %(day)s") % {"day": day(code.revoked_at)}
    if code.ended_at is not None:
        return _("ended on %(day)s after too many wrong tries") % {"day": day(code.ended_at)}
    if code.expires_at <= at:
        return _("expired on %(day)s") % {"day": day(code.expires_at)}
    return _("works until %(day)s") % {"day": day(code.expires_at)}


def _facts(code: AccessCode) -> list[str]:
    given = {
        CodeChannel.LETTER: _("given out on %(day)s, by letter"),
        CodeChannel.SMS: _("given out on %(day)s, by SMS"),
        CodeChannel.MAIL: _("given out on %(day)s, by mail"),
    }[CodeChannel(code.sent_by)] % {"day": day(code.issued_at)}
    used = _("first used on %(day)s") % {"day": day(code.first_used_at)} if code.first_used_at else _("not used yet")
    opens = _opens(code)
    return [given, used, opens] if opens else [given, used]


def _opens(code: AccessCode) -> str:
    """Said where it is not both."""
    if code.images and code.report:
        return ""
    return _("images only") if code.images else _("report only")
