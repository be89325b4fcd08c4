"""A patient as one institution knows them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Patient(models.Model):
    """Institution + issuer + patient id (decision 3); without an id, one patient per study.

    The name keeps the three component groups of DICOM's PN (PS3.5 §6.2.1.2), each `family^given^middle^prefix^suffix`.
    The birth date is known as far as its parts are: year, then month, then day; none at all is "unknown".
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(
        "studies.Institution", on_delete=models.PROTECT, related_name="patients", verbose_name=_("institution")
    )
    issuer = models.CharField(_("issuer of the patient id"), max_length=64, blank=True)
    patient_id = models.CharField(_("patient id"), max_length=64, blank=True)
    name_alphabetic = models.CharField(_("name"), max_length=324, blank=True)
    name_ideographic = models.CharField(_("name in ideographs"), max_length=324, blank=True)
    name_phonetic = models.CharField(_("name in phonetic script"), max_length=324, blank=True)
    sex = models.CharField(_("sex"), max_length=1, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    birth_month = models.PositiveSmallIntegerField(_("month of birth"), null=True, blank=True)
    birth_day = models.PositiveSmallIntegerField(_("day of birth"), null=True, blank=True)
    birth_completed_by_desk = models.BooleanField(
        _("date of birth completed by the desk"), default=False, help_text=_("A later delivery does not change it.")
    )
    mobile = models.CharField(_("mobile number"), max_length=20, blank=True, help_text=_("As in +32470123456."))
    mail = models.EmailField(_("mail address"), blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, blank=True)
    is_represented = models.BooleanField(
        _("represented by somebody else"), default=False, help_text=_("Codes then go through the desk only.")
    )
    died = models.BooleanField(_("has died"), default=False, help_text=_("Codes then go through the desk only."))
    conflict = models.CharField(_("conflict"), max_length=200, blank=True)
    distinguishing = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("patient")
        verbose_name_plural = _("patients")
        constraints = [
            # `distinguishing` is empty but for a second patient with the same id: then its birth date or study.
            models.UniqueConstraint(
                fields=["institution", "issuer", "patient_id", "distinguishing"], name="patient_once_per_institution"
            ),
        ]
        indexes = [
            models.Index(fields=["mobile"], condition=~models.Q(mobile=""), name="patient_by_mobile"),
            models.Index(Lower("mail"), condition=~models.Q(mail=""), name="patient_by_mail"),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """`Anna Peeters`: given name first, as a letter says it; empty if the file had no name."""
        for group in (self.name_alphabetic, self.name_ideographic, self.name_phonetic):
            family, given, middle, prefix, suffix = (group.split("^") + [""] * 5)[:5]
            name = " ".join(part for part in (prefix, given, middle, family, suffix) if part)
            if name:
                return name
        return ""

    @property
    def list_name(self) -> str:
        """`Peeters, Anna`: family name first, as a list sorts it."""
        for group in (self.name_alphabetic, self.name_ideographic, self.name_phonetic):
            family, given, middle = (group.split("^") + [""] * 3)[:3]
            name = ", ".join(part for part in (family, " ".join(p for p in (given, middle) if p)) if part)
            if name:
                return name
        return ""
