"""What a patient can ask on their page. Nothing of it changes what anybody may see."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.throttling.words import again_sentence
from studies.access import PatientViewer, page_of
from studies.concerns.services import write
from studies.models import Concern, Contact
from studies.notices.services import ask
from studies.who_looked.queries import account_behind

from .calendar import calendar_file, opening_dates
from .doors import for_patients
from .for_another import note_for_another
from .forms import StopForm, WrongDataForm
from .looks import line_of


@require_POST
@for_patients
def tell_me(request: HttpRequest, viewer: PatientViewer, at: datetime) -> HttpResponse:
    """Be told, once, when there is more to see."""
    channel = request.POST.get("channel", "")
    if channel in Contact.values and ask(viewer.code, Contact(channel), get_language() or "", viewer.actor, at):
        messages.success(request, gettext("You get one message as soon as there is something new."))
    else:
        messages.warning(request, gettext("There is nothing to wait for any more. Please look at what is ready."))
    return redirect("portal:request")


@require_safe
@for_patients
def calendar(request: HttpRequest, viewer: PatientViewer, at: datetime) -> HttpResponse:  # noqa: ARG001 - a page's signature
    """The day, for the patient's own calendar. 404 where no day is known."""
    dates = opening_dates(list(page_of(viewer, at)))
    if not dates:
        raise Http404
    headers = {"Content-Disposition": 'attachment; filename="calendar.ics"'}
    file = calendar_file(viewer.code.request, dates, at)
    return HttpResponse(file, content_type="text/calendar; charset=utf-8", headers=headers)


@require_POST
@for_patients
def for_someone_else(request: HttpRequest, viewer: PatientViewer, at: datetime) -> HttpResponse:
    """Note, or take back, that this visit is for someone else."""
    note_for_another(request, viewer, request.POST.get("for_another") == "yes", at)
    return redirect("portal:request")


@sensitive_post_parameters("text")
@require_http_methods(["GET", "HEAD", "POST"])
@for_patients
def wrong_data(request: HttpRequest, viewer: PatientViewer, at: datetime) -> HttpResponse:
    """Tell the desk that something is wrong."""
    form = WrongDataForm(request.POST or None)
    if not form.is_valid():
        return render(request, "portal/wrong_data.html", {"form": form})
    return _written(request, viewer, Concern.DATA, form.cleaned_data["text"], None, at)


@sensitive_post_parameters("text")
@require_http_methods(["GET", "HEAD", "POST"])
@for_patients
def stop(request: HttpRequest, viewer: PatientViewer, at: datetime, look: UUID) -> HttpResponse:
    """Ask the desk that somebody who looked no longer sees this. 404 where no account is behind the look."""
    account = account_behind(viewer.code.request, look)
    if account is None:
        raise Http404
    form = StopForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"form": form, "line": line_of(viewer.code.request, look)}
        return render(request, "portal/stop.html", context)
    return _written(request, viewer, Concern.ACCESS, form.cleaned_data["text"], account, at)


def _written(
    request: HttpRequest, viewer: PatientViewer, concern: Concern, text: str, about: UUID | None, at: datetime
) -> HttpResponse:
    verdict = write(viewer.code.request, concern, text, viewer.actor, at, about)
    if verdict.allowed:
        messages.success(request, gettext("The desk of your hospital has your message."))
    else:
        again = again_sentence(verdict.again_at, at) if verdict.again_at else ""
        said = gettext("The desk already has several messages of yours today. Please call it. %(again)s")
        messages.warning(request, said % {"again": again})
    return redirect("portal:request")
