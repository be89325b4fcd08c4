"""Where registrations stand."""

from django.db.models import Q, QuerySet

from accounts.models import ClaimState, IdentifierClaim, Registration, RegistrationState

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


def waiting_claims_of(user_id: int) -> QuerySet[IdentifierClaim]:
    """The numbers of the account with this key that wait for the service desk, whether they came with its registration
    or later."""
    mine = Q(physician__user=user_id) | Q(registration__user=user_id)
    return IdentifierClaim.objects.filter(mine, state=ClaimState.WAITING).select_related("replaces").order_by("pk")
