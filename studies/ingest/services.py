"""Storing what arrived: the only place that turns examined files into rows."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.audit.actor import SYSTEM, Actor
from studies.archive.examined import Outcome
from studies.archive.staging import Staging
from studies.ingest import holdings
from studies.ingest.batch import Batch
from studies.ingest.digests import with_digests
from studies.ingest.results import Result
from studies.models import Institution


def store(
    institution: Institution, outcomes: Sequence[Outcome], at: datetime, *, staging: Staging, actor: Actor = SYSTEM
) -> list[Result]:
    """Write one batch in one transaction and say, in its order, how each file ended.

    Files are placed in the archive just before the commit that records them: whoever looks sees an instance whole or
    not at all. After an error nothing is recorded; the next sweep removes what was placed.
    """
    outcomes = with_digests(institution, outcomes, staging)
    with transaction.atomic():
        lock(institution)
        batch = Batch(holdings.of(institution, outcomes), at)
        results = [batch.take(outcome) for outcome in outcomes]
        batch.additions.write(institution, at, actor)
        staging.place(batch.additions.places)
    staging.settle()
    for staged in batch.additions.discards:
        staging.discard(staged)
    return results


def lock(institution: Institution) -> None:
    """Let one writer at a time add to an institution, until the transaction ends."""
    Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
