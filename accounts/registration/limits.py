"""How often an account can be asked for: every asking counts, and nothing is forgiven.

None of these tells whether an address has an account: what is counted is what was typed, by whom.
"""

from datetime import timedelta

from accounts.throttling.limits import WindowLimit

_HOUR = timedelta(hours=1)

# The same form pressed twice is one application.
SAME_FORM = WindowLimit("register.same", 1, timedelta(minutes=10), kept=timedelta(days=1))
# Mails to one address: nobody's mailbox is filled by strangers.
RECIPIENT = WindowLimit("register.recipient", 4, _HOUR)
RECIPIENT_DAY = WindowLimit("register.recipient.day", 8, timedelta(days=1))
RESEND = WindowLimit("register.resend", 1, timedelta(minutes=1), kept=timedelta(days=1))
# A practice or a hospital that registers on one day comes from one address.
ADDRESS = WindowLimit("register.address", 20, _HOUR)
NETWORK = WindowLimit("register.network", 100, _HOUR)
EVERYWHERE = WindowLimit("register.everywhere", 1_000, _HOUR)
# Text messages cost money wherever they go: per network, and in all.
SMS_NETWORK = WindowLimit("register.sms.network", 40, timedelta(days=1))
SMS_EVERYWHERE = WindowLimit("register.sms.everywhere", 1_000, timedelta(days=1))
