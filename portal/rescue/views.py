""" "I lost my code, or it no longer works": one answer for everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.addresses import client_address
from accounts.throttling.words import again_sentence
from portal.patient_login.desks import desks
from studies.rescue.asking import ask

from .forms import LostForm


@sensitive_post_parameters("contact", "day", "month", "year")
@require_http_methods(["GET", "HEAD", "POST"])
def lost(request: HttpRequest) -> HttpResponse:
    """Ask for another code. What is answered depends on what was typed in its form only, never on whose it is."""
    form = LostForm(request.POST) if request.method == "POST" else LostForm()
    at = timezone.now()
    if not form.is_bound or not form.is_well_typed(at.date()):
        return render(request, "portal/lost.html", {"form": form, "desks": desks()})
    verdict = ask(form.asked(), get_language() or "", client_address(request), at)
    if not verdict.allowed:
        again = again_sentence(verdict.again_at, at) if verdict.again_at else ""
        context = {"form": form, "again": again, "desks": desks()}
        return render(request, "portal/lost.html", context, status=429)
    return render(request, "portal/lost_asked.html", {"desks": desks()})
