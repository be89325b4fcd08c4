"""Physicians, dentists and specialists, and the numbers by which hospitals know them."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField


class Profession(models.TextChoices):
    PHYSICIAN = "physician", _("Physician")
    DENTIST = "dentist", _("Dentist")
    SPECIALIST = "specialist", _("Specialist")


class Physician(models.Model):
    """An account's physician hat. Only a verified, not suspended one is ever matched to a request."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        "accounts.User", on_delete=models.PROTECT, related_name="physician", verbose_name=_("user")
    )
    profession = models.CharField(
        _("profession"), max_length=20, choices=Profession.choices, default=Profession.PHYSICIAN
    )
    speciality = models.CharField(_("speciality"), max_length=100, blank=True)
    country = CountryField(_("country"), blank=True)
    practice = models.TextField(_("practice"), blank=True)
    verified_at = models.DateTimeField(_("verified on"), null=True, blank=True)
    suspended_at = models.DateTimeField(_("suspended on"), null=True, blank=True)

    class Meta:
        verbose_name = _("physician")
        verbose_name_plural = _("physicians")

    def __str__(self) -> str:
        return self.user.get_full_name()

    @property
    def is_trusted(self) -> bool:
        """Verified by the service desk and not suspended since."""
        return self.verified_at is not None and self.suspended_at is None


class IdentifierKind(models.TextChoices):
    """National registers of professionals. Their names are proper names and are not translated.

    `NATIONAL` is that of a country without a row of its own here: its numbers are kept as `XX` + what was given, by the
    country's ISO code, letters and digits only.
    """

    RIZIV = "riziv", "RIZIV/INAMI"  # not translated: a proper name
    BIG = "big", "BIG"  # not translated: a proper name
    AGB = "agb", "AGB"  # not translated: a proper name
    RPPS = "rpps", "RPPS"  # not translated: a proper name
    LANR = "lanr", "LANR"  # not translated: a proper name
    NATIONAL = "national", _("national register")


# Of RIZIV/INAMI's 11 digits the first 8 identify the person, the rest says with which qualification.
RIZIV_DIGITS = 8


class PhysicianIdentifier(models.Model):
    """A number of a national register as `accounts.registration.numbers` keeps it, one holder each."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    physician = models.ForeignKey(
        Physician, on_delete=models.CASCADE, related_name="identifiers", verbose_name=_("physician")
    )
    country = CountryField(_("country"))
    kind = models.CharField(_("register"), max_length=10, choices=IdentifierKind.choices)
    value = models.CharField(_("number"), max_length=30)

    class Meta:
        verbose_name = _("identifier")
        verbose_name_plural = _("identifiers")
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="identifier_held_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.value}"
