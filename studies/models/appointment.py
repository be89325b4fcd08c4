"""Who works for an institution, as what, from when until when."""

import uuid
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _


class AppointmentRole(models.TextChoices):
    """The desk sees no images and no reports; an auditor reads the audit log and nothing else."""

    DESK = "desk", _("Desk")
    ADMINISTRATOR = "administrator", _("Administrator")
    PHYSICIAN = "physician", _("Physician of the institution")
    AUDITOR = "auditor", _("Auditor")


class Appointment(models.Model):
    """A suspended one counts for nothing until it is resumed, nor does one that nobody confirmed in time.

    Without `confirmed_at` it counts as confirmed on the day it began.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="appointments", verbose_name=_("user")
    )
    institution = models.ForeignKey(
        "studies.Institution", on_delete=models.PROTECT, related_name="appointments", verbose_name=_("institution")
    )
    role = models.CharField(_("role"), max_length=20, choices=AppointmentRole.choices)
    begins_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed on"), null=True, blank=True)
    suspended_at = models.DateTimeField(_("suspended on"), null=True, blank=True)

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "institution", "role"],
                condition=models.Q(ends_at__isnull=True),
                name="one_open_appointment",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"

    @property
    def counts_as_confirmed_at(self) -> datetime:
        return self.confirmed_at or self.begins_at
