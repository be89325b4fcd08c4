"""Sending tokens and verifying them (DESIGN.md §4).

Six digits by chance, of which a keyed hash is kept; the newest one sent for a subject counts, in the session it was
sent for, for ten minutes, once. Five wrong tries end it; none delays the next.
"""

import hmac
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.audit.services import record
from accounts.keys import mac, macs
from accounts.models import AuditAction, Challenge, ChallengeChannel
from accounts.throttling.limits import CHALLENGE_DAY, CHALLENGE_HOUR, CHALLENGE_RESEND
from accounts.throttling.services import Try, take, take_all

from .delivery import Delivery, carry
from .values import Occasion, SendOutcome, Sent, Verification, Words

DIGITS = 6
LASTS = timedelta(minutes=10)
TRIES = 5
KEPT = timedelta(days=1)


def send(
    occasion: Occasion,
    channel: ChallengeChannel,
    recipient: str,
    words: Words,
    at: datetime,
    *,
    also: Sequence[Try] = (),
    below: Callable[[int], int] = secrets.randbelow,
) -> Sent:
    """Send a new token to `recipient` (a number as E.164, or a mail address), at most 5 seconds long.

    Whatever was sent before for the same subject is dead then. `also` are limits beside those of every recipient. Not
    to be called within a transaction: nothing is locked while a carrier takes its time.
    """
    whose = recipient.lower()
    resend = take(CHALLENGE_RESEND, f"{occasion.session} {channel}", at)
    if not resend.allowed:
        return Sent(SendOutcome.TOO_SOON, resend.again_at)
    verdict = take_all([(CHALLENGE_HOUR, whose), (CHALLENGE_DAY, whose), *also], at)
    if not verdict.allowed:
        _record(AuditAction.TOKEN_REFUSED, occasion, at, reason="too_many", channel=channel.value)
        return Sent(SendOutcome.TOO_MANY, verdict.again_at)
    token = f"{below(10**DIGITS):0{DIGITS}d}"
    challenge = _keep(occasion, channel, whose, token, at)
    carried = carry(channel, recipient, words(token), str(challenge.uuid))
    Challenge.objects.filter(pk=challenge.pk, delivery="").update(
        delivery=carried.delivery, provider_id=carried.provider_id
    )
    return Sent(SendOutcome(carried.delivery), resend.again_at)


def verify(occasion: Occasion, token: str, at: datetime) -> Verification:
    """Try a token; VERIFIED for one try only, however many come at once. `token` is digits without spaces."""
    with transaction.atomic():
        challenge = (
            Challenge.objects.select_for_update()
            .filter(purpose=occasion.purpose, subject=occasion.subject)
            .order_by("-pk")
            .first()
        )
        verification = _judged(challenge, occasion.session, token, at)
        if verification is not Verification.VERIFIED:
            _record(AuditAction.TOKEN_REFUSED, occasion, at, reason=verification.value)
    return verification


def latest(occasion: Occasion) -> Challenge | None:
    """The newest token that was sent to this session."""
    mine = Challenge.objects.filter(purpose=occasion.purpose, subject=occasion.subject, session=occasion.session)
    return mine.order_by("-pk").first()


def note_delivery(reference: UUID, delivered: bool, at: datetime) -> Challenge | None:
    """What the carrier says became of a message, however often and late it says so.

    Returns the challenge the first time that a message is said to be undeliverable while its token could still be used.
    """
    if delivered:
        Challenge.objects.filter(uuid=reference).exclude(delivery=Delivery.FAILED).update(delivery=Delivery.DELIVERED)
        return None
    news = Challenge.objects.filter(uuid=reference).exclude(delivery__in=[Delivery.FAILED, Delivery.DELIVERED])
    if not news.update(delivery=Delivery.FAILED):
        return None
    return Challenge.objects.filter(
        uuid=reference, used_at__isnull=True, superseded_at__isnull=True, expires_at__gt=at
    ).first()


def forget_challenges(at: datetime) -> int:
    """Delete what was sent more than a day ago (decision 17). Returns how many."""
    return Challenge.objects.filter(sent_at__lte=at - KEPT).delete()[0]


def _keep(occasion: Occasion, channel: ChallengeChannel, recipient: str, token: str, at: datetime) -> Challenge:
    challenge = Challenge(
        purpose=occasion.purpose,
        subject=occasion.subject,
        session=occasion.session,
        channel=channel,
        recipient=mac("CODE_KEYS", "challenge recipient", recipient)[1],
        sent_at=at,
        expires_at=at + LASTS,
    )
    challenge.key_id, challenge.digest = mac("CODE_KEYS", "challenge", _salted(challenge, token))
    with transaction.atomic():
        older = Challenge.objects.filter(purpose=occasion.purpose, subject=occasion.subject, superseded_at__isnull=True)
        older.update(superseded_at=at)
        challenge.save()
        _record(AuditAction.TOKEN_SENT, occasion, at, channel=channel.value)
    return challenge


def _judged(challenge: Challenge | None, session: UUID, token: str, at: datetime) -> Verification:
    """What a token is worth against the newest challenge, whose row is locked; the row notes the try."""
    if challenge is None:
        return Verification.NONE
    checks = (
        (challenge.session != session, Verification.REPLACED),
        (challenge.used_at is not None, Verification.USED),
        (challenge.expires_at <= at, Verification.EXPIRED),
        (challenge.tries >= TRIES, Verification.SPENT),
    )
    for applies, verification in checks:
        if applies:
            return verification
    if _is_right(challenge, token):
        challenge.used_at = at
        challenge.save(update_fields=["used_at"])
        return Verification.VERIFIED
    challenge.tries += 1
    challenge.save(update_fields=["tries"])
    return Verification.LAST_WRONG if challenge.tries >= TRIES else Verification.WRONG


def _is_right(challenge: Challenge, token: str) -> bool:
    expected = (challenge.key_id, challenge.digest)
    return any(
        key_id == expected[0] and hmac.compare_digest(digest, expected[1])
        for key_id, digest in macs("CODE_KEYS", "challenge", _salted(challenge, token))
    )


def _salted(challenge: Challenge, token: str) -> str:
    return f"{challenge.uuid} {token}"


def _record(action: AuditAction, occasion: Occasion, at: datetime, **details: str) -> None:
    record(
        action,
        occasion.actor,
        at,
        institution=occasion.institution,
        patient=occasion.patient,
        request=occasion.request,
        details={"purpose": str(occasion.purpose), "subject": str(occasion.subject), **details},
    )
