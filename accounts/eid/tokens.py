"""The Web eID authentication token: reading it, and checking what the card signed.

https://web-eid.github.io/web-eid-system-architecture-doc/ "Web eID authentication token specification". The card signs
the hash of the portal's origin followed by the hash of a nonce, so that a token says at whose request, and for which
login, it was made.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509 import (
    Certificate,
    DuplicateExtension,
    InvalidVersion,
    UnsupportedGeneralNameType,
    load_der_x509_certificate,
)

from .refusals import Reason, Refused

SMALLEST, LARGEST = 100, 10_000  # characters
FORMAT = "web-eid:1.0"
_HASHES: dict[str, hashes.HashAlgorithm] = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
ALGORITHMS = frozenset(f"{scheme}{size}" for scheme in ("ES", "PS", "RS") for size in _HASHES)
_CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
_RSA_BITS = range(2048, 8193)
_UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    InvalidVersion,
    DuplicateExtension,
    UnsupportedGeneralNameType,
)


@dataclass(frozen=True)
class Token:
    """`algorithm` as in RFC 7518 §3.1; nothing of it is proved yet."""

    certificate: Certificate
    algorithm: str
    signature: bytes


def read(posted: str) -> Token:
    """The token in a page's answer (JSON). Raises `Refused` for what is none."""
    if not SMALLEST <= len(posted) <= LARGEST:
        raise Refused(Reason.SIZE)
    fields = _fields(posted)
    if fields["format"] != FORMAT:
        raise Refused(Reason.FORMAT)
    if fields["algorithm"] not in ALGORITHMS:
        raise Refused(Reason.ALGORITHM)
    certificate = _certificate(_decoded(fields["unverifiedCertificate"]))
    return Token(certificate, fields["algorithm"], _decoded(fields["signature"]))


def check_signature(
    token: Token, origin: str, nonce: str, *, other_origins: Sequence[str] = (), other_nonces: Sequence[str] = ()
) -> None:
    """The card signed this nonce for this origin (scheme, host and port, no slash at the end). Raises `Refused`.

    The others are known ones that would not do: a signature over one of them is refused with a reason of its own.
    """
    if _has_signed(token, origin, nonce):
        return
    if any(_has_signed(token, other, nonce) for other in other_origins):
        raise Refused(Reason.ORIGIN)
    if any(_has_signed(token, origin, other) for other in other_nonces):
        raise Refused(Reason.NONCE_OTHER)
    raise Refused(Reason.SIGNATURE)


def signed_bytes(algorithm: str, origin: str, nonce: str) -> bytes:
    """What a card signs with an algorithm: hash(origin) ‖ hash(nonce), by the hash of the algorithm."""
    digest = f"sha{algorithm[2:]}"
    return b"".join(hashlib.new(digest, part.encode()).digest() for part in (origin, nonce))


def _fields(posted: str) -> dict[str, str]:
    try:
        content = json.loads(posted)
    except (ValueError, RecursionError):
        raise Refused(Reason.MALFORMED) from None
    names = ("format", "algorithm", "unverifiedCertificate", "signature")
    if not isinstance(content, dict) or not all(isinstance(content.get(name), str) for name in names):
        raise Refused(Reason.MALFORMED)
    return {name: content[name] for name in names}


def _decoded(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except ValueError:
        raise Refused(Reason.MALFORMED) from None


def _certificate(der: bytes) -> Certificate:
    """Read to its end, so that nothing is found unreadable later."""
    try:
        certificate = load_der_x509_certificate(der)
        _ = certificate.extensions, certificate.public_key(), certificate.subject, certificate.issuer
    except _UNREADABLE:
        raise Refused(Reason.UNREADABLE) from None
    return certificate


def _has_signed(token: Token, origin: str, nonce: str) -> bool:
    key, signed = token.certificate.public_key(), signed_bytes(token.algorithm, origin, nonce)
    digest = _HASHES[token.algorithm[2:]]
    try:
        if isinstance(key, ec.EllipticCurvePublicKey) and token.algorithm.startswith("ES"):
            key.verify(_der(token.signature, key), signed, ec.ECDSA(digest))
        elif isinstance(key, rsa.RSAPublicKey) and key.key_size in _RSA_BITS and token.algorithm[0] in "PR":
            key.verify(token.signature, signed, _padding(token.algorithm, digest), digest)
        else:
            raise Refused(Reason.ALGORITHM)
    except InvalidSignature:
        return False
    return True


def _der(raw: bytes, key: ec.EllipticCurvePublicKey) -> bytes:
    """R ‖ S, each as long as the curve's order (RFC 7518 §3.4), as the DER that libraries take (RFC 3279 §2.2.3)."""
    if not isinstance(key.curve, _CURVES):
        raise Refused(Reason.ALGORITHM)
    half = (key.curve.key_size + 7) // 8
    if len(raw) != 2 * half:
        raise InvalidSignature
    return encode_dss_signature(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))


def _padding(algorithm: str, digest: hashes.HashAlgorithm) -> padding.AsymmetricPadding:
    if algorithm.startswith("RS"):
        return padding.PKCS1v15()
    return padding.PSS(mgf=padding.MGF1(digest), salt_length=digest.digest_size)  # RFC 7518 §3.5
