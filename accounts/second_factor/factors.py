"""What second factors somebody has, whatever their kind."""

from dataclasses import dataclass
from datetime import datetime

from django_otp.models import Device

from accounts.keys import macs
from accounts.models import SignInFactor, SmsDevice, User
from accounts.phones import masked

from .kinds import DEVICES, is_strong, kind_of

MOST = 5


@dataclass(frozen=True)
class Factor:
    """One device. `handle` stands for it in addresses and forms; `shown` is what a page may show of a number."""

    device: Device
    kind: SignInFactor
    name: str
    handle: str
    created_at: datetime
    last_used_at: datetime | None
    shown: str = ""

    @property
    def is_strong(self) -> bool:
        return is_strong(self.device)


def factors_of(user: User) -> list[Factor]:
    """The devices of a user, oldest first. Backup codes come beside them (`backup_codes.unused_backup_codes`)."""
    devices = [device for kind in DEVICES for device in kind.objects.filter(user=user, confirmed=True)]
    return sorted((_factor(device) for device in devices), key=lambda factor: factor.created_at)


def has_second_factor(user: User) -> bool:
    return any(kind.objects.filter(user=user, confirmed=True).exists() for kind in DEVICES)


def factor_with(user: User, handle: str) -> Factor | None:
    """The user's own device that this handle stands for."""
    return next((factor for factor in factors_of(user) if handle in _handles(factor.device)), None)


def _factor(device: Device) -> Factor:
    return Factor(
        device=device,
        kind=kind_of(device),
        name=device.name,
        handle=_handles(device)[0],
        created_at=device.created_at,
        last_used_at=device.last_used_at,
        shown=masked(device.number) if isinstance(device, SmsDevice) else "",
    )


def _handles(device: Device) -> list[str]:
    """Devices of django-otp have no UUID, and a row's number tells how many there are: a keyed hash stands for it."""
    return [digest[:24] for _, digest in macs("IDENTITY_KEYS", "factor", device.persistent_id)]
