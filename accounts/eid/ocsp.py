"""Questions about a certificate's standing, and which answers are believed (OCSP, RFC 6960)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import (
    AuthorityInformationAccess,
    Certificate,
    DuplicateExtension,
    ExtendedKeyUsage,
    ExtensionNotFound,
    OCSPNonce,
    SubjectKeyIdentifier,
    UniformResourceIdentifier,
)
from cryptography.x509.ocsp import (
    OCSPCertStatus,
    OCSPRequest,
    OCSPRequestBuilder,
    OCSPResponse,
    OCSPResponseStatus,
    load_der_ocsp_response,
)
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from .refusals import Reason, Refused

# How far clocks may differ; and how old an answer may be that does not say how long it holds.
TOLERANCE = timedelta(minutes=5)
# However long an answer holds by itself, it is asked for again after this.
LONGEST = timedelta(hours=4)
_HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)


@dataclass(frozen=True)
class Question:
    """Is `certificate`, which `issuer` issued, still good? The answer has to carry `nonce`, where there is one."""

    certificate: Certificate
    issuer: Certificate
    nonce: bytes | None = None

    @property
    def der(self) -> bytes:
        # SHA-1 names the issuer here and protects nothing; it is what every responder knows (RFC 5019 §2.1.1).
        return self._by(hashes.SHA1()).public_bytes(Encoding.DER)  # noqa: S303

    def is_answered_by(self, answer: OCSPResponse) -> bool:
        """Whether an answer is about this certificate, and to this asking."""
        if self.nonce is not None and _nonce_of(answer) != self.nonce:
            return False
        return _is_about(answer) == _is_about(self._by(answer.hash_algorithm))

    def _by(self, algorithm: hashes.HashAlgorithm) -> OCSPRequest:
        builder = OCSPRequestBuilder().add_certificate(self.certificate, self.issuer, algorithm)
        if self.nonce is not None:
            builder = builder.add_extension(OCSPNonce(self.nonce), critical=False)
        return builder.build()


def addresses_in(certificate: Certificate) -> list[str]:
    """Where the certificate says that its authority answers (RFC 5280 §4.2.2.1)."""
    try:
        access = certificate.extensions.get_extension_for_class(AuthorityInformationAccess).value
    except ExtensionNotFound:
        return []
    return [
        description.access_location.value
        for description in access
        if description.access_method == AuthorityInformationAccessOID.OCSP
        and isinstance(description.access_location, UniformResourceIdentifier)
    ]


def believe(der: bytes, question: Question, responders: Iterable[Certificate], at: datetime) -> datetime:
    """Until when the answer says that the certificate is good. Raises `Refused` for any other answer.

    `responders` are believed besides the issuer and whom it delegated.
    """
    answer = _read(der)
    if not question.is_answered_by(answer):
        raise Refused(Reason.ANSWER_FORGED)
    if not any(is_signed_by(answer, signer) for signer in _signers(answer, question.issuer, responders, at)):
        raise Refused(Reason.ANSWER_FORGED)
    until = holds_until(answer, at)
    check_standing(answer)
    return until


def holds_until(answer: OCSPResponse, at: datetime) -> datetime:
    """Until when an answer is used, hours at most. Raises `Refused` for one that holds no longer, or not yet."""
    until = answer.next_update_utc or answer.this_update_utc + TOLERANCE
    if answer.this_update_utc > at + TOLERANCE or until < at:
        raise Refused(Reason.ANSWER_STALE)
    return min(until, at + LONGEST)


def check_standing(answer: OCSPResponse) -> None:
    """Raises `Refused` unless the answer says "good"."""
    if answer.certificate_status is OCSPCertStatus.REVOKED:
        raise Refused(Reason.REVOKED)
    if answer.certificate_status is not OCSPCertStatus.GOOD:
        raise Refused(Reason.UNKNOWN)


def is_signed_by(answer: OCSPResponse, signer: Certificate) -> bool:
    """Whether the answer names this responder and carries its signature: ECDSA or RSA (PKCS #1 v1.5) on SHA-2."""
    digest, key = answer.signature_hash_algorithm, signer.public_key()
    if not _is_named(answer, signer) or not isinstance(digest, _HASHES):
        return False
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(answer.signature, answer.tbs_response_bytes, ec.ECDSA(digest))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(answer.signature, answer.tbs_response_bytes, padding.PKCS1v15(), digest)
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _read(der: bytes) -> OCSPResponse:
    """An answer about one certificate, read to its end. Raises `Refused` for what is none."""
    try:
        answer = load_der_ocsp_response(der)
        if answer.response_status is not OCSPResponseStatus.SUCCESSFUL:
            raise Refused(Reason.NO_ANSWER)
        _ = answer.serial_number, answer.certificates, answer.extensions, answer.signature_hash_algorithm
    except (ValueError, TypeError, UnsupportedAlgorithm, DuplicateExtension):
        raise Refused(Reason.ANSWER_FORGED) from None
    return answer


def _signers(
    answer: OCSPResponse, issuer: Certificate, responders: Iterable[Certificate], at: datetime
) -> Iterator[Certificate]:
    """Whose word counts (RFC 6960 §4.2.2.2): the issuer's, a pinned responder's, and whom the issuer delegated."""
    for signer in (issuer, *responders):
        if _is_valid(signer, at):
            yield signer
    for signer in answer.certificates:
        if _is_valid(signer, at) and _is_delegated(signer, issuer):
            yield signer


def _is_delegated(signer: Certificate, issuer: Certificate) -> bool:
    try:
        usage = signer.extensions.get_extension_for_class(ExtendedKeyUsage).value
        signer.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, ExtensionNotFound, DuplicateExtension, InvalidSignature):
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in usage


def _is_valid(certificate: Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def _is_named(answer: OCSPResponse, signer: Certificate) -> bool:
    if answer.responder_name is not None:
        return answer.responder_name == signer.subject
    return answer.responder_key_hash == SubjectKeyIdentifier.from_public_key(signer.public_key()).digest


def _is_about(said: OCSPRequest | OCSPResponse) -> tuple[int, bytes, bytes]:
    return said.serial_number, said.issuer_name_hash, said.issuer_key_hash


def _nonce_of(answer: OCSPResponse) -> bytes | None:
    try:
        return answer.extensions.get_extension_for_class(OCSPNonce).value.nonce
    except ExtensionNotFound:
        return None
