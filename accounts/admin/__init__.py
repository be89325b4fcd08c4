"""The admin of accounts: for the service desk."""

from .physicians import IdentifierAdmin, PhysicianAdmin
from .throttling import ThrottleCounterAdmin
from .users import UserAdmin

__all__ = ["IdentifierAdmin", "PhysicianAdmin", "ThrottleCounterAdmin", "UserAdmin"]
