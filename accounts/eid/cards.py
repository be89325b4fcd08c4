"""Which card opens an account."""

from accounts.models import EidCard, User

from .belgium import is_belgian


def card_of(user: User) -> EidCard | None:
    return EidCard.objects.filter(user=user).first()


def opens_by_card(user: User) -> bool:
    """Whether an e-ID is bound to the account, in the environment where that counts."""
    return is_belgian() and EidCard.objects.filter(user=user).exists()
