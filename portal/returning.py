"""Where a small form goes back to."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def path_to_return_to(request: HttpRequest) -> str:
    """The path in `next` if it stays within this portal, else the landing page."""
    path = request.POST.get("next", "")
    within = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if within else "/"
