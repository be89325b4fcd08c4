"""What the service desk compares: what was said, and what the portal knows beside it."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django_countries import countries

from accounts.models import (
    RIZIV_DIGITS,
    ClaimState,
    IdentifierClaim,
    IdentifierKind,
    PhysicianIdentifier,
    Registration,
    RegistrationState,
    User,
)
from accounts.phones import country_of, spelled
from accounts.service_desk.services import holders_of

from .numbers import NumberCheck, check, where_to_look

MOST_NAMESAKES = 10


@dataclass(frozen=True)
class NumberFacts:
    """A claimed number. `where`: the public register to look in; `holders`: whoever else has it, which blocks;
    `rivals`: whoever else says that it is theirs."""

    claim: IdentifierClaim
    check: NumberCheck
    where: str
    holders: list[PhysicianIdentifier]
    rivals: list[IdentifierClaim]


@dataclass(frozen=True)
class Facts:
    """`namesakes`: other accounts with the same first and last name. `phone_country`: its name, or empty."""

    numbers: list[NumberFacts]
    namesakes: list[User]
    mail_domain: str
    phone: str
    phone_country: str
    is_phone_from_elsewhere: bool


def facts_of(registration: Registration) -> Facts:
    phone_country = country_of(registration.phone)
    namesakes = User.objects.filter(
        first_name__iexact=registration.first_name, last_name__iexact=registration.last_name
    ).exclude(username=registration.mail)
    return Facts(
        [facts_of_number(claim) for claim in registration.claims.order_by("pk")],
        list(namesakes.order_by("pk")[:MOST_NAMESAKES]),
        registration.mail.rpartition("@")[2],
        spelled(registration.phone),
        str(countries.name(phone_country)) if phone_country else "",
        phone_country != str(registration.country),
    )


def facts_of_number(claim: IdentifierClaim) -> NumberFacts:
    kind = IdentifierKind(claim.kind)
    holders = holders_of(claim.kind, claim.value).exclude(physician__user=_claimant(claim))
    return NumberFacts(
        claim,
        check(kind, str(claim.country), claim.value),
        str(where_to_look(kind)),
        list(holders.select_related("physician__user")),
        list(_rivals(claim).select_related("physician__user", "registration__user")),
    )


def claimant_name(claim: IdentifierClaim) -> str:
    """Who says that the number is theirs."""
    return str(claim.physician or claim.registration or "")


def _claimant(claim: IdentifierClaim) -> User | None:
    if claim.physician is not None:
        return claim.physician.user
    return claim.registration.user if claim.registration else None


def _rivals(claim: IdentifierClaim) -> QuerySet[IdentifierClaim]:
    """Others who wait with the same number; applications that nobody confirmed are nobody's word."""
    same = Q(value=claim.value)
    if claim.kind == IdentifierKind.RIZIV and len(claim.value) >= RIZIV_DIGITS:
        same = Q(value__startswith=claim.value[:RIZIV_DIGITS])
    waiting = IdentifierClaim.objects.filter(same, kind=claim.kind, state=ClaimState.WAITING).exclude(pk=claim.pk)
    others = waiting.exclude(registration__state=RegistrationState.MAIL)
    user = _claimant(claim)
    return others if user is None else others.exclude(Q(physician__user=user) | Q(registration__user=user))
