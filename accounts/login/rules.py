"""Who may log in how: staff with an authenticator app or a passkey only, and never past the second step."""

from datetime import datetime

from accounts.models import SignInFactor, User
from accounts.staff.standing import is_staff_member

_STAFF = frozenset({SignInFactor.TOTP, SignInFactor.PASSKEY})


class NotStrongEnough(Exception):
    """This account does not log in by this factor."""


def needs_strong_factor(user: User, at: datetime) -> bool:
    """Whether only an authenticator app or a passkey will do for this account: it is staff's."""
    return is_staff_member(user, at)


def may_log_in_by(user: User, factor: SignInFactor, at: datetime) -> bool:
    return factor in _STAFF or not needs_strong_factor(user, at)
