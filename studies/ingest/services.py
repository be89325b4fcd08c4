"""Storing what arrived: the only place that turns examined files into rows."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.audit.actor import SYSTEM, Actor
from studies.archive.examined import Outcome
from studies.archive.staging import Staging
from studies.ingest import holdings
from studies.ingest.additions import record_arrival
from studies.ingest.batch import Batch
from studies.ingest.digests import with_digests
from studies.ingest.results import Result
from studies.models import Institution, Study
from studies.news.arrivals import note_arrivals


def store(
    institution: Institution,
    outcomes: Sequence[Outcome],
    at: datetime,
    *,
    staging: Staging,
    actor: Actor = SYSTEM,
    whole: bool = True,
) -> list[Result]:
    """Write one batch in one transaction and say, in its order, how each file ended.

    New studies have arrived with it, unless it is not the `whole` delivery: then their images stay awaited, so that
    nobody sees half a study, until `announce`. Files are placed in the archive just before the commit that records
    them: an instance is there whole or not at all. After an error nothing is recorded; the next sweep removes what was
    placed.
    """
    outcomes = with_digests(institution, outcomes, staging)
    with transaction.atomic():
        lock(institution)
        batch = Batch(holdings.of(institution, outcomes), at, whole)
        results = [batch.take(outcome) for outcome in outcomes]
        batch.additions.write(institution, at, actor)
        staging.place(batch.additions.places)
    staging.settle()
    for staged in batch.additions.discards:
        staging.discard(staged)
    return results


def announce(institution: Institution, studies: Collection[UUID], at: datetime, actor: Actor = SYSTEM) -> None:
    """Say that these studies have arrived, those of which it was not said before."""
    with transaction.atomic():
        lock(institution)
        unannounced = Study.objects.filter(
            institution=institution, uuid__in=studies, arrived_at=None, instance_count__gt=0
        ).select_related("request__patient")
        for study in unannounced:
            study.arrived_at = at
            study.save(update_fields=["arrived_at"])
            record_arrival(study, at, actor)
        note_arrivals(unannounced, at)


def lock(institution: Institution) -> None:
    """Let one writer at a time add to an institution, until the transaction ends."""
    Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
