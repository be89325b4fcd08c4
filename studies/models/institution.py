"""A hospital or radiologist that makes examinations and decides who sees them."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField


class PatientSecondFactor(models.TextChoices):
    NONE = "none", _("None: the letter and the date of birth open this")
    OTP = "otp", _("One-time password")
    SMS = "sms", _("Token by SMS")


class Institution(models.Model):
    """An institution and its settings. What each audience may see stands in its policy rules."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    city = models.CharField(_("city"), max_length=100, blank=True)
    country = CountryField(_("country"), default="BE")
    time_zone = models.CharField(_("time zone"), max_length=60, default="Europe/Brussels")
    desk_phone = models.CharField(
        _("phone of the desk"),
        max_length=30,
        blank=True,
        help_text=_("With the country's prefix, for example +32 2 555 01 00."),
    )
    desk_hours = models.CharField(_("hours of the desk"), max_length=100, blank=True)
    code_days = models.PositiveSmallIntegerField(
        _("a code works for, days"), default=30, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    code_days_maximum = models.PositiveSmallIntegerField(
        _("a code works at most for, days"), default=90, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    patient_second_factor = models.CharField(
        _("patients' second factor"),
        max_length=10,
        choices=PatientSecondFactor.choices,
        default=PatientSecondFactor.NONE,
    )
    patient_pays = models.BooleanField(_("patients pay"), default=False)
    study_years = models.PositiveSmallIntegerField(
        _("studies are kept for, years"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_(
            "Older ones are deleted for good, with their reports, unless under legal hold. Empty: kept for good."
        ),
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def name_and_city(self) -> str:
        return f"{self.name}, {self.city}" if self.city else self.name
