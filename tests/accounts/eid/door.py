"""A browser at the e-ID door, and what is noted there."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate
from django.http.response import HttpResponseBase
from django.test import Client
from django.utils import timezone

from accounts.eid.certificates import holder_of
from accounts.models import AuditAction, AuditEvent, EidCard, User

from .authority import Card

ORIGIN = "https://portal.example"


def pin(folder: Path, certificate: Certificate, name: str = "authority.cer") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(certificate.public_bytes(Encoding.DER))


@dataclass(frozen=True)
class Door:
    """`/login/eid/` in one browser."""

    client: Client
    origin: str

    def nonce(self) -> str:
        answer = self.client.post("/login/eid/nonce/")
        return str(json.loads(answer.content)["nonce"])

    def show(self, card: Card, algorithm: str = "ES384", **changed: object) -> HttpResponseBase:
        """Ask for a number, have the card sign it, and come in."""
        return self.post(card.token(self.origin, self.nonce(), algorithm, **changed))

    def post(self, token: str, address: str = "/login/eid/") -> HttpResponseBase:
        answer: HttpResponseBase = self.client.post(address, {"token": token})
        return answer


def bound(card: Certificate, user: User, at: datetime | None = None) -> EidCard:
    holder = holder_of(card)
    return EidCard.objects.create(user=user, key_id=holder.key_id, digest=holder.digest, bound_at=at or timezone.now())


def refusals() -> list[str]:
    rows = AuditEvent.objects.filter(action=AuditAction.EID_REFUSED).order_by("pk")
    assert all(set(row.details) == {"reason"} for row in rows)
    return [row.details["reason"] for row in rows]
