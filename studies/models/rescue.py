"""Patients who lost their code ask for another one."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class RescueOutcome(models.TextChoices):
    SENT = "sent", _("A new code was sent")
    NOBODY = "nobody", _("Nobody here has this contact and this date of birth")
    DESK = "desk", _("Only the desk may give a code")
    OFTEN = "often", _("Several were sent within a day: nothing more was sent")
    FAILED = "failed", _("The message could not be sent")


class Rescue(models.Model):
    """One asking, written whoever asked: a task looks whether it fits somebody (`studies.rescue`).

    What was typed is encrypted under FIELD_KEYS and forgotten once the task has looked. `handled_at` without an
    `outcome` means that somebody is at it. `language` is the page's.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    asked_at = models.DateTimeField(_("asked on"))
    typed = models.TextField(blank=True)
    language = models.CharField(max_length=5, blank=True)
    handled_at = models.DateTimeField(_("handled on"), null=True, blank=True, db_index=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=RescueOutcome.choices, blank=True)
    request = models.ForeignKey(
        "studies.Request", null=True, blank=True, on_delete=models.SET_NULL, related_name="rescues"
    )

    class Meta:
        verbose_name = _("lost code")
        verbose_name_plural = _("lost codes")

    def __str__(self) -> str:
        return str(self.uuid)
