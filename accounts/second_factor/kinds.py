"""What kinds of second factor there are, and which of them are weak."""

from django_otp.models import Device

from accounts.models import BackupCode, Passkey, SignInFactor, SmsDevice, TotpDevice

# What counts as a device of somebody's: at most five together. Backup codes come with them.
DEVICES: tuple[type[Device], ...] = (TotpDevice, Passkey, SmsDevice)
ALL_DEVICES: tuple[type[Device], ...] = (*DEVICES, BackupCode)
STRONG: tuple[type[Device], ...] = (TotpDevice, Passkey)
_KINDS: dict[type[Device], SignInFactor] = {
    TotpDevice: SignInFactor.TOTP,
    Passkey: SignInFactor.PASSKEY,
    SmsDevice: SignInFactor.SMS,
    BackupCode: SignInFactor.BACKUP_CODE,
}


def kind_of(device: Device) -> SignInFactor:
    """Raises `KeyError` for a device that is none of ours."""
    return _KINDS[type(device)]


def is_strong(device: Device) -> bool:
    """An authenticator app or a passkey: what staff may use."""
    return isinstance(device, STRONG)


def is_weak(device: Device) -> bool:
    """A token by SMS is weak (NIST SP 800-63B §5.1.3.3: it can be taken over with the number).

    So is a backup code of whoever has nothing but a telephone: it was handed out on the strength of an SMS.
    """
    if isinstance(device, BackupCode):
        return not any(kind.objects.filter(user=device.user_id, confirmed=True).exists() for kind in STRONG)
    return isinstance(device, SmsDevice)
