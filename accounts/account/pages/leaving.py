"""Taking one's own data along, and closing the account."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.account.closing import close_account, ties_of
from accounts.account.exporting import EXPORTS, export, note_export
from accounts.login.again import fresh_factor_required, fresh_factor_required_before
from accounts.sessions.services import actor_of, end_session
from accounts.throttling.services import take
from accounts.throttling.words import again_sentence

from .person import person


@require_POST
@fresh_factor_required_before("accounts:account")
def own_data(request: HttpRequest) -> HttpResponseBase:
    """One file with everything."""
    at, user = timezone.now(), person(request)
    verdict = take(EXPORTS, str(user.uuid), at)
    if not verdict.allowed:
        messages.warning(request, again_sentence(verdict.again_at or at, at))
        return redirect("accounts:account")
    note_export(user, actor_of(request), at)
    response = StreamingHttpResponse(export(user, at), content_type="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="account.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_factor_required
def close(request: HttpRequest) -> HttpResponse:
    """What will happen, and then it happens."""
    at, user = timezone.now(), person(request)
    problem: list[str] = []
    if request.method == "POST":
        try:
            close_account(user, actor_of(request), at)
        except ValidationError as refusal:
            problem = refusal.messages
        else:
            end_session(request)
            response = redirect("accounts:account_closed")
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
            return response
    ties = ties_of(user, at)
    context = {
        "ties": [tie.sentence for tie in ties if not tie.holds],
        "holds": problem or [tie.sentence for tie in ties if tie.holds],
    }
    return render(request, "accounts/account/close.html", context)


@require_safe
def closed(request: HttpRequest) -> HttpResponse:
    """It is closed."""
    return render(request, "accounts/account/closed.html")
