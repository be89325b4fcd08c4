"""Patients whose codes are handed over in person, never sent to what may be somebody else's."""

from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from studies.models import Institution, Patient


class InPerson(TextChoices):
    """Why, in words for the desk."""

    DIED = "died", _("The patient has died.")
    REPRESENTED = "represented", _("Somebody else represents the patient.")
    AGE = "age", _("The patient is of an age at which codes are handed over in person.")


def why_in_person(patient: Patient, institution: Institution, on: date) -> InPerson | None:
    """Why this patient's codes are only handed over in person on that day; None when they may be sent.

    Of a date of birth known in part, every age that it allows counts: rather one too many than a code to a parent.
    """
    if patient.died:
        return InPerson.DIED
    if patient.is_represented:
        return InPerson.REPRESENTED
    ages = _ages(patient, on)
    between = range(institution.in_person_from_age, institution.in_person_to_age + 1)
    return InPerson.AGE if any(age in between for age in ages) else None


def _ages(patient: Patient, on: date) -> range:
    """How old, in whole years, somebody born then may be; empty for an unknown year."""
    if patient.birth_year is None:
        return range(0)
    earliest = (patient.birth_month or 1, patient.birth_day or 1)
    latest = (patient.birth_month or 12, patient.birth_day or 31)
    today = (on.month, on.day)
    years = on.year - patient.birth_year
    return range(years - (latest > today), years - (earliest > today) + 1)
