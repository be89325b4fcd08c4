"""One door for every kind of second factor: an answer goes in, the device that gave it comes out, or why not."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django_otp.models import Device

from accounts.audit.actor import Actor
from accounts.challenges.values import Verification
from accounts.models import SmsDevice, User

from .backup_codes import use_backup_code
from .passkeys import verify_passkey
from .telephones import verify_login_token
from .totp import verify_totp


@dataclass(frozen=True)
class TotpToken:
    """Six digits that an authenticator app shows."""

    token: str = field(repr=False)


@dataclass(frozen=True)
class SmsToken:
    """Six digits of a text message to `device`, sent for the session of this UUID."""

    token: str = field(repr=False)
    device: SmsDevice | None
    session: UUID
    actor: Actor


@dataclass(frozen=True)
class BackupText:
    """A code of the sheet, as it was typed."""

    text: str = field(repr=False)


@dataclass(frozen=True)
class PasskeyAnswer:
    """What the browser answered, as JSON, and the challenge of this session that it had to sign; None: too late."""

    credential: str = field(repr=False)
    challenge: bytes | None = field(repr=False)


Answer = TotpToken | SmsToken | BackupText | PasskeyAnswer


class Wrong(StrEnum):
    """Why an answer was not accepted."""

    TOTP = "totp"
    SMS = "sms"
    SMS_OVER = "sms_over"  # only a new token helps
    BACKUP_CODE = "backup_code"
    PASSKEY = "passkey"
    PASSKEY_LATE = "passkey_late"


def verify(user: User, answer: Answer, at: datetime) -> Device | Wrong:
    """The device of the user that gave this answer, marked as used at `at`. Nothing is accepted twice."""
    match answer:
        case TotpToken(token=token):
            return verify_totp(user, token, at) or Wrong.TOTP
        case SmsToken():
            return _by_sms(user, answer, at)
        case BackupText(text=text):
            return use_backup_code(user, text, at) or Wrong.BACKUP_CODE
        case PasskeyAnswer(challenge=None):
            return Wrong.PASSKEY_LATE
        case PasskeyAnswer(credential=credential, challenge=bytes(challenge)):
            return verify_passkey(credential, challenge, at, user) or Wrong.PASSKEY
    raise TypeError(f"no answer of a second factor: {answer!r}")


def _by_sms(user: User, answer: SmsToken, at: datetime) -> Device | Wrong:
    device = answer.device
    if device is None or device.user_id != user.pk:
        return Wrong.SMS_OVER
    verification = verify_login_token(user, answer.token, answer.session, answer.actor, at)
    if verification is Verification.VERIFIED:
        device.last_used_at = at
        device.save(update_fields=["last_used_at"])
        return device
    return Wrong.SMS if verification is Verification.WRONG else Wrong.SMS_OVER
