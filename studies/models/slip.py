"""One-time passwords on paper, for patients without a mobile number."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SlipPassword(models.Model):
    """One of the five 8-digit passwords of an access code's slip; only a keyed hash is kept, each works once."""

    code = models.ForeignKey("studies.AccessCode", on_delete=models.CASCADE, related_name="slip")
    number = models.PositiveSmallIntegerField(_("number"))
    key_id = models.CharField(max_length=8)
    mac = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("password of a slip")
        verbose_name_plural = _("passwords of slips")
        constraints = [models.UniqueConstraint(fields=["code", "number"], name="slip_password_once")]

    def __str__(self) -> str:
        return str(self.number)
