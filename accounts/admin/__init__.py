"""The admin of accounts: for the service desk."""

from .physicians import IdentifierAdmin, PhysicianAdmin
from .recoveries import RecoveryAdmin
from .registrations import ClaimAdmin, RegistrationAdmin
from .suspensions import SuspensionAdmin
from .throttling import ThrottleCounterAdmin
from .users import UserAdmin

__all__ = [
    "ClaimAdmin",
    "IdentifierAdmin",
    "PhysicianAdmin",
    "RecoveryAdmin",
    "RegistrationAdmin",
    "SuspensionAdmin",
    "ThrottleCounterAdmin",
    "UserAdmin",
]
