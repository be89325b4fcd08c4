"""The address of a link, as a mail carries it."""

from django.conf import settings
from django.urls import reverse


def address_of(name: str, token: str) -> str:
    """The whole address of the page `name`, which takes a `token`: of this portal, whatever host a request named."""
    return f"{settings.PUBLIC_URL}{reverse(name, kwargs={'token': token})}"
