"""Where a login leads: a page of this portal, never anywhere else."""

from django.conf import settings
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme


def safe_next(path: str) -> str:
    """`path` if it is a path within this portal, else the overview. `//evil`, `/\\evil`, schemes, line breaks: all the
    overview."""
    if path.startswith("/") and path.isprintable() and url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        return path
    return resolve_url(settings.LOGIN_REDIRECT_URL)
