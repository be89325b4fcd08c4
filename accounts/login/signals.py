"""What others hear of logins."""

from django.dispatch import Signal

# Sent by `completing.complete_login` within its transaction: user, purpose, carried, actor, at. `carried` is what was
# noted before the password was asked for, such as the card that is to be bound to whoever logs in.
login_completed = Signal()
