"""Whose card it is: giving a number to sign, and checking what comes back, step by step and to the end.

Each number that is given counts as a try that failed until a card proves somebody; so does each answer without a
number. A try that came too early is not audited, or whoever sends thousands would fill the log.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest

from accounts.addresses import client_address, network_of
from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.models import AuditAction, EidNonce
from accounts.sessions.services import actor_of, begin_visitor_session, store_of
from accounts.throttling.alarm import count_failure
from accounts.throttling.limits import EID_ADDRESS, EID_NETWORK, LOGIN_ALARM
from accounts.throttling.services import Try, forgive_all, take_all

from . import nonces
from .authorities import installed_authorities
from .certificates import Holder, check_certificate, holder_of
from .refusals import Reason, Refused
from .revocation import check_not_revoked
from .tokens import check_signature, read

_GIVEN = "eid_numbers"
_REMEMBERED = 3

_log = logging.getLogger("pacsonweb.eid")


class TooEarly(Exception):
    """Too many tries from this address: nothing was looked at. The next one works at `again_at`."""

    def __init__(self, again_at: datetime | None) -> None:
        super().__init__("too early")
        self.again_at = again_at


def challenge(request: HttpRequest, at: datetime) -> str:
    """A number (base64) for a card to sign, bound to this browser's session. Raises `TooEarly`."""
    _count_try(request, at)
    row = store_of(request).row or begin_visitor_session(request, at)
    nonce = nonces.give(row.uuid, at)
    request.session[_GIVEN] = [*request.session.get(_GIVEN, []), nonce][-_REMEMBERED:]
    return nonce


def prove(request: HttpRequest, posted: str, at: datetime) -> Holder:
    """Who signed this session's number, with a card that is good at `at`.

    Raises `Refused`, which is noted already, and `TooEarly`.
    """
    row = store_of(request).row
    try:
        nonce = nonces.spend(row.uuid if row is not None else None, at)
    except Refused as refused:
        _count_try(request, at)
        _note_failure(request, refused.reason, at)
        raise
    try:
        holder = _proved(request, posted, nonce, at)
    except Refused as refused:
        _note_failure(request, refused.reason, at)
        raise
    forgive_all(_tries(request), nonces.given_at(nonce))
    return holder


def note_refusal(reason: Reason, actor: Actor, at: datetime) -> None:
    """To the log and the audit log: the reason, and nothing of the card or its holder."""
    record(AuditAction.EID_REFUSED, actor, at, details={"reason": reason.value})
    _log.warning("eid.refused", extra={"fields": {"reason": reason.value}})


def _note_failure(request: HttpRequest, reason: Reason, at: datetime) -> None:
    note_refusal(reason, actor_of(request), at)
    count_failure(LOGIN_ALARM, at)


def _proved(request: HttpRequest, posted: str, nonce: EidNonce, at: datetime) -> Holder:
    """The authority comes before the signature, so that no stranger's key is ever used."""
    token = read(posted)
    authorities = installed_authorities()
    issuer = check_certificate(token.certificate, authorities, at)
    check_signature(
        token,
        settings.PUBLIC_URL,
        nonce.nonce,
        other_origins=_other_origins(request),
        other_nonces=[given for given in request.session.get(_GIVEN, []) if given != nonce.nonce],
    )
    holder = holder_of(token.certificate)
    check_not_revoked(token.certificate, issuer, authorities.responders, at)
    return holder


def _other_origins(request: HttpRequest) -> list[str]:
    """Addresses that a card of a visitor who went astray may have signed: other countries', and this one's misspelt."""
    return [*settings.ENVIRONMENTS.values(), request.build_absolute_uri("/")[:-1], f"{settings.PUBLIC_URL}/"]


def _count_try(request: HttpRequest, at: datetime) -> None:
    verdict = take_all(_tries(request), at)
    if not verdict.allowed:
        raise TooEarly(verdict.again_at)


def _tries(request: HttpRequest) -> Sequence[Try]:
    address = client_address(request)
    return [(EID_ADDRESS, network_of(address, 32, 64)), (EID_NETWORK, network_of(address, 24, 48))]
