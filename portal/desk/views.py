"""Finding a request, and who waits."""

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.audit.actor import ActorKind
from accounts.audit.services import record
from accounts.login.again import ask_again
from accounts.models import AuditAction
from accounts.sessions.services import actor_of
from accounts.staff.standing import is_proven_as_staff
from studies.desk.queries import search as found_by

from .doors import Desk, at_the_desk, choose, institutions_of
from .forms import SearchForm
from .pages import found_rows, queue_of, refused
from .sought import remember, sought


@require_safe
@at_the_desk
def desk(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The search field and the queue; with `?found` what was found last."""
    text = sought(request, desk) if "found" in request.GET else ""
    found = found_by(desk.institution, text, desk.at)
    context = {
        "desk": desk,
        "form": SearchForm(is_focused=not found.requests),
        "has_searched": bool(text),
        "found": found_rows(found, desk.at),
        "has_more": found.has_more,
        "refusals": [refused(entry) for entry in found.refusals],
        "queue": queue_of(desk),
    }
    return render(request, "portal/desk/desk.html", context)


@sensitive_post_parameters("sought")
@require_POST
@at_the_desk
def search(request: HttpRequest, desk: Desk) -> HttpResponse:
    """To the request where exactly one is meant, else to the list of what was found."""
    form = SearchForm(request.POST)
    text = form.cleaned_data["sought"] if form.is_valid() else ""
    remember(request, desk, text)
    if not text:
        return redirect("portal:desk")
    details = {"records": "studies.request"}
    record(AuditAction.SEARCHED, desk.actor, desk.at, institution=desk.institution.uuid, details={**details})
    found = found_by(desk.institution, text, desk.at)
    if len(found.requests) == 1 and not found.refusals:
        return redirect("portal:desk_request", request_uuid=found.requests[0].uuid)
    return redirect(f"{reverse('portal:desk')}?found")


@require_http_methods(["GET", "HEAD", "POST"])
def institution(request: HttpRequest) -> HttpResponse:
    """At whose desk somebody works who works for several."""
    if actor_of(request).kind is not ActorKind.ACCOUNT:
        return redirect_to_login(resolve_url("portal:desk"), resolve_url("accounts:login"))
    held = institutions_of(request)
    if not held:
        raise PermissionDenied
    if not is_proven_as_staff(request):
        return ask_again(request.path)
    if request.method == "POST":
        for institution in held:
            if str(institution.uuid) == request.POST.get("institution"):
                choose(request, institution)
        return redirect("portal:desk")
    return render(request, "portal/desk/institution.html", {"institutions": held})
