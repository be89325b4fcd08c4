"""The portal's limits on failures, as values (DESIGN.md §4; NIST SP 800-63B §5.2.2).

A limit counts failures of one subject: a code, an account, an address. What to do when it is reached is its kind.
"""

from dataclasses import dataclass
from datetime import timedelta

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class WaitingLimit:
    """`free` failures, then one try per wait; the wait doubles with each further failure, up to `longest_wait`.

    A success wipes the failures. With `ends_after`, the subject ends after so many failures in its life, which a
    success does not wipe. `kept`: how long after the last try the count is remembered.
    """

    scope: str
    free: int
    first_wait: timedelta
    longest_wait: timedelta
    ends_after: int | None = None
    kept: timedelta = WEEK

    def wait_after(self, failures: int) -> timedelta:
        """How long the next try has to wait after so many failures in a row; zero while they are free."""
        if failures < self.free:
            return timedelta(0)
        doublings = min(failures - self.free, 32)  # beyond that any sensible first wait is past any longest wait
        return min(self.first_wait * (1 << doublings), self.longest_wait)


@dataclass(frozen=True)
class WindowLimit:
    """At most `failures` in any `window`, to the millisecond. A success takes back its own try only."""

    scope: str
    failures: int
    window: timedelta
    kept: timedelta = WEEK


@dataclass(frozen=True)
class Alarm:
    """More than `failures` in a `window`, all subjects together, is told once: refusing would let a stranger close the
    door for everyone."""

    scope: str
    failures: int
    window: timedelta


Limit = WaitingLimit | WindowLimit

_HOUR = timedelta(hours=1)

# An access code may be valid for a year at most, so that its failures are remembered as long.
CODE = WaitingLimit("code", 5, timedelta(minutes=15), timedelta(hours=24), ends_after=20, kept=timedelta(days=366))
CODE_ADDRESS = WindowLimit("code.address", 30, _HOUR)
CODE_NETWORK = WindowLimit("code.network", 300, _HOUR)
CODE_ALARM = Alarm("code.alarm", 1_000, _HOUR)

# An account's waits stay short: a stranger who keeps failing must not keep the owner out for a day. Who logged in
# before from the same browser is counted by that browser alone (accounts.login.browsers): no stranger is in the way.
LOGIN_ACCOUNT = WaitingLimit("login.account", 5, timedelta(minutes=1), _HOUR)
LOGIN_BROWSER = WaitingLimit("login.browser", 5, timedelta(minutes=1), _HOUR)
LOGIN_ADDRESS = WindowLimit("login.address", 30, _HOUR)
LOGIN_NETWORK = WindowLimit("login.network", 300, _HOUR)
LOGIN_ALARM = Alarm("login.alarm", 1_000, _HOUR)

# Numbers given to cards to sign; a card that proves its holder gives its number back.
EID_ADDRESS = WindowLimit("eid.address", 60, _HOUR)
EID_NETWORK = WindowLimit("eid.network", 600, _HOUR)

# Whoever has the password alone must not keep the owner out for a day either: 24 tries a day find no six digits.
SECOND_FACTOR = WaitingLimit("second_factor", 5, timedelta(minutes=1), _HOUR)

# Tokens are sent, not failed: nothing is ever forgiven here (DESIGN.md §4). The first two are a recipient's, the last
# is a session's, for one channel.
CHALLENGE_HOUR = WindowLimit("challenge.hour", 5, _HOUR)
CHALLENGE_DAY = WindowLimit("challenge.day", 10, timedelta(days=1))
CHALLENGE_RESEND = WindowLimit("challenge.resend", 1, timedelta(seconds=30), kept=timedelta(days=1))

# Of a recipient's five and ten: what goes to a number that whoever asks only says is theirs, and that together with
# what is asked for in browsers that the account never used. The rest is its owner's, whatever others ask for.
CHALLENGE_CLAIMED_HOUR = WindowLimit("challenge.claimed.hour", 3, _HOUR)
CHALLENGE_CLAIMED_DAY = WindowLimit("challenge.claimed.day", 5, timedelta(days=1))
CHALLENGE_UNKNOWN_HOUR = WindowLimit("challenge.unknown.hour", 4, _HOUR)
CHALLENGE_UNKNOWN_DAY = WindowLimit("challenge.unknown.day", 8, timedelta(days=1))

# What one account has sent, whatever numbers it gives: nobody earns by adding expensive ones.
SMS_OF_ACCOUNT = WindowLimit("sms.account", 15, timedelta(days=1))

# Mails about tries that failed: one a day for an account.
LOGIN_WARNING = WindowLimit("login.warning", 1, timedelta(days=1))


def sms_of_institution(most: int) -> WindowLimit:
    """What an institution sends by SMS in a day, at most: nobody earns by having it send to numbers of their own."""
    return WindowLimit("sms.institution", most, timedelta(days=1))


# Asking for another code: who asks is told nothing, so that only how often is limited. Every asking counts.
RESCUE_ADDRESS = WindowLimit("rescue.address", 5, _HOUR)
RESCUE_NETWORK = WindowLimit("rescue.network", 50, _HOUR)
RESCUE_EVERYWHERE = WindowLimit("rescue.everywhere", 2_000, _HOUR)
RESCUE_PATIENT = WindowLimit("rescue.patient", 3, timedelta(days=1))

# Messages of patients to a desk, of one request.
CONCERNS = WindowLimit("concerns", 5, timedelta(days=1))
