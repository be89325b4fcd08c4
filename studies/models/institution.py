"""A hospital or radiologist that makes examinations and decides who sees them."""

import uuid
import zoneinfo
from collections.abc import Iterator

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

CURRENCIES = ("EUR", "GBP", "CHF", "DKK", "SEK", "NOK", "PLN", "CZK")  # each has a hundred minor units
OLDEST = 130  # years


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
    refuses_sms_login = models.BooleanField(
        _("a login by SMS is not enough for physicians"),
        default=False,
        help_text=_(
            "Then who logged in with a token by SMS sees nothing of this institution until another factor is used."
        ),
    )
    second_factor_per_code = models.BooleanField(
        _("a code may ask for more than this"),
        default=False,
        help_text=_("Then the desk can ask for a second factor on single codes."),
    )
    otp_by_mail = models.BooleanField(_("one-time passwords may go by mail"), default=True)
    mail_when_sms_fails = models.BooleanField(_("a token goes by mail when the SMS cannot be delivered"), default=False)
    sms_countries = models.CharField(
        _("countries that SMS go to"), max_length=200, default="BE,NL,FR,DE,LU", help_text=_("Codes such as BE,NL.")
    )
    sms_per_day = models.PositiveIntegerField(_("SMS a day, at most"), default=1000)
    price_minor = models.PositiveIntegerField(
        _("price in cents"), default=0, help_text=_("Zero: nothing to pay. A new price never touches issued codes.")
    )
    price_currency = models.CharField(_("currency"), max_length=3, default="EUR")
    price_text = models.TextField(_("what the price is for"), blank=True)
    free_copy_text = models.TextField(
        _("how to get a free copy"), blank=True, help_text=_("Stands above the price. Without it nothing can be asked.")
    )
    in_person_from_age = models.PositiveSmallIntegerField(_("codes in person from age"), default=14)
    in_person_to_age = models.PositiveSmallIntegerField(_("codes in person to age"), default=17)
    patients_see_names = models.BooleanField(
        _("patients see the names of who looked"), default=True, help_text=_("Otherwise the role alone.")
    )
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
    staff_reminded_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Settings that fit together: what one of them asks for, the others make possible."""
        self.sms_countries = ",".join(self._sms_regions())
        wrong: dict[str, list[str]] = {}
        for field, said in (*self._wrong_desk(), *self._wrong_sms(), *self._wrong_price()):
            wrong.setdefault(field, []).append(said)
        if wrong:
            raise ValidationError(wrong)

    def _sms_regions(self) -> list[str]:
        """The countries that SMS go to, each once, as ISO 3166 writes them."""
        named = (code.strip().upper() for code in self.sms_countries.replace(";", ",").split(","))
        return list(dict.fromkeys(code for code in named if code))

    def _wrong_desk(self) -> Iterator[tuple[str, str]]:
        if self.time_zone not in zoneinfo.available_timezones():
            yield "time_zone", _now("There is no time zone of this name.")
        # A value that is no number at all was refused before, and is None here.
        if (self.code_days or 0) > (self.code_days_maximum or 0):
            yield "code_days", _now("This is more than the most that a code may work for.")
        if (self.in_person_from_age or 0) > (self.in_person_to_age or 0):
            yield "in_person_to_age", _now("This is younger than the age from which codes are handed over in person.")
        if (self.in_person_to_age or 0) > OLDEST:
            yield "in_person_to_age", _now("Nobody is as old as that.")

    def _wrong_sms(self) -> Iterator[tuple[str, str]]:
        unknown = [code for code in self._sms_regions() if code not in phonenumbers.SUPPORTED_REGIONS]
        if unknown:
            said = _now("No country has the code %(codes)s. Codes have two letters: BE for Belgium, GB for Britain.")
            yield "sms_countries", said % {"codes": ", ".join(unknown)}
        if not self._sms_regions():
            yield "sms_countries", _now("Name at least one country, for example BE.")
        if self.patient_second_factor == PatientSecondFactor.SMS and self.sms_per_day == 0:
            yield "sms_per_day", _now("Patients are asked for a token by SMS: let at least one a day go out.")

    def _wrong_price(self) -> Iterator[tuple[str, str]]:
        """A price needs a currency that it can be paid in, and words that say how to do without paying."""
        if self.price_minor and not self.free_copy_text.strip():
            yield "free_copy_text", _now("Say how to get a free copy before you ask for money.")
        if self.price_currency not in CURRENCIES:
            yield "price_currency", _now("Payments cannot be taken in this currency.")

    @property
    def name_and_city(self) -> str:
        return f"{self.name}, {self.city}" if self.city else self.name
