"""Opening a link: the code leaves the address at once."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from .keeping import keep_code


@require_safe
def link(request: HttpRequest, text: str) -> HttpResponse:
    """On to the form, with the code filled in; the same answer whatever the text is, and no look at any code.

    A redirect leaves no entry of its own in the browser's history. Its referrer policy holds for where it leads.
    """
    response = HttpResponseRedirect(reverse("portal:patient"), status=303)
    keep_code(response, text, timezone.now())
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
