"""The radiologist's text on a request, version by version."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReportStatus(models.TextChoices):
    PRELIMINARY = "preliminary", _("Preliminary")
    FINAL = "final", _("Final")
    CORRECTED = "corrected", _("Corrected")
    CANCELLED = "cancelled", _("Cancelled")


class Report(models.Model):
    """Belongs to a request and may name studies of it; naming none, it is about all of them.

    `status` is the newest version's; `first_final_at` is when its first final version came, the instant from which
    delays count.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(
        "studies.Request", on_delete=models.PROTECT, related_name="reports", verbose_name=_("request")
    )
    studies = models.ManyToManyField("studies.Study", blank=True, related_name="+")
    status = models.CharField(_("status"), max_length=20, choices=ReportStatus.choices)
    first_final_at = models.DateTimeField(_("first final on"), null=True, blank=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")

    def __str__(self) -> str:
        return f"{self.request} · {self.get_status_display()}"


class ReportVersion(models.Model):
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    status = models.CharField(_("status"), max_length=20, choices=ReportStatus.choices)
    text = models.TextField(_("text"), blank=True)
    author = models.CharField(_("author"), max_length=200, blank=True)
    received_at = models.DateTimeField(_("received on"))

    class Meta:
        verbose_name = _("version of a report")
        verbose_name_plural = _("versions of a report")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="report_version_once")]

    def __str__(self) -> str:
        return f"{self.number} · {self.get_status_display()}"
