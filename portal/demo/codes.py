"""The demo's access codes: the same at each run, for as long as they open the door."""

from datetime import datetime

from accounts.audit.actor import SYSTEM
from accounts.keys import macs
from studies.access_codes import codes
from studies.access_codes.queries import live_codes
from studies.access_codes.services import PURPOSE, Wishes, issue_as_wished
from studies.models import AccessCode, Request

from .secrets import draws

USUAL = Wishes()


def code_of(request: Request, at: datetime, wishes: Wishes = USUAL) -> tuple[AccessCode, str]:
    """A code of this request that works at `at`, and its text, shown as XXXX-XXXX-XXXX.

    The first of the request's own series of codes that works; after the last one was revoked, ended or ran out, the
    next is issued, as wished. Raises CannotIssue.
    """
    number = 0
    while True:
        about = ("code", request.institution.slug, request.accession_number or str(request.uuid), str(number))
        text = codes.fresh(draws(*about))
        known = AccessCode.objects.filter(mac__in=[digest for _, digest in macs("CODE_KEYS", PURPOSE, text)])
        if not known:
            issued = issue_as_wished(request, wishes, SYSTEM, at, below=draws(*about))
            return issued.code, issued.text
        live = live_codes(at).filter(pk__in=known).select_related("request__institution").first()
        if live is not None:
            return live, codes.shown(text)
        number += 1
