"""Institutions and their requests, in the domain's words."""

from uuid import UUID

from django.db.models import QuerySet

from studies.archive.kinds import QuarantineReason
from studies.models import Institution, QuarantinedFile, Request


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
