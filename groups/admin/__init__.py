"""The admin of group practices: for the service desk."""

from .groups import GroupAdmin
from .memberships import MembershipAdmin

__all__ = ["GroupAdmin", "MembershipAdmin"]
