"""Asking for another code: the same row, the same work, the same answer, whoever asks."""

from datetime import datetime

from django.db import transaction

from accounts.addresses import network_of
from accounts.audit.actor import Actor, ActorKind
from accounts.audit.services import record
from accounts.keys import encrypt
from accounts.models import AuditAction
from accounts.throttling.limits import RESCUE_ADDRESS, RESCUE_EVERYWHERE, RESCUE_NETWORK
from accounts.throttling.services import Verdict, take_all
from studies.models import Rescue

from . import soon, tasks
from .contacts import Asked


def ask(asked: Asked, language: str, address: str, at: datetime) -> Verdict:
    """Note that somebody at this address wants another code. What the verdict says depends on how often they ask alone.

    Whom it fits, and whether anything is sent, is found out after the answer.
    """
    verdict = take_all(
        [
            (RESCUE_ADDRESS, network_of(address, 32, 64)),
            (RESCUE_NETWORK, network_of(address, 24, 48)),
            (RESCUE_EVERYWHERE, ""),
        ],
        at,
    )
    if not verdict.allowed:
        return verdict
    with transaction.atomic():
        rescue = Rescue.objects.create(asked_at=at, typed=encrypt(asked.written()), language=language)
        record(
            AuditAction.RESCUE_ASKED,
            Actor(ActorKind.VISITOR, address=address),
            at,
            details={"rescue": str(rescue.uuid)},
        )
        tasks.handle_rescue.enqueue(str(rescue.uuid))
        transaction.on_commit(soon.sweep_soon)
    return verdict
