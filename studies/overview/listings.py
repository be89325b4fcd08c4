"""The narrow rows that lists are served from: decision 6."""

from collections.abc import Collection
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan

from studies.models import Listing, Participant, ParticipantRole, Request, Study

_KEY = ("study_id", "physician_id")
# Compared with instead of NULL, so that no plan starts from a physician's many participants: statistics are late when
# 200,000 of them are linked at once.
_NOBODY = 0
_REST = ("at", "institution_id", "modality", "patient_id", "restricted", "requester", "copied")


def refresh_listings(*studies: Study) -> None:
    """Make the rows of these studies anew from what is saved of them, their requests and participants.

    To be called, in the same transaction, by whoever adds or links a participant, moves a request to another patient,
    or changes a study's time, modality or restriction. A fixed number of queries for any number of studies.
    """
    with transaction.atomic():
        lock_requests({study.request_id for study in studies})
        _refresh(Study.objects.filter(pk__in=[study.pk for study in studies]))


def refresh_listings_of(requests: Collection[int]) -> None:
    """The same for all studies of these requests (by key), which the caller has locked: `lock_requests`."""
    _refresh(Study.objects.filter(request__in=requests))


def lock_requests(requests: Collection[int]) -> None:
    """Let one transaction at a time say who is named on these requests (by key), and so who has them in a list."""
    rows = Request.objects.filter(pk__in=requests).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))


def _refresh(studies: QuerySet[Study]) -> None:
    """The database does it; no row is read here."""
    who = Coalesce("physician", _NOBODY)
    named = Participant.objects.filter(request__studies=OuterRef("study")).alias(who=who)
    Listing.objects.filter(~Exists(named.filter(who=OuterRef("physician"))), study__in=studies).delete()
    _write(_wanted(studies))


def _wanted(studies: QuerySet[Study]) -> QuerySet[Study, tuple[Any, ...]]:
    """The rows that these studies should have, in the order of `_KEY` and `_REST`."""
    has_role = {
        role: GreaterThan(Count("pk", filter=Q(request__participants__role=role)), 0) for role in ParticipantRole
    }
    return (
        studies.annotate(who=Coalesce("request__participants__physician", _NOBODY))
        .filter(who__gt=_NOBODY)
        .order_by()
        .values_list(
            "pk",
            "who",
            "performed_at",
            "institution_id",
            "modality",
            "request__patient_id",
            "restricted",
        )
        .annotate(
            requester=has_role[ParticipantRole.REQUESTER],
            copied=has_role[ParticipantRole.COPY_RECIPIENT],
        )
    )


def _write(wanted: QuerySet[Study, tuple[Any, ...]]) -> None:
    """Insert or update. Django has no INSERT … SELECT; names of columns are the model's, values are parameters."""
    quote = connection.ops.quote_name
    columns = ", ".join(map(quote, (*_KEY, *_REST)))
    key = ", ".join(map(quote, _KEY))
    changes = ", ".join(f"{quote(column)} = excluded.{quote(column)}" for column in _REST)
    select, values = wanted.query.sql_with_params()
    statement = f"INSERT INTO {quote(Listing._meta.db_table)} ({columns}) {select}"
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} ON CONFLICT ({key}) DO UPDATE SET {changes}", values)
