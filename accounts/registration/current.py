"""Which application a browser goes on with: the one whose link it confirmed just now, or the logged-in account's."""

from uuid import UUID

from django.http import HttpRequest

from accounts.audit.actor import ActorKind
from accounts.models import Registration
from accounts.sessions.services import actor_of

_MAIL = "registration_mail"
_KEY = "registration"


def note_mail(request: HttpRequest, mail: str) -> None:
    """Keep to which address a mail was sent, for the page that says so."""
    request.session[_MAIL] = mail


def noted_mail(request: HttpRequest) -> str:
    return str(request.session.get(_MAIL, ""))


def note(request: HttpRequest, registration: Registration) -> None:
    """This session goes on with the application; to be called in a session that carries nothing over."""
    request.session[_KEY] = str(registration.uuid)


def current(request: HttpRequest) -> Registration | None:
    """The application that this visitor may see and go on with; its account is there and open."""
    opened = Registration.objects.filter(user__is_active=True).select_related("user")
    actor = actor_of(request)
    if actor.kind is ActorKind.ACCOUNT and actor.uuid is not None:
        return opened.filter(user__uuid=actor.uuid).first()
    noted = request.session.get(_KEY)
    return opened.filter(uuid=UUID(noted)).first() if noted else None
