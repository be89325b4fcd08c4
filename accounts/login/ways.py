"""The ways in which somebody can give a second factor, as a page offers them: the one used last comes first."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext

from accounts.models import SignInFactor, User
from accounts.second_factor.backup_codes import unused_backup_codes
from accounts.second_factor.factors import Factor, factors_of
from accounts.second_factor.kinds import is_strong

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Way:
    """`name` stands for it in addresses and forms; `factor` is the telephone of an SMS."""

    name: str
    kind: SignInFactor
    factor: Factor | None = None

    @property
    def label(self) -> str:
        match self.kind:
            case SignInFactor.TOTP:
                return gettext("With my authenticator app")
            case SignInFactor.PASSKEY:
                return gettext("With my passkey")
            case SignInFactor.SMS if self.factor is not None:
                return gettext("With a token by SMS to %(number)s") % {"number": self.factor.shown}
            case SignInFactor.EID:
                return gettext("With my e-ID")
        return gettext("With a backup code")


def ways_of(user: User, *, strong_only: bool) -> list[Way]:
    """`strong_only`: authenticator apps and passkeys. Backup codes come last, whenever one was used."""
    factors = [factor for factor in factors_of(user) if is_strong(factor.device) or not strong_only]
    factors.sort(key=lambda factor: factor.last_used_at or _NEVER, reverse=True)
    ways: dict[str, Way] = {}
    for factor in factors:
        way = (
            Way(factor.handle, factor.kind, factor)
            if factor.kind is SignInFactor.SMS
            else Way(factor.kind, factor.kind)
        )
        ways.setdefault(way.name, way)
    if factors and not strong_only and unused_backup_codes(user):
        ways[SignInFactor.BACKUP_CODE] = Way(SignInFactor.BACKUP_CODE, SignInFactor.BACKUP_CODE)
    return list(ways.values())


def chosen_way(ways: list[Way], wanted: str) -> Way:
    """The one that was chosen, else the first. Raises `IndexError` where there is none."""
    return next((way for way in ways if way.name == wanted), ways[0])
