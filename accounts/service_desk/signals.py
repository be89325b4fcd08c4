"""What the service desk announces, within its transaction, to the apps above."""

from django.dispatch import Signal

# Sent with `numbers`, a list of (register, number), when who holds them may have changed: a physician was verified,
# suspended or resumed, or a number was added or removed.
physician_changed = Signal()
