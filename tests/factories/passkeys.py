"""An authenticator in software: makes a passkey, signs challenges, and can be told to lie."""

import hashlib
import json
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw(encoded: str) -> bytes:
    return urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))


@dataclass
class Authenticator:
    """One passkey. `rp_id` and `origin` are those of a browser on the portal unless told otherwise."""

    number: bytes = b"a passkey"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    rp_id: str = "localhost"
    origin: str = field(default_factory=lambda: settings.PUBLIC_URL)
    counter: int = 0
    counts: bool = True
    verifies: bool = True

    def create(self, options: dict[str, Any]) -> str:
        """What `navigator.credentials.create` answers, as the page sends it."""
        client = self._client("webauthn.create", options["challenge"])
        credential = struct.pack(">16sH", b"\0" * 16, len(self.number)) + self.number + self._public_key()
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._data(ATTESTED) + credential}
        return self._answer({"clientDataJSON": text(client), "attestationObject": text(cbor2.dumps(attestation))})

    def get(self, options: dict[str, Any], holder: UUID | None = None) -> str:
        """What `navigator.credentials.get` answers; `holder` is what a discoverable one names as its user."""
        client, data = self._client("webauthn.get", options["challenge"]), self._data()
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            {
                "clientDataJSON": text(client),
                "authenticatorData": text(data),
                "signature": text(signature),
                "userHandle": text(holder.bytes) if holder is not None else None,
            }
        )

    def _answer(self, response: dict[str, Any]) -> str:
        return json.dumps(
            {"id": text(self.number), "rawId": text(self.number), "type": "public-key", "response": response}
        )

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, flags: int = 0) -> bytes:
        self.counter += self.counts
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return hashlib.sha256(self.rp_id.encode()).digest() + struct.pack(">BI", flags, self.counter)

    def _public_key(self) -> bytes:
        """COSE, RFC 9053 §7.1: EC2, ES256, P-256."""
        numbers = self.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})
