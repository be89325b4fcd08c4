"""How often a mail address or a mobile number can be changed; what was typed counts, whether or not anybody has it."""

from datetime import timedelta

from accounts.throttling.limits import WindowLimit

ASKED_DAY = WindowLimit("change.account", 6, timedelta(days=1))
RECIPIENT = WindowLimit("change.recipient", 3, timedelta(hours=1))
