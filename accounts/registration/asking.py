"""Asking for an account: the same row, the same mail, the same answer, whether the address has one already or not."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from accounts.addresses import network_of
from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.links.services import end_links, make
from accounts.models import (
    AuditAction,
    IdentifierClaim,
    IdentifierKind,
    LinkPurpose,
    Profession,
    Registration,
    RegistrationState,
    User,
)
from accounts.throttling.services import Try, Verdict, take, take_all

from . import limits
from .letters import LINK_LASTS, send_confirmation

DONE = Verdict(allowed=True)


@dataclass(frozen=True)
class ClaimedNumber:
    """A number that somebody says is theirs; `value` as `numbers.normalised` keeps it."""

    kind: IdentifierKind
    country: str
    value: str


@dataclass(frozen=True)
class Application:
    """What somebody says of themselves. `mail` in lower case, `phone` as E.164."""

    profession: Profession
    speciality: str
    title: str
    first_name: str
    last_name: str
    country: str
    practice: str
    mail: str
    phone: str
    language: str
    numbers: Sequence[ClaimedNumber]


def ask(application: Application, actor: Actor, at: datetime) -> Verdict:
    """Note the application and send one mail. What the verdict says depends on how often is asked alone.

    The same form sent twice within ten minutes is one application and one mail.
    """
    if not take(limits.SAME_FORM, json.dumps(asdict(application), default=str), at).allowed:
        return DONE
    verdict = take_all(_tries(application.mail, actor), at)
    if not verdict.allowed:
        return verdict
    with transaction.atomic():
        registration = _note(application, actor, at)
        token = make(LinkPurpose.REGISTER, registration.uuid, at, LINK_LASTS)
    send_confirmation(registration.mail, token, registration.is_known, registration.language)
    return verdict


def send_again(mail: str, actor: Actor, at: datetime) -> Verdict:
    """Send another mail for the newest application of this address. The links sent before for it are dead then."""
    verdict = take_all([(limits.RESEND, mail), *_tries(mail, actor)], at)
    if not verdict.allowed:
        return verdict
    asked = Registration.objects.filter(mail=mail, state=RegistrationState.MAIL).order_by("-asked_at", "-pk").first()
    if asked is not None:
        with transaction.atomic():
            end_links(LinkPurpose.REGISTER, asked.uuid, at)
            token = make(LinkPurpose.REGISTER, asked.uuid, at, LINK_LASTS)
        send_confirmation(mail, token, asked.is_known, asked.language)
    return verdict


def _note(application: Application, actor: Actor, at: datetime) -> Registration:
    said = {name: getattr(application, name) for name in Application.__dataclass_fields__ if name != "numbers"}
    is_known = User.objects.filter(username=application.mail).exists()
    registration = Registration.objects.create(**said, is_known=is_known, asked_at=at)
    IdentifierClaim.objects.bulk_create(
        IdentifierClaim(
            registration=registration, country=number.country, kind=number.kind, value=number.value, claimed_at=at
        )
        for number in application.numbers
    )
    record(AuditAction.REGISTRATION_ASKED, actor, at, details={"registration": str(registration.uuid)})
    return registration


def _tries(mail: str, actor: Actor) -> list[Try]:
    address = actor.address or ""
    networks: list[Try] = [
        (limits.ADDRESS, network_of(address, 32, 64)),
        (limits.NETWORK, network_of(address, 24, 48)),
    ]
    return [
        (limits.RECIPIENT, mail),
        (limits.RECIPIENT_DAY, mail),
        *(networks if address else []),
        (limits.EVERYWHERE, ""),
    ]
