"""The page on which administrators confirm their staff: everybody, with what tells whether they still belong."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import ngettext

from studies.institutions.confirmation import AppointmentState, lapses_at, state_of
from studies.institutions.confirming import staff_due_at, staff_of
from studies.models import Appointment, Institution


@dataclass(frozen=True)
class StaffRow:
    """One appointment. `is_kept`: whether its box is ticked. `tone` is that of the pill with its state."""

    appointment: Appointment
    state: AppointmentState
    is_kept: bool

    @property
    def tone(self) -> str:
        return "ready" if self.state is AppointmentState.CURRENT else "waiting"


@dataclass(frozen=True)
class StaffList:
    """An institution's staff. `due_at`: when it is to be confirmed next; `pauses_at`: when whoever is not is paused."""

    institution: Institution
    rows: list[StaffRow]
    due_at: datetime | None
    is_due: bool

    @property
    def pauses_at(self) -> datetime:
        return lapses_at(min(row.appointment.counts_as_confirmed_at for row in self.rows))


class StaffForm(forms.Form):
    """Which appointments were shown, and which of them were left ticked."""

    institution = forms.ModelChoiceField(queryset=Institution.objects.none(), to_field_name="uuid")

    def __init__(self, institutions: Collection[int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["institution"]
        chosen.queryset = Institution.objects.filter(pk__in=institutions)

    @property
    def shown(self) -> set[UUID]:
        return self._uuids("shown")

    @property
    def kept(self) -> set[UUID]:
        return self._uuids("kept")

    def _uuids(self, name: str) -> set[UUID]:
        found = set()
        for text in self.data.getlist(name):  # type: ignore[attr-defined] # a QueryDict
            try:
                found.add(UUID(text))
            except ValueError:
                continue  # nobody's
        return found


def staff_list(institution: Institution, unticked: Collection[UUID], at: datetime) -> StaffList:
    """Everybody who works for the institution; all are ticked but these."""
    rows = [
        StaffRow(appointment, state_of(appointment, at), appointment.uuid not in unticked)
        for appointment in staff_of(institution)
    ]
    due = staff_due_at(institution)
    return StaffList(institution, rows, due, due is not None and due <= at)


def what_was_done(confirmed: int, ended: int) -> str:
    """Both numbers as a sentence or two."""
    said = ngettext("%(count)d appointment is confirmed.", "%(count)d appointments are confirmed.", confirmed)
    sentences = [said % {"count": confirmed}]
    if ended:
        said = ngettext("%(count)d appointment has ended.", "%(count)d appointments have ended.", ended)
        sentences.append(said % {"count": ended})
    return " ".join(sentences)
