"""How often another password, a recovery or a change can be asked for: every asking counts, and nothing is forgiven.

None of these tells whether an address has an account: what is counted is what was typed, by whom. A stranger who has
mails sent to an address keeps nobody out: as many as are allowed in an hour each carry a link that works for an hour.
"""

from datetime import timedelta

from accounts.addresses import network_of
from accounts.audit.actor import Actor
from accounts.throttling.limits import Alarm, WaitingLimit, WindowLimit
from accounts.throttling.services import Try

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)

# The same form pressed twice is one mail.
RESET_SAME = WindowLimit("reset.same", 1, timedelta(minutes=1), kept=_DAY)
RESET_RECIPIENT = WindowLimit("reset.recipient", 3, _HOUR)
# A practice or a hospital comes from one address.
RESET_ADDRESS = WindowLimit("reset.address", 20, _HOUR)
RESET_NETWORK = WindowLimit("reset.network", 200, _HOUR)
RESET_ALARM = Alarm("reset.alarm", 1_000, _HOUR)

RECOVERIES = WindowLimit("recovery.asked", 3, _DAY)
OLD_PASSWORD = WaitingLimit("password.old", 5, timedelta(minutes=1), _HOUR)


def reset_tries(mail: str, actor: Actor) -> list[Try]:
    """What an asking for another password counts for; `mail` in lower case."""
    tries: list[Try] = [(RESET_RECIPIENT, mail)]
    if actor.address:
        tries.append((RESET_ADDRESS, network_of(actor.address, 32, 64)))
        tries.append((RESET_NETWORK, network_of(actor.address, 24, 48)))
    return tries
