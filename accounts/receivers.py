"""What happens when others tell of something: a login that was begun with a card binds it."""

from datetime import datetime

from django.dispatch import receiver

from accounts.audit.actor import Actor
from accounts.eid.pending import holder_from
from accounts.eid.services import bind_if_possible
from accounts.login.half_finished import Purpose
from accounts.login.signals import login_completed
from accounts.models import User


@receiver(login_completed)
def bind_card_shown_before(
    *, user: User, purpose: Purpose, carried: dict[str, str], actor: Actor, at: datetime, **_: object
) -> None:
    """The login stands whether or not the card can be bound; the account's page says which card it has."""
    if purpose is Purpose.BIND_EID:
        bind_if_possible(user, holder_from(carried), actor, at)
