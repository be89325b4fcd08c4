"""What each audience of an institution may see, and after how long."""

import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from .study import Modality

LONGEST_DAYS = 3650  # ten years, more than anybody means


class Audience(models.TextChoices):
    """Why somebody may see a study, nearest first: the order decides which one a row is shown with."""

    PATIENT = "patient", _("Patient")
    REQUESTER = "requester", _("Requester")
    COPY_RECIPIENT = "copy_recipient", _("Copy recipient")
    GROUP_COLLEAGUE = "group_colleague", _("Group colleague")
    DELEGATE = "delegate", _("Delegate")
    SHARED = "shared", _("Shared")
    BY_CODE = "by_code", _("By code")
    INSTITUTION = "institution", _("Institution")
    EMERGENCY = "emergency", _("Emergency")


class PolicyRule(models.Model):
    """An institution's row per audience. An empty `modality` is the rule for all; another overrides it for that one.

    Delays count from the arrival of the images (hours) and from the first final version of the report (days of 24 h).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(
        "studies.Institution", on_delete=models.CASCADE, related_name="policy_rules", verbose_name=_("institution")
    )
    audience = models.CharField(_("audience"), max_length=20, choices=Audience.choices)
    modality = models.CharField(_("modality"), max_length=4, choices=Modality.choices, blank=True)
    in_list = models.BooleanField(_("sees that the study exists"), default=True)
    images = models.BooleanField(_("sees the images"), default=False)
    images_hours = models.PositiveIntegerField(_("images after, hours"), default=0)
    report = models.BooleanField(_("reads the report"), default=False)
    report_days = models.PositiveIntegerField(_("report after, days"), default=0)

    class Meta:
        verbose_name = _("policy rule")
        verbose_name_plural = _("policy rules")
        constraints = [models.UniqueConstraint(fields=["institution", "audience", "modality"], name="policy_rule_once")]

    def __str__(self) -> str:
        return f"{self.institution} · {self.get_audience_display()}"

    def clean(self) -> None:
        """A delay is one that somebody can wait for."""
        longest = {"images_hours": LONGEST_DAYS * 24, "report_days": LONGEST_DAYS}
        too_long = [name for name, most in longest.items() if (getattr(self, name) or 0) > most]
        if too_long:
            raise ValidationError({name: _("This is more than ten years.") for name in too_long})


class PolicyCell(models.Model):
    """The rules, one row per audience and modality, written when a rule is saved; a missing cell means no."""

    institution = models.ForeignKey("studies.Institution", on_delete=models.CASCADE, related_name="+")
    audience = models.CharField(max_length=20, choices=Audience.choices)
    modality = models.CharField(max_length=4, choices=Modality.choices)
    in_list = models.BooleanField()
    images = models.BooleanField()
    images_after = models.DurationField()
    report = models.BooleanField()
    report_after = models.DurationField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "audience", "modality"], name="policy_cell_once")]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.audience} {self.modality}"
