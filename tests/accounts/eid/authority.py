"""An authority of the tests' own: it issues cards, blocks them, and answers for them."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import (
    AccessDescription,
    AuthorityInformationAccess,
    AuthorityKeyIdentifier,
    BasicConstraints,
    Certificate,
    CertificateBuilder,
    ExtendedKeyUsage,
    ExtensionNotFound,
    KeyUsage,
    Name,
    NameAttribute,
    OCSPNonce,
    SubjectKeyIdentifier,
    UniformResourceIdentifier,
    ocsp,
    random_serial_number,
)
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from accounts.eid.interfaces import NoAnswer
from accounts.eid.tokens import FORMAT, signed_bytes

NUMBER = "85073003328"
RESPONDER = "http://ocsp.authority.example/"
BEGINS, ENDS = datetime(2020, 1, 1, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)
COURIER = "tests.accounts.eid.authority.LocalCourier"
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def elliptic_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP384R1())


@cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def usage(*, signature: bool = True, issues: bool = False, binding: bool = False) -> KeyUsage:
    return KeyUsage(
        digital_signature=signature,
        content_commitment=binding,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=issues,
        crl_sign=issues,
        encipher_only=False,
        decipher_only=False,
    )


@dataclass(frozen=True)
class Card:
    """A card with its PIN typed: it signs whatever it is asked."""

    certificate: Certificate
    key: Key

    def token(self, origin: str, nonce: str, signed_by: str = "ES384", /, **changed: object) -> str:
        """What the browser's extension answers with; `changed` fields in the end."""
        return json.dumps(
            {
                "unverifiedCertificate": encoded(self.certificate.public_bytes(Encoding.DER)),
                "algorithm": signed_by,
                "signature": encoded(self.sign(signed_by, origin, nonce)),
                "format": FORMAT,
                "appVersion": "https://web-eid.eu/web-eid-app/releases/2.7.0+965",
                **changed,
            }
        )

    def sign(self, algorithm: str, origin: str, nonce: str) -> bytes:
        digest = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}[algorithm[2:]]
        signed = signed_bytes(algorithm, origin, nonce)
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            r, s = decode_dss_signature(self.key.sign(signed, ec.ECDSA(digest)))
            half = (self.key.curve.key_size + 7) // 8
            return r.to_bytes(half) + s.to_bytes(half)
        if algorithm.startswith("PS"):
            padded = padding.PSS(mgf=padding.MGF1(digest), salt_length=digest.digest_size)
            return self.key.sign(signed, padded, digest)
        return self.key.sign(signed, padding.PKCS1v15(), digest)


