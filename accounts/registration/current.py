"""Which account a browser goes on with: the one that was opened in it just now, or the one that is logged in."""

from uuid import UUID

from django.http import HttpRequest

from accounts.audit.actor import ActorKind
from accounts.models import Registration, User
from accounts.sessions.services import actor_of

_MAIL = "registration_mail"
_KEY = "account_opened"


def note_mail(request: HttpRequest, mail: str) -> None:
    """Keep to which address a mail was sent, for the page that says so."""
    request.session[_MAIL] = mail


def noted_mail(request: HttpRequest) -> str:
    return str(request.session.get(_MAIL, ""))


def note(request: HttpRequest, user: User) -> None:
    """This session goes on with the account; to be called in a session that carries nothing over."""
    request.session[_KEY] = str(user.uuid)


def account(request: HttpRequest) -> User | None:
    """The account that this visitor may go on opening; it is not closed."""
    actor = actor_of(request)
    uuid = actor.uuid if actor.kind is ActorKind.ACCOUNT else _noted(request)
    return User.objects.filter(uuid=uuid, is_active=True).first() if uuid is not None else None


def current(request: HttpRequest) -> Registration | None:
    """The application of that account, which this visitor may see."""
    user = account(request)
    return Registration.objects.filter(user=user).select_related("user").first() if user is not None else None


def _noted(request: HttpRequest) -> UUID | None:
    noted = request.session.get(_KEY)
    return UUID(noted) if noted else None
