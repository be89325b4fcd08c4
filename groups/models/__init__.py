"""Group practices and who belongs to them."""

from .group import Group
from .membership import Membership, MembershipRole

__all__ = ["Group", "Membership", "MembershipRole"]
