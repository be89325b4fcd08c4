"""What `groups` announces within its transaction to the apps above."""

from django.dispatch import Signal

# Sent with `membership` and `at` when a membership began, ended or changed its role.
membership_changed = Signal()
