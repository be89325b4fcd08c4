"""When an institution shows a request's report to the patient, other than its policy says."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReleaseKind(models.TextChoices):
    NOW = "now", _("Shown now")
    HOLD = "hold", _("Held back until a date")
    POLICY = "policy", _("As the policy says")


class Release(models.Model):
    """One decision about one request, with its reason. The newest one holds; the others are its history.

    `until` is set on a hold: from then on the policy counts again.
    """

    request = models.ForeignKey(
        "studies.Request", on_delete=models.CASCADE, related_name="releases", verbose_name=_("request")
    )
    kind = models.CharField(_("decision"), max_length=10, choices=ReleaseKind.choices)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    decided_at = models.DateTimeField(_("decided on"))
    decided_by = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ["-decided_at", "-id"]
        indexes = [models.Index(fields=["request", "-decided_at"], name="release_of_request")]

    def __str__(self) -> str:
        return self.get_kind_display()
