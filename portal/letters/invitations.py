"""A code by SMS or mail, to what the institution holds, in words that tell a bystander nothing."""

from dataclasses import replace as with_
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit.actor import Actor
from accounts.challenges.values import Message
from accounts.models import AuditAction
from portal.patient_login.desks import desk_of
from portal.templatetags.days import day
from studies.access_codes import IssuedCode
from studies.access_codes.services import Wishes, issue_as_wished, record_of, replace, revoke
from studies.contacts.reachable import Reachable
from studies.contacts.services import tell
from studies.models import AccessCode, CodeChannel, Contact, Request

from .links import link_of
from .words import speaking_to


def invite(
    request: Request,
    wishes: Wishes,
    to: Reachable,
    actor: Actor,
    at: datetime,
    *,
    replaced: AccessCode | None = None,
    take_back: bool = False,
) -> AccessCode | None:
    """Issue a code and send it; None when it could not be sent, and then it is taken back: nobody will ever have it.

    It takes the place of `replaced`, which with `take_back` opens nothing once the new one is on its way. Not to be
    called within a transaction. Raises CannotIssue.
    """
    wishes = with_(wishes, sent_by=CodeChannel(to.channel.value))
    issued = replace(replaced, wishes, actor, at) if replaced else issue_as_wished(request, wishes, actor, at)
    with speaking_to(request):
        message = invitation(issued, to.channel)
    if not tell(to, message, request.institution, at):
        revoke(issued.code, actor, at)
        return None
    with transaction.atomic():
        record_of(issued.code, AuditAction.CODE_SENT, actor, at, {"channel": to.channel.value})
        if replaced is not None and take_back:
            revoke(replaced, actor, at)
    return issued.code


def invitation(issued: IssuedCode, channel: Contact) -> Message:
    """In the active language: who writes, the code, its link, until when, whom to ask."""
    institution = issued.code.request.institution
    desk = desk_of(institution)
    words = {
        "institution": institution.name_and_city,
        "code": issued.text,
        "link": link_of(issued.text),
        "day": day(issued.code.expires_at),
        "phone": desk.phone,
    }
    if channel is Contact.SMS:
        return Message(
            _("%(institution)s: your access code is %(code)s. Open %(link)s and type your date of birth.") % words
        )
    lines = [
        _("Hello,"),
        _("%(institution)s has something ready for you on the internet. Open this address:") % words,
        words["link"],
        _("Your access code is then filled in. If it is not, type it: %(code)s") % words,
        _("You are asked for your date of birth. The code works until %(day)s.") % words,
        _("If this mail is not for you, please delete it. It opens nothing without the date of birth."),
        _("Questions? Call the desk: %(phone)s") % words if desk.phone else "",
        institution.name_and_city,
    ]
    subject = _("Your access code from %(institution)s") % words
    return Message("\n\n".join(line for line in lines if line), subject)
