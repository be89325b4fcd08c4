"""Who has to wait after failures: what the service desk can tell of a counter that names nobody, and finding the one of
an account, an address or a number that somebody says on the telephone."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.addresses import network_of
from accounts.models import ThrottleCounter, User
from accounts.phones import e164
from accounts.recovery import limits as recovery
from accounts.registration import limits as registration
from accounts.throttling import limits
from accounts.throttling.limits import Limit, WindowLimit
from accounts.throttling.services import Try, counters_of


@dataclass(frozen=True)
class Kind:
    """A limit in words. `liftable`: whether the service desk may end its waits. Sent messages cost money and are never
    forgiven (DESIGN.md §4); instead of an access code that has to wait, its hospital gives another."""

    limit: Limit
    words: Promise
    liftable: bool = True


_BY_MAIL = (
    Kind(limits.LOGIN_ACCOUNT, _("password of one account")),
    Kind(registration.RECIPIENT, _("mails about registering, to one address, in an hour")),
    Kind(registration.RECIPIENT_DAY, _("mails about registering, to one address, in a day")),
    Kind(recovery.RESET_RECIPIENT, _("mails about another password, to one address")),
)
_BY_RECIPIENT = (
    Kind(limits.CHALLENGE_HOUR, _("tokens to one number or address, in an hour"), liftable=False),
    Kind(limits.CHALLENGE_DAY, _("tokens to one number or address, in a day"), liftable=False),
    Kind(limits.CHALLENGE_CLAIMED_HOUR, _("tokens to one number or address, in an hour"), liftable=False),
    Kind(limits.CHALLENGE_CLAIMED_DAY, _("tokens to one number or address, in a day"), liftable=False),
    Kind(limits.CHALLENGE_UNKNOWN_HOUR, _("tokens to one number or address, in an hour"), liftable=False),
    Kind(limits.CHALLENGE_UNKNOWN_DAY, _("tokens to one number or address, in a day"), liftable=False),
)
_BY_ACCOUNT = (
    Kind(limits.SECOND_FACTOR, _("second factor of one account")),
    Kind(recovery.OLD_PASSWORD, _("present password, asked of who is logged in")),
    Kind(recovery.RECOVERIES, _("askings for help with a lost second factor, of one account")),
    Kind(limits.SMS_OF_ACCOUNT, _("SMS of one account, in a day"), liftable=False),
)
_BY_ADDRESS = (
    Kind(limits.LOGIN_ADDRESS, _("logins from one address")),
    Kind(limits.EID_ADDRESS, _("e-ID logins from one address")),
    Kind(registration.ADDRESS, _("registrations from one address")),
    Kind(recovery.RESET_ADDRESS, _("askings for another password from one address")),
    Kind(limits.CODE_ADDRESS, _("access codes typed at one address")),
    Kind(limits.RESCUE_ADDRESS, _("askings for another code from one address")),
)
_BY_NETWORK = (
    Kind(limits.LOGIN_NETWORK, _("logins from one network")),
    Kind(limits.EID_NETWORK, _("e-ID logins from one network")),
    Kind(registration.NETWORK, _("registrations from one network")),
    Kind(recovery.RESET_NETWORK, _("askings for another password from one network")),
    Kind(limits.CODE_NETWORK, _("access codes typed in one network")),
    Kind(limits.RESCUE_NETWORK, _("askings for another code from one network")),
)
_BY_NOTHING_SAID = (
    Kind(limits.LOGIN_BROWSER, _("password of one account, in a browser it knows")),
    Kind(limits.CODE, _("one access code"), liftable=False),
)
_ALL = (*_BY_MAIL, *_BY_RECIPIENT, *_BY_ACCOUNT, *_BY_ADDRESS, *_BY_NETWORK, *_BY_NOTHING_SAID)
KINDS: dict[str, Kind] = {kind.limit.scope: kind for kind in _ALL}


def shown() -> QuerySet[ThrottleCounter]:
    """The counters that make somebody wait; others only keep the portal from doing a thing twice or too often."""
    return ThrottleCounter.objects.filter(scope__in=KINDS)


def waiting(at: datetime) -> QuerySet[ThrottleCounter]:
    """Those whose next try has to wait now."""
    return shown().filter(blocked_until__gt=at)


def found_by(text: str) -> QuerySet[ThrottleCounter]:
    """The counters of a mail address, an IP address or a telephone number, waiting or not; none for anything else."""
    subject = text.strip().lower()
    return counters_of([*_of_mail(subject), *_of_number(subject), *_of_address(subject)])


def is_liftable(counter: ThrottleCounter, at: datetime) -> bool:
    kind = KINDS.get(counter.scope)
    waits = counter.blocked_until is not None and counter.blocked_until > at
    return waits and kind is not None and kind.liftable


def waits_since(counter: ThrottleCounter) -> datetime | None:
    """When the last failure came that began the wait; None where nobody waits."""
    if counter.blocked_until is None or counter.scope not in KINDS:
        return None
    limit = KINDS[counter.scope].limit
    if isinstance(limit, WindowLimit):
        return datetime.fromtimestamp(counter.recent[-1] / 1000, UTC) if counter.recent else None
    return counter.blocked_until - limit.wait_after(counter.failures)


def _of_mail(mail: str) -> list[Try]:
    if "@" not in mail:
        return []
    user = User.objects.filter(username=mail).first()
    of_account = [(kind.limit, str(user.uuid)) for kind in _BY_ACCOUNT] if user is not None else []
    return [*((kind.limit, mail) for kind in (*_BY_MAIL, *_BY_RECIPIENT)), *of_account]


def _of_number(text: str) -> list[Try]:
    number = e164(text, settings.ENVIRONMENT)
    return [(kind.limit, number) for kind in _BY_RECIPIENT] if number is not None else []


def _of_address(text: str) -> list[Try]:
    try:
        address, network = network_of(text, 32, 64), network_of(text, 24, 48)
    except ValueError:
        return []
    return [(kind.limit, address) for kind in _BY_ADDRESS] + [(kind.limit, network) for kind in _BY_NETWORK]
