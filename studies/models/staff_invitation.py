"""Invitations of an institution's staff, as the institution sees them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, InvitationKind

from .appointment import AppointmentRole


class StaffInvitations(models.Manager["StaffInvitation"]):
    def get_queryset(self) -> models.QuerySet["StaffInvitation"]:
        return super().get_queryset().filter(kind=InvitationKind.STAFF)


class StaffInvitation(Invitation):
    """`subject` is the institution, `place` the role (AppointmentRole)."""

    objects: ClassVar[StaffInvitations] = StaffInvitations()

    class Meta:
        proxy = True
        verbose_name = _("invitation of staff")
        verbose_name_plural = _("invitations of staff")

    @property
    def role(self) -> AppointmentRole:
        return AppointmentRole(self.place)
