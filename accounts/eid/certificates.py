"""Whether a card's certificate is one that may log in, and whose it is."""

from dataclasses import dataclass
from datetime import datetime
from re import compile as pattern

from cryptography.x509 import Certificate, ExtendedKeyUsage, ExtensionNotFound, KeyUsage
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from cryptography.x509.verification import ExtensionPolicy, PolicyBuilder, Store, VerificationError

from accounts.keys import mac, macs

from .authorities import Authorities
from .refusals import Reason, Refused

# What the keyed hashes of national register numbers are for; another purpose gives other hashes.
PURPOSE = "eid"
_NUMBER = pattern(r"[0-9]{11}")


@dataclass(frozen=True)
class Holder:
    """Whoever holds a card, as far as the portal may know: a keyed hash of the national register number.

    `key_id` and `digest` by the newest key, which is what is kept; `digests` by every live key, for looking up.
    """

    key_id: str
    digest: str
    digests: tuple[str, ...]


def check_certificate(certificate: Certificate, authorities: Authorities, at: datetime) -> Certificate:
    """The authority that issued this certificate, which may log in at `at`. Raises `Refused`."""
    if at < certificate.not_valid_before_utc:
        raise Refused(Reason.NOT_YET_VALID)
    if at > certificate.not_valid_after_utc:
        raise Refused(Reason.EXPIRED)
    if not _is_for_login(certificate):
        raise Refused(Reason.NOT_FOR_LOGIN)
    if not authorities.issuers:
        raise Refused(Reason.NOT_SET_UP)
    for issuer in authorities.issuers:
        if issuer.subject == certificate.issuer and _has_issued(issuer, certificate, at):
            return issuer
    raise Refused(Reason.NOT_TRUSTED)


def holder_of(certificate: Certificate) -> Holder:
    """Whose certificate it is. Raises `Refused` without exactly one national register number (11 digits)."""
    numbers = [str(found.value) for found in certificate.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)]
    countries = [str(found.value) for found in certificate.subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)]
    if len(numbers) != 1 or not _NUMBER.fullmatch(numbers[0]) or countries != ["BE"]:
        raise Refused(Reason.NO_NUMBER)
    key_id, digest = mac("IDENTITY_KEYS", PURPOSE, numbers[0])
    return Holder(key_id, digest, tuple(found for _, found in macs("IDENTITY_KEYS", PURPOSE, numbers[0])))


def _is_for_login(certificate: Certificate) -> bool:
    """digitalSignature, and clientAuth unless nothing is said of extended usage (RFC 5280 §4.2.1.3, §4.2.1.12).

    The card's other certificate, for signatures that bind by law, has neither.
    """
    try:
        usage = certificate.extensions.get_extension_for_class(KeyUsage).value
    except ExtensionNotFound:
        return False
    try:
        extended = certificate.extensions.get_extension_for_class(ExtendedKeyUsage).value
    except ExtensionNotFound:
        return usage.digital_signature
    return usage.digital_signature and ExtendedKeyUsageOID.CLIENT_AUTH in extended


def _has_issued(issuer: Certificate, certificate: Certificate, at: datetime) -> bool:
    """A chain of these two holds at `at`: the pinned issuer is the anchor, nothing stands between (RFC 5280 §6).

    Belgian certificates name nobody in a subjectAltName, which the default policy for leaves asks for.
    """
    policies = {"ee_policy": ExtensionPolicy.permit_all(), "ca_policy": ExtensionPolicy.webpki_defaults_ca()}
    verifier = PolicyBuilder().store(Store([issuer])).time(at).extension_policies(**policies).build_client_verifier()
    try:
        verifier.verify(certificate, [])
    except VerificationError:
        return False
    return True
