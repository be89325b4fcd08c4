"""Where registrations stand."""

from accounts.models import Registration, RegistrationState

# What keeps an account from seeing studies.
UNFINISHED = (
    RegistrationState.PHONE,
    RegistrationState.WAITING,
    RegistrationState.ASKED,
    RegistrationState.REFUSED,
)


def unfinished_of(user_id: int) -> Registration | None:
    """The registration of the account with this key if it is not (or not yet) approved."""
    return Registration.objects.filter(user=user_id, state__in=UNFINISHED).first()
