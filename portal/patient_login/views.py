"""The patients' door: a code from a letter and a date of birth."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.addresses import client_address
from accounts.sessions.services import farewell
from accounts.throttling.words import again_sentence
from portal.checkout.services import catch_up_if_possible
from portal.link.keeping import forget_code, kept_code
from portal.rescue.forms import LostForm
from studies.access_codes.births import Birth
from studies.access_codes.entering import enter
from studies.access_codes.entries import Entry, Outcome
from studies.models import AccessCode

from .desks import desk_of, desks
from .forms import PatientForm
from .second_factor.views import send_first
from .steps import Step, begin, not_yet, proceed, step_of


@sensitive_post_parameters("code", "day", "month", "year")
@require_http_methods(["GET", "HEAD", "POST"])
def patient(request: HttpRequest) -> HttpResponse:
    """Let in whoever has a code, typed or from a link opened just now, with the date of birth that goes with it."""
    at = timezone.now()
    kept = kept_code(request, at)
    if request.method != "POST":
        form = PatientForm(from_link=bool(kept) and "other" not in request.GET)
        return render(request, "portal/patient_login.html", {"form": form, "farewell": farewell(request)})
    form = PatientForm(request.POST, from_link=bool(kept) and not request.POST.get("code"))
    if not form.is_valid():
        return render(request, "portal/patient_login.html", {"form": form})
    entry = enter(form.cleaned_data["code"] or kept, form.birth(), client_address(request), at)
    response = answer_to(request, form, entry, at)
    if entry.outcome is Outcome.ENTERED or entry.code_fault is not None:
        forget_code(response)
    return response


def answer_to(request: HttpRequest, form: PatientForm, entry: Entry, at: datetime) -> HttpResponse:
    """What comes of a code and a date: the next step, or what is to be said."""
    match entry.outcome:
        case Outcome.ENTERED if entry.code is not None:
            return come_in(request, entry.code, at)
        case Outcome.MISTYPED:
            form.say_what_is_mistyped(entry)
            return render(request, "portal/patient_login.html", {"form": form})
        case Outcome.NOT_YET if entry.code is not None:
            return not_yet(request, entry.code, at)
        case Outcome.EXPIRED if entry.code is not None:
            return expired(request, entry.code, form.birth())
    again = again_sentence(entry.again_at, at) if entry.again_at else ""
    context = {"form": form, "again": again, "reference": entry.reference, "desks": desks()}
    return render(request, "portal/patient_refused.html", context, status=403)


def expired(request: HttpRequest, code: AccessCode, birth: Birth) -> HttpResponse:
    """Told to whoever typed the right date, with the form for another code; the date is already in it."""
    form = LostForm(initial={"day": birth.day, "month": birth.month, "year": birth.year})
    context = {"form": form, "code": code, "desks": [desk_of(code.request.institution)]}
    return render(request, "portal/patient_expired.html", context, status=403)


def come_in(request: HttpRequest, code: AccessCode, at: datetime) -> HttpResponse:
    """After the right code and date, to the step that is due. A token is sent right away where one is due now.

    Whoever paid and closed the browser goes on from there.
    """
    catch_up_if_possible(code, at)
    login = begin(request, code, at)
    if step_of(login, at) is Step.SECOND_FACTOR:
        send_first(request, login, at)
    return proceed(request, login, at)
