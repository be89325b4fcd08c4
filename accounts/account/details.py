"""What somebody may change of their own account by themselves. Names and numbers are the service desk's."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.models import AuditAction, News, Physician, User


@dataclass(frozen=True)
class Wishes:
    """`practice` is None for whoever is no physician."""

    language: str
    news: News
    practice: str | None = None


@transaction.atomic
def save_wishes(user: User, wishes: Wishes, actor: Actor, at: datetime) -> None:
    """Keep what changed; the audit row says which of it, never what."""
    changed = [name for name in ("language", "news") if getattr(user, name) != getattr(wishes, name)]
    user.language, user.news = wishes.language, wishes.news
    user.save(update_fields=["language", "news"])
    mine = Physician.objects.filter(user=user)
    if wishes.practice is not None and mine.exclude(practice=wishes.practice).update(practice=wishes.practice):
        changed.append("practice")
    if changed:
        details = {"user": str(user.uuid), "change": f"own details: {', '.join(changed)}"}
        record(AuditAction.RECORD_CHANGED, actor, at, details=dict(details))
