"""The step of the second factor: type the token, have it sent, choose how, or say that the number is wrong."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.sessions.queries import was_ended
from accounts.sessions.services import actor_of
from portal.patient_login.about import ahead_of
from portal.patient_login.desks import desk_of
from portal.patient_login.steps import PatientLogin, Step, at_step, proceed
from studies.access_codes.tries import has_token_tries

from .forms import TokenForm
from .page import forget_sent, note_sent, page_of_token, sentence_of
from .services import Taken, choose_way, note_wrong_number, send_token, take_token
from .ways import chosen_way, ways_of


@sensitive_post_parameters("token")
@require_http_methods(["GET", "HEAD", "POST"])
@at_step(Step.SECOND_FACTOR)
def token(request: HttpRequest, login: PatientLogin, at: datetime) -> HttpResponse:
    """Type the token. Asking for this page sends none."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        taken = take_token(request, login, form.cleaned_data["token"], at)
        if taken is Taken.VERIFIED:
            return redirect("portal:request")
        if was_ended(login.session):  # the button was pressed twice, and the other press opened the door
            return redirect("portal:token")
        form.add_error("token", sentence_of(taken))
    page = page_of_token(request, login, at)
    if page is not None and page.takes_slips_only:
        form.ask_for_password()
    return render(request, "portal/token.html", {"form": form, "page": page})


@require_POST
@at_step(Step.SECOND_FACTOR)
def send(request: HttpRequest, login: PatientLogin, at: datetime) -> HttpResponse:
    """Have a token sent, the way that the button says."""
    send_first(request, choose_way(request, login, request.POST.get("way", ""), at), at)
    return redirect("portal:token")


@require_POST
@at_step(Step.PAYMENT, Step.SECOND_FACTOR)
def way(request: HttpRequest, login: PatientLogin, at: datetime) -> HttpResponse:
    """Choose how the token will come, before it is sent."""
    return proceed(request, choose_way(request, login, request.POST.get("way", ""), at), at)


@require_POST
@at_step(Step.PAYMENT, Step.SECOND_FACTOR)
def not_mine(request: HttpRequest, login: PatientLogin, at: datetime) -> HttpResponse:
    """The number or address is not the patient's: the desk is told, and the page says whom to call."""
    note_wrong_number(login, actor_of(request), at)
    desks = [desk_of(login.code.request.institution)]
    return render(request, "portal/token_not_mine.html", {"ahead": ahead_of(login, at), "desks": desks})


def send_first(request: HttpRequest, login: PatientLogin, at: datetime) -> None:
    """Send a token the chosen way, or the usual one; nothing where there is none, or a slip was chosen.

    Nor where no token may be tried any more: nobody is to be sent messages that open nothing.
    """
    forget_sent(request)
    chosen = chosen_way(ways_of(login.code, at), login.way)
    if chosen is not None and has_token_tries(login.code):
        note_sent(request, chosen, *send_token(request, login, chosen, at))
