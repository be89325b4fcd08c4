"""Whether a card was blocked, as its authority says: from what it said a while ago, or by asking it.

Fails closed: without an answer that is believed, holds now and says "good", the card opens nothing. Only such answers
are kept; whatever else an authority said is asked again at the next try.
"""

import logging
import secrets
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.x509 import Certificate
from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import OcspAnswer

from .interfaces import NoAnswer, OcspCourier
from .ocsp import Question, addresses_in, believe
from .refusals import Reason, Refused

NONCE_BYTES = 32  # RFC 9654 §2.1

_log = logging.getLogger("pacsonweb.eid")


def courier() -> OcspCourier:
    """Who carries this installation's questions: what the setting EID_OCSP_COURIER names."""
    made: OcspCourier = import_string(settings.EID_OCSP_COURIER)()
    return made


def check_not_revoked(
    certificate: Certificate, issuer: Certificate, responders: Sequence[Certificate], at: datetime
) -> None:
    """Raises `Refused` unless the authority says, or said within the hours its answer holds, that all is well."""
    about = {"issuer": issuer.fingerprint(hashes.SHA256()).hex(), "serial": f"{certificate.serial_number:x}"}
    kept = OcspAnswer.objects.filter(**about, next_update__gt=at, fetched_at__lte=at).first()
    if kept is not None:
        with suppress(Refused):  # whose word it was may count no longer: then it is asked again
            believe(bytes(kept.answer), Question(certificate, issuer), responders, at)
            return
    answer, until = _ask(certificate, issuer, responders, at)
    OcspAnswer.objects.update_or_create(
        issuer=about["issuer"],
        serial=about["serial"],
        defaults={"answer": answer, "fetched_at": at, "next_update": until},
    )


def forget_answers(at: datetime) -> int:
    """Delete answers that are no longer used. Returns how many."""
    return OcspAnswer.objects.filter(next_update__lte=at).delete()[0]


def _ask(
    certificate: Certificate, issuer: Certificate, responders: Sequence[Certificate], at: datetime
) -> tuple[bytes, datetime]:
    """What the authority answers, and until when. The first address counts, as it does for every other client."""
    addresses = addresses_in(certificate)
    if not addresses:
        raise Refused(Reason.NO_ANSWER)
    host = _host(addresses[0])
    nonce = None if host in settings.EID_OCSP_WITHOUT_NONCE else secrets.token_bytes(NONCE_BYTES)
    question = Question(certificate, issuer, nonce)
    try:
        answer = courier().ask(addresses[0], question.der)
    except NoAnswer as error:
        _log.warning("eid.ocsp_silent", extra={"fields": {"host": host, "why": str(error)}})
        raise Refused(Reason.NO_ANSWER) from None
    return answer, believe(answer, question, responders, at)


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""
