"""What the service desk goes by when it verifies who lost a second factor."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.audit.queries import rows_of_account
from accounts.browsers.words import browser_words
from accounts.login.sign_ins import sign_ins_of
from accounts.models import (
    AuditAction,
    AuditEvent,
    ContactChange,
    Physician,
    PhysicianIdentifier,
    Recovery,
    SignIn,
    User,
)
from accounts.phones import spelled
from accounts.places.countries import country_name
from accounts.second_factor.backup_codes import unused_backup_codes
from accounts.second_factor.factors import Factor, factors_of
from accounts.staff.standing import is_staff_member

RECENT = timedelta(days=30)
SHOWN = 5


@dataclass(frozen=True)
class Seen:
    """A sign-in in words."""

    sign_in: SignIn
    where: str


@dataclass(frozen=True)
class Facts:
    """`changes`: of the last 30 days, what a thief would have changed first; `verifier`: who decided, or empty."""

    user: User
    phone: str
    physician: Physician | None
    numbers: list[PhysicianIdentifier]
    is_staff: bool
    factors: list[Factor]
    backup_codes: int
    sign_ins: list[Seen]
    changes: list[ContactChange]
    passwords: list[AuditEvent]
    earlier: int
    verifier: str


def facts_of(recovery: Recovery, at: datetime) -> Facts:
    user = recovery.user
    physician = Physician.objects.filter(user=user).first()
    passwords = rows_of_account(user.uuid).filter(action=AuditAction.PASSWORD_CHANGED, at__gt=at - RECENT)
    verifier = User.objects.filter(uuid=recovery.verified_by).first() if recovery.verified_by else None
    return Facts(
        user,
        spelled(user.phone) if user.phone else "",
        physician,
        list(physician.identifiers.all()) if physician else [],
        is_staff_member(user, at),
        factors_of(user),
        unused_backup_codes(user),
        [_seen(row) for row in sign_ins_of(user)[:SHOWN]],
        list(ContactChange.objects.filter(user=user, asked_at__gt=at - RECENT).order_by("-pk")),
        list(passwords.order_by("-pk")[:SHOWN]),
        Recovery.objects.filter(user=user).exclude(pk=recovery.pk).count(),
        str(verifier or ""),
    )


def _seen(row: SignIn) -> Seen:
    parts = (browser_words(row.user_agent), country_name(row.country))
    return Seen(row, ", ".join(part for part in parts if part))
