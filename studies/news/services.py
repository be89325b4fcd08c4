"""Telling: one mail for all that waits, with the number of examinations and nothing else of them.

Only what the physician may see by then is told: `studies.access` decides. What opens later is news when it opens, what
never does is none.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Min, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.audit.actor import Actor, ActorKind
from accounts.mails.services import send_account_mail
from accounts.models import News, Physician, User
from studies.access import Grant, account_viewer
from studies.access.queries import grants_for
from studies.models import WaitingNews

from .moments import BURST, last_morning

KEPT = timedelta(days=30)
# Lookups from a physician: who is told anything.
WANTED_BY = {
    "user__news__in": [News.AT_ONCE, News.DAILY],
    "user__is_active": True,
    "verified_at__isnull": False,
    "suspended_at__isnull": True,
}


@dataclass(frozen=True)
class _Letter:
    user: User
    told: list[WaitingNews]
    told_before: datetime | None


def tell_due(at: datetime) -> int:
    """Tell everybody for whom something waits long enough (DUE_WORK). Returns how many mails were sent."""
    WaitingNews.objects.filter(physician__user__news=News.NONE).delete()
    due = (
        WaitingNews.objects.filter(**{f"physician__{wish}": value for wish, value in WANTED_BY.items()})
        .values("physician__uuid", wish=F("physician__user__news"))
        .annotate(oldest=Min("since"))
        .filter(Q(wish=News.AT_ONCE, oldest__lte=at - BURST) | Q(wish=News.DAILY, oldest__lte=last_morning(at)))
        .order_by("oldest")
    )
    return sum(tell(row["physician__uuid"], at) for row in list(due))


def tell(physician: UUID, at: datetime) -> bool:
    """Send a physician one mail about all that is news, if it is time; whether one was sent.

    It is noted before it is sent, so that of two at the same time one sends; what no carrier took is noted again.
    """
    letter = _take(physician, at)
    if letter is None:
        return False
    context = {
        "examinations": len(letter.told),
        "studies": f"{settings.PUBLIC_URL}{reverse('studies:overview')}",
        "account": f"{settings.PUBLIC_URL}{reverse('accounts:account')}",
    }
    subject = _("Something new for you at %(operator)s")
    sent = send_account_mail(letter.user.username, subject, "news", context, letter.user.language)
    if not sent:
        _put_back(letter)
    return sent


def forget_news(at: datetime) -> int:
    """Delete what could not be told for 30 days. Returns how many."""
    return WaitingNews.objects.filter(since__lte=at - KEPT).delete()[0]


def _take(uuid: UUID, at: datetime) -> _Letter | None:
    """What is told now, no longer waiting; None when it is not time, or there is nothing to be seen."""
    with transaction.atomic():
        physician = Physician.objects.filter(uuid=uuid, **WANTED_BY).first()
        if physician is None:
            return None
        user = User.objects.select_for_update().get(pk=physician.user_id)
        waiting = list(WaitingNews.objects.filter(physician=physician, since__lte=at).select_related("study"))
        if not waiting or not _is_time(user, min(news.since for news in waiting), at):
            return None
        told = _seen_of(user, waiting, at)
        before = user.news_told_until
        if told:
            WaitingNews.objects.filter(pk__in=[news.pk for news in told]).delete()
            User.objects.filter(pk=user.pk).update(news_told_until=at)
    return _Letter(user, told, before) if told else None


def _is_time(user: User, oldest: datetime, at: datetime) -> bool:
    if user.news == News.AT_ONCE:
        return oldest <= at - BURST
    morning = last_morning(at)
    return oldest <= morning and (user.news_told_until is None or user.news_told_until < morning)


def _seen_of(user: User, waiting: list[WaitingNews], at: datetime) -> list[WaitingNews]:
    """What this user may see; of the rest, what opens later waits until then, and what never does no longer."""
    viewer = account_viewer(Actor(ActorKind.ACCOUNT, user.uuid), by_sms=False)
    grants = grants_for(viewer, [news.study for news in waiting], at)
    told = []
    for news in waiting:
        grant = grants.get(news.study_id)
        if grant is not None and (grant.images.allowed or grant.report.allowed):
            told.append(news)
        elif (opens_at := _opens_at(grant)) is not None:
            WaitingNews.objects.filter(pk=news.pk).update(since=opens_at)
        else:
            news.delete()
    return told


def _opens_at(grant: Grant | None) -> datetime | None:
    answers = () if grant is None else (grant.images, grant.report)
    return min((answer.opens_at for answer in answers if answer.opens_at is not None), default=None)


def _put_back(letter: _Letter) -> None:
    with transaction.atomic():
        again = [WaitingNews(physician_id=n.physician_id, study_id=n.study_id, since=n.since) for n in letter.told]
        WaitingNews.objects.bulk_create(again, ignore_conflicts=True)
        User.objects.filter(pk=letter.user.pk).update(news_told_until=letter.told_before)
