"""The list of studies."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.registration.queries import unfinished_of
from studies.access import AccountViewer, NotVisible, page_of
from studies.doors import for_accounts

from .rows import rows_of


@require_safe
@for_accounts
def overview(request: HttpRequest, viewer: AccountViewer) -> HttpResponse:
    """The viewer's studies, newest first, a page at a time: `?after=` names the last study of the page before."""
    try:
        after = UUID(request.GET["after"]) if "after" in request.GET else None
    except ValueError as not_a_uuid:
        raise NotVisible from not_a_uuid
    at = timezone.now()
    page = page_of(viewer, at, after)
    rows = rows_of(page, at)
    context = {
        "rows": rows,
        "older": page.older,
        "is_first_page": after is None,
        "by_sms": viewer.by_sms,
        "unfinished": None if rows else unfinished_of(viewer.user_id),
    }
    return render(request, "studies/overview.html", context)
