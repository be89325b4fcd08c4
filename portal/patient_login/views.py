"""The patients' door: a code from a letter and a date of birth."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.addresses import client_address
from accounts.sessions.services import begin_patient_session, farewell
from accounts.throttling.words import again_sentence
from studies.access_codes.entering import enter
from studies.access_codes.entries import Outcome

from .desks import desks
from .forms import PatientForm


@sensitive_post_parameters("code", "day", "month", "year")
@require_http_methods(["GET", "HEAD", "POST"])
def patient(request: HttpRequest) -> HttpResponse:
    """Let in whoever types a code and the date of birth that goes with it."""
    if request.method != "POST":
        return render(request, "portal/patient_login.html", {"form": PatientForm(), "farewell": farewell(request)})
    form = PatientForm(request.POST)
    if not form.is_valid():
        return render(request, "portal/patient_login.html", {"form": form})
    at = timezone.now()
    entry = enter(form.cleaned_data["code"], form.birth(), client_address(request), at)
    match entry.outcome:
        case Outcome.ENTERED if entry.code is not None:
            begin_patient_session(request, entry.code.uuid, at)
            return redirect("portal:request")
        case Outcome.MISTYPED:
            form.say_what_is_mistyped(entry)
            return render(request, "portal/patient_login.html", {"form": form})
        case Outcome.NOT_YET:
            return render(request, "portal/patient_not_yet.html", {"code": entry.code})
        case Outcome.DOOR_CLOSED:
            return render(request, "portal/patient_door_closed.html", {"desks": desks()})
    again = again_sentence(entry.again_at, at) if entry.again_at else ""
    context = {"form": form, "again": again, "reference": entry.reference, "desks": desks()}
    return render(request, "portal/patient_refused.html", context, status=403)
