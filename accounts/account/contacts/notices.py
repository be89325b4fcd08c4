"""Telling the ends of a change, all at the same time; never within a transaction."""

from collections.abc import Sequence
from functools import partial

from accounts.models import ContactChange
from accounts.recovery.carrying import Carrier, at_once, text_message

from . import letters
from .applying import Told


def tell(told: Told | None) -> None:
    """That a change was made, to every end of it."""
    if told is None:
        return
    carriers: list[Carrier] = [partial(letters.changed, told.kind, mail, told.user, told.at) for mail in told.mails]
    if told.number:
        carriers.append(text_message(told.number, letters.changed_text(told.user)))
    at_once(carriers)


def tell_old_end_lost(change: ContactChange, tokens: Sequence[str]) -> None:
    """That a change will be made without its old end: by mail and, where there is a confirmed number, by SMS."""
    user = change.user
    by_mail, by_text = tokens
    carriers: list[Carrier] = [partial(letters.old_end_lost, change, by_mail)]
    if user.phone and user.phone_confirmed_at:
        carriers.append(text_message(user.phone, letters.old_end_lost_text(change, by_text)))
    at_once(carriers)
