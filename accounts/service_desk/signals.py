"""What the service desk announces, within its transaction, to the apps above."""

from django.dispatch import Signal

# Sent with `numbers`, a list of (register, number), when who holds them may have changed: a physician was verified,
# suspended or resumed, or a number was added or removed.
physician_changed = Signal()

# Sent with `user` and `at` when the service desk is about to suspend an account that is not misused. A ValidationError
# is a no: somebody depends on this account, and its sentence says what to do first.
account_suspending = Signal()
