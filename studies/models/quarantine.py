"""Files from outside that could not be used, with the reason."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from studies.archive.kinds import QuarantineReason


class QuarantineResolution(models.TextChoices):
    ACCEPTED = "accepted", _("Correction accepted")
    REFUSED = "refused", _("Not taken over")


class QuarantinedFile(models.Model):
    """`detail` says in plain words what was found; `file` is where the bytes lie, below ARCHIVE_ROOT."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(
        "studies.Institution", on_delete=models.PROTECT, related_name="quarantined_files", verbose_name=_("institution")
    )
    name = models.CharField(_("file"), max_length=300)
    reason = models.CharField(_("reason"), max_length=20, choices=QuarantineReason.choices)
    detail = models.CharField(_("what was found"), max_length=300, blank=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(_("size"))
    file = models.CharField(max_length=200)
    instance = models.ForeignKey(
        "studies.Instance",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="quarantined",
        verbose_name=_("instance"),
    )
    received_at = models.DateTimeField(_("received on"))
    resolution = models.CharField(_("resolution"), max_length=10, choices=QuarantineResolution.choices, blank=True)
    resolved_at = models.DateTimeField(_("resolved on"), null=True, blank=True)
    resolved_by = models.UUIDField(null=True, blank=True)

    class Meta:
        verbose_name = _("quarantined file")
        verbose_name_plural = _("quarantined files")
        constraints = [
            models.UniqueConstraint(fields=["institution", "sha256", "name"], name="quarantined_once"),
        ]

    def __str__(self) -> str:
        return self.name
