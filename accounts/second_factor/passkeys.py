"""Passkeys: W3C Web Authentication Level 3, checked by py_webauthn.

The relying party is the host of PUBLIC_URL, the only origin that of PUBLIC_URL. No attestation is asked for: whose make
an authenticator is does not matter here, and asking would tell them apart.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    bytes_to_base64url,
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts.models import Passkey, User

TIMEOUT_MILLISECONDS = 300_000
MOST_CHARACTERS = 20_000  # of a browser's answer; real ones have one or two thousand
LONGEST_ID = 1023  # bytes, as Level 3 §7.1 asks of a new one
# ValueError: base64 or text that is none. RecursionError: JSON that nests without end.
_UNREADABLE = (WebAuthnException, ValueError, RecursionError)
_TRANSPORTS = {transport.value for transport in AuthenticatorTransport}


@dataclass(frozen=True)
class NewCredential:
    """What a browser made and showed: all that is kept of a passkey."""

    credential_id: str
    public_key: bytes
    sign_count: int
    transports: list[str]
    is_user_verified: bool
    is_backed_up: bool


def creation_options(user: User, challenge: bytes) -> str:
    """What `navigator.credentials.create` is asked, as JSON. A credential of the user's is not made twice."""
    options = generate_registration_options(
        rp_id=_host(),
        rp_name=settings.OPERATOR_NAME,
        user_id=user.uuid.bytes,
        user_name=user.username,
        user_display_name=user.get_full_name() or user.username,
        challenge=challenge,
        timeout=TIMEOUT_MILLISECONDS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_descriptors(user),
    )
    return options_to_json(options)


def request_options(user: User | None, challenge: bytes) -> str:
    """What `navigator.credentials.get` is asked, as JSON.

    Without a user any passkey of this portal will do, and the authenticator has to make sure who holds it: it is the
    only step then.
    """
    options = generate_authentication_options(
        rp_id=_host(),
        challenge=challenge,
        timeout=TIMEOUT_MILLISECONDS,
        allow_credentials=_descriptors(user) if user is not None else [],
        user_verification=(
            UserVerificationRequirement.PREFERRED if user is not None else UserVerificationRequirement.REQUIRED
        ),
    )
    return options_to_json(options)


def read_new_credential(answer: str, challenge: bytes) -> NewCredential | None:
    """What the browser made for `challenge`; None where it is not in order."""
    try:
        credential = parse_registration_credential_json(answer)
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=settings.PUBLIC_URL,
        )
    except _UNREADABLE:
        return None
    if len(verified.credential_id) > LONGEST_ID:
        return None
    return NewCredential(
        credential_id=bytes_to_base64url(verified.credential_id),
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        transports=[transport.value for transport in credential.response.transports or []],
        is_user_verified=verified.user_verified,
        is_backed_up=verified.credential_backed_up,
    )


def verify_passkey(answer: str, challenge: bytes, at: datetime, user: User | None = None) -> Passkey | None:
    """The passkey that signed `challenge`; None where nothing is in order.

    With `user`, it has to be one of theirs. Without, whoever it belongs to logs in by it alone: the authenticator has
    to have verified them, and to name them itself (WebAuthn §7.2, step 6). A signature counter that did not grow tells
    of a copy and is refused.
    """
    try:
        credential = parse_authentication_credential_json(answer)
        with transaction.atomic():
            passkey = _passkey(bytes_to_base64url(credential.raw_id), user)
            if passkey is None or (user is None and credential.response.user_handle != passkey.user.uuid.bytes):
                return None
            verified = verify_authentication_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=_host(),
                expected_origin=settings.PUBLIC_URL,
                credential_public_key=bytes(passkey.public_key),
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=user is None,
            )
            passkey.sign_count = verified.new_sign_count
            passkey.is_backed_up = verified.credential_backed_up
            passkey.last_used_at = at
            passkey.save(update_fields=["sign_count", "is_backed_up", "last_used_at"])
    except _UNREADABLE:
        return None
    return passkey


def _passkey(credential_id: str, user: User | None) -> Passkey | None:
    """The row, locked: of two answers at once the second sees the first one's counter."""
    known = Passkey.objects.select_for_update(of=("self",)).select_related("user")
    known = known.filter(credential_id=credential_id, confirmed=True, user__is_active=True)
    found: Passkey | None = (known if user is None else known.filter(user=user)).first()
    return found


def _host() -> str:
    return urlsplit(settings.PUBLIC_URL).hostname or ""


def _descriptors(user: User) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(passkey.credential_id),
            transports=[AuthenticatorTransport(name) for name in passkey.transports if name in _TRANSPORTS],
        )
        for passkey in Passkey.objects.filter(user=user, confirmed=True).order_by("pk")
    ]
