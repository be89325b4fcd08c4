"""Institutions and their requests, in the domain's words."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from studies.archive.kinds import QuarantineReason
from studies.models import Institution, PolicyRule, QuarantinedFile, Report, Request


def desks() -> QuerySet[Institution]:
    """The institutions whose desk answers the phone: all of them, so that none tells whose code it was."""
    return Institution.objects.filter(is_active=True).exclude(desk_phone="").order_by("name")


def request_named(institution: Institution, reference: str) -> Request | None:
    """The institution's request with this accession number, or with this UUID."""
    requests = Request.objects.filter(institution=institution).select_related("patient", "institution")
    found = requests.filter(accession_number=reference).first()
    if found is not None:
        return found
    try:
        uuid = UUID(reference)
    except ValueError:
        return None
    return requests.filter(uuid=uuid).first()


def awaiting_an_answer(files: QuerySet[QuarantinedFile]) -> QuerySet[QuarantinedFile]:
    """Corrections that somebody of the institution takes over or leaves."""
    return files.filter(reason=QuarantineReason.CORRECTION, resolution="", instance__isnull=False)


def rules_beside(rule: PolicyRule) -> list[PolicyRule]:
    """The institution's other rules for the same audience, in the order of their modalities."""
    others = PolicyRule.objects.filter(institution=rule.institution_id, audience=rule.audience).exclude(pk=rule.pk)
    return list(others.order_by("modality"))


def newest_reported(institution: Institution, modalities: Collection[str]) -> Request | None:
    """The request whose report came last, of those with images of one of these modalities and a final report."""
    reports = Report.objects.filter(
        request__institution=institution,
        first_final_at__isnull=False,
        request__studies__modality__in=modalities,
        request__studies__arrived_at__isnull=False,
    )
    newest = reports.select_related("request__institution", "request__patient").order_by("-pk").first()
    return newest.request if newest is not None else None
