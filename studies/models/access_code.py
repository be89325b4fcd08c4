"""What a patient types."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class AccessCode(models.Model):
    """Belongs to a request; only a keyed hash of the code is kept (`studies.access_codes`).

    It is live from `issued_at` until `expires_at`, unless it was revoked, or ended after too many failures.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(
        "studies.Request", on_delete=models.PROTECT, related_name="access_codes", verbose_name=_("request")
    )
    key_id = models.CharField(max_length=8)
    mac = models.CharField(max_length=64)
    images = models.BooleanField(_("images"), default=True)
    report = models.BooleanField(_("report"), default=True)
    issued_at = models.DateTimeField(_("issued on"))
    issued_by = models.UUIDField(null=True)
    expires_at = models.DateTimeField(_("works until"))
    revoked_at = models.DateTimeField(_("revoked on"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended on"), null=True, blank=True)

    class Meta:
        verbose_name = _("access code")
        verbose_name_plural = _("access codes")
        constraints = [models.UniqueConstraint(fields=["key_id", "mac"], name="code_once")]

    def __str__(self) -> str:
        return str(self.uuid)
