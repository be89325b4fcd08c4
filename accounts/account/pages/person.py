"""Whose account it is."""

from django.http import HttpRequest

from accounts.models import User


def person(request: HttpRequest) -> User:
    """The user of a request that passed `account_required`. Raises TypeError for any other."""
    if not isinstance(request.user, User):
        raise TypeError("only whoever is logged in has an account")
    return request.user
