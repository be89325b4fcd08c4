"""A request at the desk: giving out codes, what is known of the patient, what the patient sees."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from portal.letters.invitations import invite
from portal.letters.services import Order, print_letters
from portal.patient_login.second_factor.ways import ways_of
from studies.access_codes.demands import effective_second_factor
from studies.access_codes.services import CannotIssue
from studies.contacts.reachable import Reachable
from studies.desk.queries import message_of, request_of
from studies.desk.services import answer_message, change_details, lock_codes_of
from studies.institutions.services import complete_birth_date
from studies.models import Contact, PatientSecondFactor, ReleaseKind
from studies.releases.services import decide

from .doors import Desk, at_the_desk
from .forms import AnswerForm, PatientForm
from .pages import RequestPage, Typed, request_page
from .paper import pdf_response


@require_safe
@at_the_desk
def show(request: HttpRequest, desk: Desk, request_uuid: UUID) -> HttpResponse:
    page = request_page(desk, request_of(desk.institution, request_uuid), Typed(query=request.GET))
    return _shown(request, desk, page)


@require_POST
@at_the_desk
def letter(request: HttpRequest, desk: Desk, request_uuid: UUID) -> HttpResponse:
    """Give out a code and answer with its letter, which is kept nowhere."""
    about = request_of(desk.institution, request_uuid)
    with transaction.atomic():
        lock_codes_of(about)
        page = request_page(desk, about, Typed("code", request.POST))
        form = page.forms.code
        if _came_late(request, page):
            return _back(page)
        if not form.is_valid():
            return _shown(request, desk, page)
        order = Order(about, form.wishes(), page.newest_live if form.replaces else None, form.takes_back)
        try:
            return pdf_response(print_letters([order], desk.actor, desk.at), "letter.pdf")
        except CannotIssue as refusal:
            messages.error(request, str(refusal))
            return _back(page)


@require_POST
@at_the_desk
def send(request: HttpRequest, desk: Desk, request_uuid: UUID) -> HttpResponse:
    """Give out a code and send it to the number or address that the institution holds."""
    page = request_page(desk, request_of(desk.institution, request_uuid), Typed("code", request.POST))
    way = next((way for way in page.ways if way.channel == request.POST.get("channel")), None)
    if way is None or _came_late(request, page):
        return _back(page)
    if not page.forms.code.is_valid():
        return _shown(request, desk, page)
    _send(request, desk, page, way)
    return _back(page)


@sensitive_post_parameters()
@require_POST
@at_the_desk
def patient(request: HttpRequest, desk: Desk, request_uuid: UUID) -> HttpResponse:
    """Keep what the patient said of the date of birth, and of how to be reached."""
    page = request_page(desk, request_of(desk.institution, request_uuid), Typed("patient", request.POST))
    form = page.forms.patient
    if not form.is_valid() or not _keep_birth(desk, page, form):
        return _shown(request, desk, page)
    change_details(page.request.patient, form.details(), desk.actor, desk.at)
    messages.success(request, _("The patient's details were saved."))
    return _back(page)


@require_POST
@at_the_desk
def release(request: HttpRequest, desk: Desk, request_uuid: UUID) -> HttpResponse:
    """Decide when the patient reads the report."""
    page = request_page(desk, request_of(desk.institution, request_uuid), Typed("release", request.POST))
    form = page.forms.release
    if not form.is_valid():
        return _shown(request, desk, page)
    kind, until = ReleaseKind(form.cleaned_data["kind"]), form.until_moment(desk.institution)
    try:
        decide(page.request, kind, until, form.cleaned_data["reason"], desk.actor, desk.at)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return _shown(request, desk, page)
    messages.success(request, _("Decided. What the patient sees now stands below."))
    return _back(page)


@require_POST
@at_the_desk
def answer(request: HttpRequest, desk: Desk, message: UUID) -> HttpResponse:
    """Note what was done about a patient's message."""
    about = message_of(desk.institution, message)
    form = AnswerForm(request.POST, message=str(about.uuid))
    if not form.is_valid():
        messages.error(request, _("Say what was done."))
    elif answer_message(about, form.cleaned_data["answer"], desk.actor, desk.at):
        messages.success(request, _("Noted. The message left the queue."))
    return redirect("portal:desk_request", request_uuid=about.request.uuid)


def _shown(request: HttpRequest, desk: Desk, page: RequestPage) -> HttpResponse:
    return render(request, "portal/desk/request.html", {"desk": desk, "page": page})


def _back(page: RequestPage) -> HttpResponse:
    return redirect("portal:desk_request", request_uuid=page.request.uuid)


def _came_late(request: HttpRequest, page: RequestPage) -> bool:
    """Whether a code was given out since the page was made: a button pressed twice gives out one code."""
    newest = str(page.codes[0].uuid) if page.codes else ""
    late = page.forms.code.seen_newest != newest
    if late:
        messages.warning(request, _("Another code was given out just now. It stands below. Do you want one more?"))
    return late


def _send(request: HttpRequest, desk: Desk, page: RequestPage, way: Reachable) -> None:
    form = page.forms.code
    replaced = page.newest_live if form.replaces else None
    try:
        code = invite(
            page.request, form.wishes(), way, desk.actor, desk.at, replaced=replaced, take_back=form.takes_back
        )
    except CannotIssue as refusal:
        messages.error(request, str(refusal))
        return
    if code is None:
        messages.error(request, _("The message could not be sent. No code was given out. Print a letter instead."))
        return
    told = {
        Contact.SMS: _("The code was sent by SMS to %(recipient)s."),
        Contact.MAIL: _("The code was sent by mail to %(recipient)s."),
    }
    messages.success(request, told[way.channel] % {"recipient": way.masked})
    if effective_second_factor(code) is not PatientSecondFactor.NONE and not ways_of(code, desk.at):
        messages.warning(request, _("Its token cannot go the same way as the code: print a slip for the patient."))


def _keep_birth(desk: Desk, page: RequestPage, form: PatientForm) -> bool:
    """Save the date of birth if it was changed; False, with a word in the form, if there is none such."""
    patient, birth = page.request.patient, form.birth()
    if (birth.year, birth.month, birth.day) == (patient.birth_year, patient.birth_month, patient.birth_day):
        return True
    try:
        parts = {"year": birth.year or 0, "month": birth.month, "day": birth.day}
        complete_birth_date(patient, desk.actor, desk.at, **parts)  # type: ignore[arg-type]
    except ValidationError as refusal:
        form.add_error("year", refusal)
        return False
    return True
