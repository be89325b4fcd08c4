"""Everything that the portal holds about one account, as one JSON file.

Of secrets, that they are there and since when; of the audit log, what the account did and what was done to it, without
whose images or report it was about. The log comes last and row by row: it can be long.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.audit.actor import Actor
from accounts.audit.queries import rows_of_account
from accounts.audit.services import record
from accounts.models import (
    AuditAction,
    AuditEvent,
    ContactChange,
    Delegate,
    EidCard,
    IdentifierClaim,
    Invitation,
    Physician,
    Recovery,
    Registration,
    RememberedBrowser,
    Session,
    SignIn,
    Suspension,
    User,
)
from accounts.second_factor.backup_codes import unused_backup_codes
from accounts.second_factor.factors import factors_of
from accounts.throttling.limits import WindowLimit

from .ties import all_ties

EXPORTS = WindowLimit("account.exports", 5, timedelta(days=1))
_HELD = ("user", "account", "physician")  # by which names the details of an audit row point to somebody


def note_export(user: User, actor: Actor, at: datetime) -> None:
    """The export itself stands in the log, and so in what is exported."""
    with transaction.atomic():
        record(AuditAction.ACCOUNT_EXPORTED, actor, at, details={"user": str(user.uuid)})


def export(user: User, at: datetime) -> Iterator[str]:
    """The JSON text in pieces; times are UTC."""
    held = {"exported_at": at, "account": _account(user), **_hats(user), **_ways_in(user), **_history(user)}
    for ties in all_ties():
        held |= ties.export(user)
    yield f'{_json(held)[:-2]},\n  "audit_log": ['
    before = ""
    for row in audit_rows(user).iterator(500):
        yield f"{before}\n    {json.dumps(_event(row, user), cls=DjangoJSONEncoder, ensure_ascii=False)}"
        before = ","
    yield "\n  ]\n}\n"


def audit_rows(user: User) -> QuerySet[AuditEvent]:
    """What the account did, and what was done to it, oldest first."""
    physician = Physician.objects.filter(user=user).first()
    return rows_of_account(*(hat.uuid for hat in (user, physician) if hat is not None)).order_by("pk")


def _account(user: User) -> dict[str, Any]:
    names = ("uuid", "username", "title", "first_name", "last_name", "language", "phone", "news", "is_active")
    times = ("mail_confirmed_at", "phone_confirmed_at", "date_joined", "last_login")
    return _values(user, *names, *times)


def _hats(user: User) -> dict[str, Any]:
    physician = Physician.objects.filter(user=user).first()
    claims = IdentifierClaim.objects.filter(Q(physician__user=user) | Q(registration__user=user)).order_by("pk")
    said = ("profession", "speciality", "country", "practice")
    decided = ("state", "question", "answer", "reason", "asked_at", "mail_confirmed_at", "phone_confirmed_at")
    return {
        "physician": _values(physician, "uuid", *said, "verified_at", "suspended_at") if physician else None,
        "numbers": [_values(row, "kind", "country", "value") for row in physician.identifiers.all()]
        if physician
        else [],
        "claimed_numbers": [
            _values(row, "kind", "country", "value", "state", "reason", "claimed_at", "decided_at") for row in claims
        ],
        "registrations": [
            _values(row, "title", "first_name", "last_name", "mail", "phone", "language", *said, *decided, "decided_at")
            for row in Registration.objects.filter(user=user)
        ],
        "delegate": [_values(row, "since", "suspended_at") for row in Delegate.objects.filter(user=user)],
        "invitations": [
            _values(row, "kind", "mail", "inviter", "invited_at", "accepted_at")
            for row in Invitation.objects.filter(accepted_by=user)
        ],
    }


def _ways_in(user: User) -> dict[str, Any]:
    return {
        "second_factors": [
            {
                "kind": factor.kind.value,
                "name": factor.name,
                "number": getattr(factor.device, "number", None),
                "created_at": factor.created_at,
                "last_used_at": factor.last_used_at,
            }
            for factor in factors_of(user)
        ],
        "unused_backup_codes": unused_backup_codes(user),
        "e_id": [_values(row, "bound_at", "last_used_at") for row in EidCard.objects.filter(user=user)],
        "remembered_browsers": [
            _values(row, "user_agent", "created_at", "expires_at", "last_used_at")
            for row in RememberedBrowser.objects.filter(user=user).order_by("pk")
        ],
        "sessions": [
            _values(row, "created_at", "last_seen_at", "address", "user_agent")
            for row in Session.objects.filter(user=user).order_by("created_at")
        ],
    }


def _history(user: User) -> dict[str, Any]:
    seen = ("at", "succeeded", "factor", "address", "country", "user_agent")
    asked = ("kind", "value", "asked_at", "new_confirmed_at", "old_confirmed_at", "opens_at", "ended_at")
    verified = ("state", "asked_at", "verified_at", "how_verified", "opens_at", "ended_at")
    held = ("part", "reason", "words", "since", "ended_at")
    return {
        "suspensions": [_values(row, *held) for row in Suspension.objects.filter(user=user).order_by("pk")],
        "sign_ins": [_values(row, *seen) for row in SignIn.objects.filter(user=user).order_by("pk")],
        "recoveries": [_values(row, *verified) for row in Recovery.objects.filter(user=user).order_by("pk")],
        "contact_changes": [_values(row, *asked) for row in ContactChange.objects.filter(user=user).order_by("pk")],
    }


def _event(row: AuditEvent, user: User) -> dict[str, Any]:
    """Who else did it is not told by name, nor from where; of a patient's request nothing but that there was one."""
    is_own = row.actor == user.uuid
    is_about_patient = any((row.patient, row.request, row.study))
    return {
        "at": row.at,
        "what": row.action,
        "by": "yourself" if is_own else row.actor_kind,
        "address": row.address if is_own else None,
        "because": row.audience or None,
        "details": {} if is_about_patient else {k: v for k, v in row.details.items() if k not in _HELD},
    }


def _values(row: Any, *names: str) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    """Countries as their code; what JSON takes stays as it is."""
    return getattr(value, "code", value)


def _json(held: dict[str, Any]) -> str:
    return json.dumps(held, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
