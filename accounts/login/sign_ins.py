"""The last hundred sign-ins of an account, for its owner to look through."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count
from django.http import HttpRequest

from accounts.addresses import client_address
from accounts.models import SignIn, SignInFactor, User
from accounts.places.countries import country_of

KEPT = 100
_SAME = timedelta(hours=1)


def note_password(request: HttpRequest, user: User, at: datetime) -> UUID:
    """Note that the password was right; how far the login gets stands in the same row.

    Tries of the same browser that get no further within an hour are one row: whoever has the password alone must not
    push out what the owner wants to see.
    """
    address, user_agent = client_address(request), _user_agent(request)
    unfinished = SignIn.objects.filter(
        user=user, succeeded=False, address=address, user_agent=user_agent, at__gt=at - _SAME
    )
    if unfinished.update(at=at):
        return unfinished.filter(at=at).values_list("uuid", flat=True)[0]
    return _keep(request, user, at).uuid


def note_completed(
    request: HttpRequest, user: User, factor: SignInFactor, browser: str, at: datetime, begun: UUID | None
) -> None:
    """Note that the login is complete. `browser` is the keyed hash of its number, `begun` the row of its first step."""
    done = {"succeeded": True, "factor": factor, "browser": browser, "at": at}
    if begun is None or not SignIn.objects.filter(uuid=begun, user=user, succeeded=False).update(**done):
        _keep(request, user, at, succeeded=True, factor=factor, browser=browser)


def sign_ins_of(user: User) -> list[SignIn]:
    """The last ones, newest first."""
    return list(SignIn.objects.filter(user=user).order_by("-at", "-pk")[:KEPT])


def forget_older(_at: datetime) -> int:
    """Delete what is past the last hundred of an account (RETENTION). Returns how many."""
    many = SignIn.objects.values("user").annotate(rows=Count("pk")).filter(rows__gt=KEPT)
    deleted = 0
    for user in list(many.values_list("user", flat=True)):
        older = SignIn.objects.filter(user=user).order_by("-at", "-pk").values_list("pk", flat=True)[KEPT:]
        deleted += SignIn.objects.filter(pk__in=list(older)).delete()[0]
    return deleted


def signed_in_before(user: User) -> bool:
    return SignIn.objects.filter(user=user, succeeded=True).exists()


def _keep(
    request: HttpRequest,
    user: User,
    at: datetime,
    *,
    succeeded: bool = False,
    factor: SignInFactor = SignInFactor.NONE,
    browser: str = "",
) -> SignIn:
    address = client_address(request)
    return SignIn.objects.create(
        user=user,
        at=at,
        succeeded=succeeded,
        factor=factor,
        address=address,
        country=country_of(address),
        user_agent=_user_agent(request),
        browser=browser,
    )


def _user_agent(request: HttpRequest) -> str:
    return str(request.META.get("HTTP_USER_AGENT", ""))[:300]
