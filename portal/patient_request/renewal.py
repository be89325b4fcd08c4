"""Keeping the code open longer, within what the institution allows."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from portal.templatetags.days import day
from studies.access import PatientViewer
from studies.access_codes.services import renew

from .doors import for_patients


@require_POST
@for_patients
def longer(request: HttpRequest, viewer: PatientViewer, at: datetime) -> HttpResponse:
    """By the institution's usual time from now on, up to its maximum."""
    if renew(viewer.code, viewer.actor, at):
        messages.success(request, gettext("Your code works until %(day)s now.") % {"day": day(viewer.code.expires_at)})
    else:
        messages.warning(
            request, gettext("Your code works as long as the hospital allows. Its desk can tell you more.")
        )
    return redirect("portal:request")