@dataclass(frozen=True)
class Authority:
    """`name` as it stands in the cards it issues."""

    name: str = "Citizen CA of the tests"
    key: ec.EllipticCurvePrivateKey = field(default_factory=elliptic_key)

    @property
    def subject(self) -> Name:
        return Name([NameAttribute(NameOID.COUNTRY_NAME, "BE"), NameAttribute(NameOID.COMMON_NAME, self.name)])

    @cached_property
    def certificate(self) -> Certificate:
        """Made by a root that nobody asks for: the authority itself is pinned."""
        builder = (
            _builder(self.subject, self.key, BEGINS, ENDS)
            .issuer_name(Name([NameAttribute(NameOID.COMMON_NAME, "Root CA of the tests")]))
            .add_extension(BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage(issues=True), critical=True)
            .add_extension(SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
            .add_extension(AuthorityKeyIdentifier.from_issuer_public_key(_root().public_key()), critical=False)
        )
        return builder.sign(_root(), hashes.SHA384())

    def card(
        self,
        number: str = NUMBER,
        *,
        key: Key | None = None,
        begins: datetime = BEGINS,
        ends: datetime = ENDS,
        key_usage: KeyUsage | None = None,
        meant_for: tuple[str, ...] | None = (),
        country: str = "BE",
        responder: str = RESPONDER,
    ) -> Card:
        """A card for logging in; `meant_for` names other purposes, None: nothing is said of purposes."""
        key = key or elliptic_key()
        subject = Name(
            [
                NameAttribute(NameOID.COUNTRY_NAME, country),
                NameAttribute(NameOID.COMMON_NAME, "Lena Dubois (Authentication)"),
                *([NameAttribute(NameOID.SERIAL_NUMBER, number)] if number else []),
            ]
        )
        builder = _builder(subject, key, begins, ends).issuer_name(self.subject)
        builder = builder.add_extension(key_usage or usage(), critical=True).add_extension(
            AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
        )
        if meant_for is not None:
            purposes = [getattr(ExtendedKeyUsageOID, name) for name in meant_for or ("CLIENT_AUTH",)]
            builder = builder.add_extension(ExtendedKeyUsage(purposes), critical=False)
        if responder:
            where = AccessDescription(AuthorityInformationAccessOID.OCSP, UniformResourceIdentifier(responder))
            builder = builder.add_extension(AuthorityInformationAccess([where]), critical=False)
        return Card(builder.sign(self.key, hashes.SHA384()), key)

    def delegate(self, *, ends: datetime = ENDS, purpose: str = "OCSP_SIGNING") -> "Responder":
        """Somebody who answers in the authority's name."""
        key = elliptic_key()
        subject = Name([NameAttribute(NameOID.COMMON_NAME, "OCSP of the tests")])
        builder = _builder(subject, key, BEGINS, ends).issuer_name(self.subject)
        builder = builder.add_extension(ExtendedKeyUsage([getattr(ExtendedKeyUsageOID, purpose)]), critical=False)
        return Responder(builder.sign(self.key, hashes.SHA384()), key)

    @property
    def responder(self) -> "Responder":
        return Responder(self.certificate, self.key)


@dataclass(frozen=True)
class Responder:
    """Answers about certificates, `since` when and for how long (`holds`; None: it does not say)."""

    certificate: Certificate
    key: ec.EllipticCurvePrivateKey
    status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD
    since: timedelta = timedelta(minutes=-1)
    holds: timedelta | None = timedelta(hours=12)
    echoes: bool = True
    named: ocsp.OCSPResponderEncoding = ocsp.OCSPResponderEncoding.HASH
    digest: hashes.HashAlgorithm = field(default_factory=hashes.SHA256)

    def answering(self, **changed: object) -> "Responder":
        return replace(self, **changed)  # type: ignore[arg-type]

    def answer(self, question: bytes, about: Certificate, issuer: Certificate, at: datetime) -> bytes:
        asked = ocsp.load_der_ocsp_request(question)
        is_revoked = self.status is ocsp.OCSPCertStatus.REVOKED
        builder = (
            ocsp.OCSPResponseBuilder()
            .add_response(
                about,
                issuer,
                asked.hash_algorithm,
                self.status,
                at + self.since,
                at + self.since + self.holds if self.holds else None,
                at - timedelta(days=1) if is_revoked else None,
                None,
            )
            .responder_id(self.named, self.certificate)
            .certificates([self.certificate])
        )
        try:
            nonce = asked.extensions.get_extension_for_class(OCSPNonce).value
        except ExtensionNotFound:
            nonce = None
        if nonce is not None and self.echoes:
            builder = builder.add_extension(nonce, critical=False)
        return builder.sign(self.key, self.digest).public_bytes(Encoding.DER)


class LocalCourier:
    """Carries questions to `answers` on this machine, and remembers them."""

    answers: Callable[[str, bytes], bytes] | None = None
    asked: list[tuple[str, bytes]] = []

    def ask(self, address: str, question: bytes) -> bytes:
        LocalCourier.asked.append((address, question))
        if LocalCourier.answers is None:
            raise NoAnswer("late")
        return LocalCourier.answers(address, question)


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


@cache
def _root() -> ec.EllipticCurvePrivateKey:
    return elliptic_key()


def _builder(subject: Name, key: Key, begins: datetime, ends: datetime) -> CertificateBuilder:
    return (
        CertificateBuilder()
        .subject_name(subject)
        .public_key(key.public_key())
        .serial_number(random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )
