"""What the desk's pages show: values, made of a constant number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from portal.patient_request.ready import ready_states
from studies.access import foreseen
from studies.access_codes.entries import Refusal
from studies.access_codes.in_person import InPerson, why_in_person
from studies.access_codes.services import Unissuable, why_unissuable
from studies.contacts.reachable import Reachable, reachable_by
from studies.desk import queries
from studies.desk.queries import Found
from studies.models import AccessCode, DeskMessage, RefusedEntry, ReleaseKind, Request, Rescue
from studies.overview.people import Born, born_of
from studies.overview.readiness import State, Tone
from studies.releases.queries import Decision, decisions_about
from studies.rescue.queries import rescues_seen_by

from .codes import CodeRow, is_live, row_of, state_of
from .doors import Desk
from .forms import AnswerForm, CodeForm, PatientForm, PreviewForm, ReleaseForm

MOST_RESCUES = 5


@dataclass(frozen=True)
class FoundRow:
    """A request in a list. `code` is the state of its newest code."""

    uuid: UUID
    patient: str
    born: Born
    accession: str
    examination: str
    requested_at: datetime
    code: str
    tone: Tone


@dataclass(frozen=True)
class Refused:
    """A refusal in words."""

    reference: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class Queue:
    """Who waits for the desk: patients to whom no code could be sent, and patients who wrote."""

    rescues: Sequence[Rescue]
    messages: Sequence[DeskMessage]


@dataclass(frozen=True)
class Message:
    """A patient's message; `form` for its answer while it has none."""

    message: DeskMessage
    form: AnswerForm | None


@dataclass(frozen=True)
class Typed:
    """What somebody typed on a request's page: `data` was posted for the form `about`, `query` asks for a preview."""

    about: str = ""
    data: Any = None
    query: Any = None

    def posted(self, about: str) -> Any:
        """What was posted for this form, None where it was another."""
        return self.data if self.about == about else None


NOTHING_TYPED = Typed()


@dataclass(frozen=True)
class Forms:
    """Those of a request's page, bound where somebody typed something that was not accepted."""

    code: CodeForm
    patient: PatientForm
    release: ReleaseForm
    preview: PreviewForm


@dataclass(frozen=True)
class RequestPage:
    """Everything that the desk sees of a request. `why_not`: why no code can be given out; `ways`: how one can be sent.

    `foreseen_at` is the day for which `then` says what the patient would see, if one was asked for.
    """

    request: Request
    born: Born
    remarks: list[str]
    why_not: str
    in_person: InPerson | None
    ways: list[Reachable]
    codes: list[CodeRow]
    refusal: Refused | None
    rescues: Sequence[Rescue]
    messages: list[Message]
    decisions: Sequence[Decision]
    is_decided: bool
    now: list[State]
    foreseen_at: datetime | None
    then: list[State]
    forms: Forms
    newest_live: AccessCode | None = field(repr=False, default=None)


def request_page(desk: Desk, request: Request, typed: Typed = NOTHING_TYPED) -> RequestPage:
    """The page of a request, with what somebody typed on it."""
    codes = queries.codes_of(request)
    newest_live = next((code for code in codes if is_live(code, desk.at)), None)
    in_person = why_in_person(request.patient, request.institution, desk.at.date())
    forms = _forms(desk, request, codes, in_person, typed)
    moment = forms.preview.moment(desk.institution)
    decisions = decisions_about(request)
    refusal = queries.last_refusal(request)
    return RequestPage(
        request=request,
        born=born_of(request.patient),
        remarks=[_(remark) for remark in (request.patient.conflict, request.flag) if remark],
        why_not=_why_not(why_unissuable(request)),
        in_person=in_person,
        ways=reachable_by(request.patient, request.institution, desk.at),
        codes=[row_of(code, desk.at) for code in codes],
        refusal=refused(refusal) if refusal else None,
        rescues=list(rescues_seen_by([desk.institution.uuid]).filter(request=request)[:MOST_RESCUES]),
        messages=[_message(message) for message in queries.messages_about(request)],
        decisions=decisions,
        is_decided=bool(decisions) and decisions[0].release.kind != ReleaseKind.POLICY,
        now=ready_states(foreseen(request, desk.at)),
        foreseen_at=moment,
        then=ready_states(foreseen(request, moment)) if moment else [],
        forms=forms,
        newest_live=newest_live,
    )


def _forms(
    desk: Desk, request: Request, codes: Sequence[AccessCode], in_person: InPerson | None, typed: Typed
) -> Forms:
    """`codes`: those of the request, newest first."""
    return Forms(
        code=CodeForm(
            typed.posted("code"),
            request=request,
            in_person=in_person,
            newest=str(codes[0].uuid) if codes else "",
            live=next((code for code in codes if is_live(code, desk.at)), None),
        ),
        patient=PatientForm(typed.posted("patient"), patient=request.patient, institution=desk.institution),
        release=ReleaseForm(typed.posted("release")),
        preview=PreviewForm(typed.query or None),
    )


def found_rows(found: Found, at: datetime) -> list[FoundRow]:
    return [found_row(request, at) for request in found.requests]


def found_row(request: Request, at: datetime) -> FoundRow:
    """Of a request that comes with its patient and its codes, newest first."""
    codes = list(request.access_codes.all())
    newest = next((code for code in codes if is_live(code, at)), codes[0] if codes else None)
    return FoundRow(
        uuid=request.uuid,
        patient=request.patient.list_name,
        born=born_of(request.patient),
        accession=request.accession_number or request.accession_as_received,
        examination=request.description,
        requested_at=request.requested_at,
        code=state_of(newest, at) if newest else _("no code yet"),
        tone=Tone.READY if newest and is_live(newest, at) else Tone.QUIET,
    )


def queue_of(desk: Desk) -> Queue:
    return Queue(queries.waiting_rescues(desk.institution), queries.waiting_messages(desk.institution))


def refused(entry: RefusedEntry) -> Refused:
    return Refused(str(entry.details["reference"]), entry.at, str(Refusal(entry.details["reason"]).label))


def _why_not(reason: Unissuable | None) -> str:
    return str(reason.label) if reason else ""


def _message(message: DeskMessage) -> Message:
    waits = message.answered_at is None
    return Message(message, AnswerForm(message=str(message.uuid)) if waits else None)
