"""Adding second factors and taking them away, each with its audit row and a mail to the account.

A change of factors ends every remembered browser: what it was remembered for may be gone. Those that send mail are not
to be called within a transaction.
"""

from datetime import datetime
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.days import clock, day
from accounts.keys import encrypt
from accounts.mails.services import send_account_mail
from accounts.models import (
    AuditAction,
    Passkey,
    RememberedBrowser,
    SignInFactor,
    SmsDevice,
    TotpDevice,
    User,
)

from . import backup_codes
from .factors import MOST, Factor, factors_of
from .kinds import ALL_DEVICES, kind_of
from .passkeys import NewCredential
from .totp import new_secret

D = TypeVar("D", TotpDevice, Passkey, SmsDevice)


def add_totp(user: User, name: str) -> str:
    """Give the user an authenticator app, by hand of the operator. Returns its secret in base32: shown once."""
    secret = new_secret()
    TotpDevice.objects.create(user=user, name=name, encrypted_secret=encrypt(secret.encode()))
    return secret


def add_app(user: User, name: str, secret: str, step: int, actor: Actor, at: datetime) -> TotpDevice:
    """Add an authenticator app that showed the right token of `step`, which works no second time."""
    row = TotpDevice(user=user, encrypted_secret=encrypt(secret.encode()), last_step=step, last_used_at=at)
    return _add(row, name, actor, at)


def add_passkey(user: User, name: str, credential: NewCredential, actor: Actor, at: datetime) -> Passkey:
    """Add a passkey. Raises ValidationError for one that is known already, whoever's it is."""
    if Passkey.objects.filter(credential_id=credential.credential_id).exists():
        raise ValidationError(gettext("This passkey is known already."))
    row = Passkey(user=user, created_at=at, last_used_at=at, **vars(credential))
    return _add(row, name, actor, at)


def add_phone(user: User, name: str, number: str, actor: Actor, at: datetime) -> SmsDevice:
    """Add a telephone for tokens by SMS. `number` (E.164) was confirmed by a token just now."""
    if SmsDevice.objects.filter(user=user, number=number, confirmed=True).exists():
        raise ValidationError(gettext("You have this telephone already."))
    return _add(SmsDevice(user=user, number=number, created_at=at, last_used_at=at), name, actor, at)


def rename(factor: Factor, name: str, actor: Actor, at: datetime) -> None:
    """Call a device something else."""
    with transaction.atomic():
        factor.device.name = name
        factor.device.save(update_fields=["name"])
        _note(AuditAction.RECORD_CHANGED, factor.device.user, factor.kind, actor, at, change="factor renamed")


def remove(factor: Factor, actor: Actor, at: datetime) -> None:
    """Take a device away; sessions that stand on it end with it. Raises ValidationError for the last one."""
    user: User = factor.device.user
    with transaction.atomic():
        _lock(user)
        if len(factors_of(user)) < 2:
            raise ValidationError(gettext("This is your only second factor. Add another one before you remove it."))
        factor.device.delete()
        _change(AuditAction.FACTOR_REMOVED, user, factor.kind, actor, at)
    _tell(user, _("A second factor was removed"), "factor_removed", factor.kind, factor.name, at)


def make_backup_codes(user: User, actor: Actor, at: datetime) -> list[str]:
    """Ten new codes in place of the ones before. Their texts exist only here."""
    with transaction.atomic():
        _lock(user)
        texts = backup_codes.hand_out(user, at)
        _change(AuditAction.FACTOR_ADDED, user, SignInFactor.BACKUP_CODE, actor, at)
    _tell(user, _("You have new backup codes"), "backup_codes_made", SignInFactor.BACKUP_CODE, "", at)
    return texts


def remove_all(user: User, actor: Actor, at: datetime) -> None:
    """Take every second factor away, backup codes and remembered browsers too: the next login sets one up.

    For recoveries, in their transaction; whoever calls it tells the account.
    """
    with transaction.atomic():
        _lock(user)
        for factor in factors_of(user):
            factor.device.delete()
            _note(AuditAction.FACTOR_REMOVED, user, factor.kind, actor, at)
        for kind in ALL_DEVICES:
            kind.objects.filter(user=user).delete()
        RememberedBrowser.objects.filter(user=user).delete()


def _add(row: D, name: str, actor: Actor, at: datetime) -> D:
    user: User = row.user
    row.name = name
    with transaction.atomic():
        _lock(user)
        if len(factors_of(user)) >= MOST:
            raise ValidationError(gettext("You have five devices already. Remove one that you no longer use first."))
        row.save()
        _change(AuditAction.FACTOR_ADDED, user, kind_of(row), actor, at)
    _tell(user, _("A second factor was added"), "factor_added", kind_of(row), name, at)
    return row


def _lock(user: User) -> None:
    """Of two changes at once the second sees the first: nobody gets six devices, or none."""
    User.objects.select_for_update().get(pk=user.pk)


def _change(action: AuditAction, user: User, kind: SignInFactor, actor: Actor, at: datetime) -> None:
    RememberedBrowser.objects.filter(user=user).delete()
    _note(action, user, kind, actor, at)


def _note(action: AuditAction, user: User, kind: SignInFactor, actor: Actor, at: datetime, **details: str) -> None:
    record(action, actor, at, details={"user": str(user.uuid), "factor": kind.value, **details})


def _tell(user: User, subject: Promise, template: str, kind: SignInFactor, name: str, at: datetime) -> None:
    with translation.override(user.language):
        context = {"kind": str(kind.label), "name": name, "day": day(at), "clock": clock(at)}
    send_account_mail(user.username, subject, template, context, user.language)
