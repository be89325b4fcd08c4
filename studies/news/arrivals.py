"""Noting whom an arrival is news for."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from accounts.models import News
from studies.models import Listing, Study, WaitingNews

from . import tasks
from .moments import BURST
from .services import WANTED_BY


def note_arrivals(studies: Collection[Study], at: datetime) -> None:
    """Note that these studies came, for every physician named on their requests who wants to hear of it.

    To be called in the transaction in which they arrive, their rows of lists written.
    """
    if not studies:
        return
    named = list(
        Listing.objects.filter(study__in=[study.pk for study in studies])
        .filter(**{f"physician__{wish}": value for wish, value in WANTED_BY.items()})
        .values_list("study", "physician", "physician__uuid", "physician__user__news")
    )
    at_once = {(physician, uuid) for _, physician, uuid, wish in named if wish == News.AT_ONCE}
    new = _without_news({physician for physician, _ in at_once}) if at_once else set()
    rows = [WaitingNews(study_id=study, physician_id=physician, since=at) for study, physician, _, _ in named]
    WaitingNews.objects.bulk_create(rows, ignore_conflicts=True)
    _ask([uuid for physician, uuid in at_once if physician in new], at)


def _without_news(physicians: set[int]) -> set[int]:
    """Those for whom nothing waits yet; for the others a task was asked already."""
    waiting = WaitingNews.objects.filter(physician__in=physicians).values_list("physician", flat=True)
    return physicians - set(waiting)


def _ask(physicians: Collection[UUID], at: datetime) -> None:
    for uuid in physicians:
        tasks.tell_physician.using(run_after=at + BURST).enqueue(str(uuid))
