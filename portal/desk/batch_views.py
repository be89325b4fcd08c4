"""Letters for many requests at once, chosen in the admin's list."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from portal.letters.services import MOST_LETTERS, Order, print_letters
from studies.access_codes.in_person import why_in_person
from studies.access_codes.replacing import wishes_like
from studies.access_codes.services import CannotIssue, why_unissuable
from studies.desk.queries import requests_of
from studies.institutions.marked import marked_requests
from studies.models import Request

from .codes import is_live
from .doors import Desk, at_the_desk
from .pages import found_row
from .paper import pdf_response


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def letters(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What would be printed, and by POST the letters in one document; who cannot have one by post is left out."""
    marked = requests_of(desk.institution, marked_requests(request)[:MOST_LETTERS])
    left_out = {about.pk: reason for about in marked if (reason := _why_left_out(about, desk))}
    printed = [about for about in marked if about.pk not in left_out]
    if request.method == "POST" and printed:
        try:
            pdf = print_letters([_order(about, desk) for about in printed], desk.actor, desk.at)
        except CannotIssue as refusal:
            messages.error(request, str(refusal))
            return redirect("portal:desk_letters")
        return pdf_response(pdf, "letters.pdf")
    context = {
        "desk": desk,
        "printed": [found_row(about, desk.at) for about in printed],
        "left_out": [(found_row(about, desk.at), left_out[about.pk]) for about in marked if about.pk in left_out],
    }
    return render(request, "portal/desk/letters.html", context)


def _why_left_out(about: Request, desk: Desk) -> str:
    in_person = why_in_person(about.patient, about.institution, desk.at.date())
    reason = in_person or why_unissuable(about)
    return str(reason.label) if reason else ""


def _order(about: Request, desk: Desk) -> Order:
    """A new code beside the one that works already, which lives until the new one is used. It opens and asks alike."""
    live = next((code for code in about.access_codes.all() if is_live(code, desk.at)), None)
    return Order(about) if live is None else Order(about, wishes_like(live), replaced=live)
