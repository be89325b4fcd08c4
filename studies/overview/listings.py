"""The narrow rows that lists are served from: decision 6."""

from django.db import transaction

from studies.models import Listing, Participant, ParticipantRole, Study

_FIELDS = ("at", "institution", "modality", "patient", "restricted", "requester", "copied")


def refresh_listings(*studies: Study) -> None:
    """Make the rows of these studies anew from what is saved of them, their requests and participants.

    To be called, in the same transaction, by whoever adds or links a participant, moves a request to another patient,
    or changes a study's time, modality or restriction. A fixed number of queries for any number of studies.
    """
    current = Study.objects.filter(pk__in=[study.pk for study in studies]).select_related("request")
    with transaction.atomic():
        wanted = _rows_of(list(current))
        there = Listing.objects.filter(study__in=studies).values_list("pk", "study_id", "physician_id")
        gone = [pk for pk, study, physician in there if (study, physician) not in wanted]
        if gone:
            Listing.objects.filter(pk__in=gone).delete()
        Listing.objects.bulk_create(
            wanted.values(), update_conflicts=True, unique_fields=["study", "physician"], update_fields=_FIELDS
        )


def _rows_of(studies: list[Study]) -> dict[tuple[int, int], Listing]:
    roles: dict[int, dict[int, set[str]]] = {}
    named = Participant.objects.filter(request__in={study.request_id for study in studies}, physician__isnull=False)
    for request, physician, role in named.values_list("request_id", "physician_id", "role"):
        if physician is not None:
            roles.setdefault(request, {}).setdefault(physician, set()).add(role)
    return {
        (study.pk, physician): Listing(
            physician_id=physician,
            at=study.performed_at,
            study=study,
            institution_id=study.institution_id,
            modality=study.modality,
            patient_id=study.request.patient_id,
            restricted=study.restricted,
            requester=ParticipantRole.REQUESTER in held,
            copied=ParticipantRole.COPY_RECIPIENT in held,
        )
        for study in studies
        for physician, held in roles.get(study.request_id, {}).items()
    }
