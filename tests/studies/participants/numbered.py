"""Requests that name somebody by a number, and who then sees them."""

from django.db.models import QuerySet

from accounts.models import IdentifierKind, Physician
from studies.models import Listing, Participant, ParticipantRole, Study
from studies.participants.numbers import digits_of
from tests.factories import StudyFactory

RIZIV, RPPS, NATIONAL = IdentifierKind.RIZIV, IdentifierKind.RPPS, IdentifierKind.NATIONAL


def named(identifier: str, system: str = RIZIV, study: Study | None = None, **more: object) -> Study:
    """A study whose request names somebody by a number, as it arrived."""
    study = study or StudyFactory()
    Participant.objects.create(
        request=study.request,
        system=system,
        identifier=identifier,
        digits=digits_of(system, identifier),
        **{"role": ParticipantRole.REQUESTER, "name": "Dubois^L", **more},
    )
    return study


def lists(physician: Physician) -> QuerySet[Listing, int]:
    return Listing.objects.filter(physician=physician).order_by("study").values_list("study", flat=True)
