"""The demo's access codes: the same at each run, for as long as they open the door."""

from datetime import datetime

from accounts.audit.actor import SYSTEM
from accounts.keys import macs
from studies.access_codes import codes
from studies.access_codes.queries import live_codes
from studies.access_codes.services import PURPOSE, issue
from studies.models import AccessCode, Request

from .secrets import draws


def code_of(request: Request, at: datetime) -> str:
    """The text of a code of this request that works at `at`, shown as XXXX-XXXX-XXXX.

    The first of the request's own series of codes that works; after the last one was revoked, ended or ran out, the
    next is issued. Raises CannotIssue.
    """
    number = 0
    while True:
        about = ("code", request.institution.slug, request.accession_number or str(request.uuid), str(number))
        text = codes.fresh(draws(*about))
        known = AccessCode.objects.filter(mac__in=[digest for _, digest in macs("CODE_KEYS", PURPOSE, text)])
        if not known:
            return issue(request, SYSTEM, at, below=draws(*about)).text
        if live_codes(at).filter(pk__in=known):
            return codes.shown(text)
        number += 1
