"""A study: the examination as it was made."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Modality(models.TextChoices):
    """The modalities of PS3.3 C.7.3.1.1.1 that a policy can tell apart; every other one counts as OTHER."""

    CR = "CR", _("X-ray (CR)")
    CT = "CT", _("CT")
    DX = "DX", _("X-ray")
    ES = "ES", _("Endoscopy")
    IO = "IO", _("Dental X-ray")
    MG = "MG", _("Mammography")
    MR = "MR", _("MRI")
    NM = "NM", _("Nuclear medicine")
    OPT = "OPT", _("Eye scan (OCT)")
    OP = "OP", _("Eye photograph")
    PT = "PT", _("PET")
    PX = "PX", _("Panoramic X-ray")
    RF = "RF", _("Fluoroscopy")
    SR = "SR", _("Structured report")
    US = "US", _("Ultrasound")
    XA = "XA", _("Angiography")
    XC = "XC", _("Photograph")
    OTHER = "OT", _("Other")

    @classmethod
    def of(cls, code: str) -> "Modality":
        """The modality of a DICOM code string; OTHER for one not listed here."""
        return cls(code) if code in cls.values else cls.OTHER


class Study(models.Model):
    """May exist before its images (decision 4): then `study_instance_uid` is empty and `arrived_at` is null."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(
        "studies.Institution", on_delete=models.PROTECT, related_name="studies", verbose_name=_("institution")
    )
    request = models.ForeignKey(
        "studies.Request", on_delete=models.PROTECT, related_name="studies", verbose_name=_("request")
    )
    study_instance_uid = models.CharField(_("Study Instance UID"), max_length=64, null=True, blank=True)  # noqa: DJ001 - NULL is not unique
    performed_at = models.DateTimeField(_("made on"))
    arrived_at = models.DateTimeField(_("images arrived on"), null=True, blank=True)
    description = models.CharField(_("examination"), max_length=200, blank=True)
    modality = models.CharField(_("modality"), max_length=4, choices=Modality.choices, default=Modality.OTHER)
    body_part = models.CharField(_("body part"), max_length=64, blank=True)
    restricted = models.BooleanField(_("restricted to named people"), default=False)
    series_count = models.PositiveIntegerField(_("series"), default=0)
    instance_count = models.PositiveIntegerField(_("instances"), default=0)

    class Meta:
        verbose_name = _("study")
        verbose_name_plural = _("studies")
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "study_instance_uid"], name="study_uid_once_per_institution"
            ),
        ]
        indexes = [models.Index(fields=["request", "performed_at"], name="study_by_request")]

    def __str__(self) -> str:
        return self.description or str(self.uuid)
