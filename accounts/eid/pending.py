"""A card that was shown but belongs to no account yet: kept in the visitor's session, as a keyed hash, until it is
bound to the account that its holder logs in to, or asks for."""

from datetime import datetime, timedelta

from django.http import HttpRequest

from accounts.sessions.services import store_of

from .certificates import Holder

LASTS = timedelta(hours=1)
_KEY = "eid_card_shown"


def note(request: HttpRequest, holder: Holder, at: datetime) -> None:
    """A card of this holder was shown just now; nothing is done with it until the holder says what."""
    request.session[_KEY] = {
        **carried(holder),
        "until": (at + LASTS).isoformat(),
        "for_registration": False,
    }


def shown_card(request: HttpRequest, at: datetime) -> Holder | None:
    """Whose card was shown in this session within the hour."""
    noted = store_of(request).get(_KEY)
    return holder_from(noted) if noted is not None and at < datetime.fromisoformat(noted["until"]) else None


def keep_for_registration(request: HttpRequest, at: datetime) -> bool:
    """The holder wants the card bound to the account that is asked for next. False where none was shown."""
    if shown_card(request, at) is None:
        return False
    request.session[_KEY] = request.session[_KEY] | {"for_registration": True}
    return True


def pending_card(request: HttpRequest, at: datetime) -> Holder | None:
    """The card to bind to the account that this visitor is registering, if they wished so."""
    noted = store_of(request).get(_KEY)
    return shown_card(request, at) if noted is not None and noted["for_registration"] else None


def forget(request: HttpRequest) -> None:
    store_of(request).pop(_KEY, None)


def carried(holder: Holder) -> dict[str, str]:
    """A holder as a session keeps one."""
    return {"key_id": holder.key_id, "digest": holder.digest}


def holder_from(noted: dict[str, str]) -> Holder:
    return Holder(noted["key_id"], noted["digest"], (noted["digest"],))
