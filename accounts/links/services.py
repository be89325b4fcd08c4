"""Making links, and using them up.

A token is 256 random bits; the row keeps its keyed hash alone. Looking burns nothing, so that whatever opens a link
before its reader does (a scanner, a preview) does no harm; spending works once, however many try at the same time.
"""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.keys import mac, macs
from accounts.models import LinkPurpose, MailLink

# Kept after its end, so that support can tell a used link from one that was never sent.
KEPT = timedelta(days=7)
LONGEST = 64  # a token has 43 characters; whatever is longer is none


def make(purpose: LinkPurpose, subject: UUID, at: datetime, lasts: timedelta) -> str:
    """A new link that opens the record `subject` for one purpose. Returns its token, which nothing else keeps."""
    token = secrets.token_urlsafe(32)
    key_id, digest = mac("IDENTITY_KEYS", _salt(purpose), token)
    MailLink.objects.create(
        purpose=purpose, subject=subject, key_id=key_id, digest=digest, sent_at=at, expires_at=at + lasts
    )
    return token


def peek(purpose: LinkPurpose, token: str, at: datetime) -> MailLink | None:
    """The link with this token if it can still be used for this purpose; it still can afterwards."""
    if len(token) > LONGEST:
        return None
    digests = [digest for _, digest in macs("IDENTITY_KEYS", _salt(purpose), token)]
    return _usable(at).filter(purpose=purpose, digest__in=digests).first()


def spend(link: MailLink, at: datetime) -> bool:
    """Use the link up. True for one caller only. Within the transaction of what it is spent on, both happen or none."""
    return bool(_usable(at).filter(pk=link.pk).update(used_at=at))


def end_links(purpose: LinkPurpose, subject: UUID, at: datetime) -> int:
    """Use up whatever else was sent for the same: a newer one was sent, or it was done. Returns how many."""
    return _usable(at).filter(purpose=purpose, subject=subject).update(used_at=at)


def forget_links(at: datetime) -> int:
    """Delete links that expired or were used more than 7 days ago. Returns how many."""
    since = at - KEPT
    return MailLink.objects.filter(Q(expires_at__lte=since) | Q(used_at__lte=since)).delete()[0]


def _usable(at: datetime) -> QuerySet[MailLink]:
    return MailLink.objects.filter(used_at__isnull=True, expires_at__gt=at)


def _salt(purpose: LinkPurpose) -> str:
    return f"mail link {purpose}"
