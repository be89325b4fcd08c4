"""Asking for an account: what an applicant says of themselves, and what the service desk decided."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from .physician import IdentifierKind, Profession


class RegistrationState(models.TextChoices):
    MAIL = "mail", _("mail address to be confirmed")
    PHONE = "phone", _("mobile number to be confirmed")
    WAITING = "waiting", _("waiting for the service desk")
    ASKED = "asked", _("waiting for the applicant's answer")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")


class Registration(models.Model):
    """One application. The account is opened when the mail address is confirmed; until then `user` is empty.

    `is_known`: the address belonged to an account already. Such an application leads nowhere (its mail says "you have
    an account"), but it is a row like any other, so that nothing tells the two apart.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        "accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="registration"
    )
    is_known = models.BooleanField(default=False)
    profession = models.CharField(_("profession"), max_length=20, choices=Profession.choices)
    speciality = models.CharField(_("speciality"), max_length=100, blank=True)
    title = models.CharField(_("title"), max_length=40, blank=True)
    first_name = models.CharField(_("first name"), max_length=150)
    last_name = models.CharField(_("last name"), max_length=150)
    country = CountryField(_("country"))
    practice = models.TextField(_("practice"), blank=True)
    mail = models.EmailField(_("mail address"))
    phone = models.CharField(_("mobile number"), max_length=20)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    state = models.CharField(
        _("state"), max_length=10, choices=RegistrationState.choices, default=RegistrationState.MAIL
    )
    question = models.TextField(_("question"), blank=True)
    answer = models.TextField(_("answer"), blank=True)
    reason = models.TextField(_("reason"), blank=True)
    asked_at = models.DateTimeField(_("asked for on"))
    mail_confirmed_at = models.DateTimeField(_("mail address confirmed on"), null=True, blank=True)
    phone_confirmed_at = models.DateTimeField(_("mobile number confirmed on"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided on"), null=True, blank=True)
    decided_by = models.UUIDField(null=True, blank=True)

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        indexes = [models.Index(fields=["state", "asked_at"], name="registration_by_state")]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"


class ClaimState(models.TextChoices):
    WAITING = "waiting", _("waiting for the service desk")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class IdentifierClaim(models.Model):
    """A number of a national register that somebody says is theirs: nothing until the service desk agrees.

    Claimed at registration (`registration`) or later from the account page (`physician`). Several may claim the same
    number: the service desk sees that and decides. `replaces`: the number that this one corrects.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    registration = models.ForeignKey(
        Registration, null=True, blank=True, on_delete=models.CASCADE, related_name="claims"
    )
    physician = models.ForeignKey(
        "accounts.Physician", null=True, blank=True, on_delete=models.CASCADE, related_name="claims"
    )
    country = CountryField(_("country"))
    kind = models.CharField(_("register"), max_length=10, choices=IdentifierKind.choices)
    value = models.CharField(_("number"), max_length=30)
    replaces = models.ForeignKey(
        "accounts.PhysicianIdentifier", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(_("state"), max_length=10, choices=ClaimState.choices, default=ClaimState.WAITING)
    reason = models.TextField(_("reason"), blank=True)
    claimed_at = models.DateTimeField(_("claimed on"))
    decided_at = models.DateTimeField(_("decided on"), null=True, blank=True)

    class Meta:
        verbose_name = _("claimed number")
        verbose_name_plural = _("claimed numbers")
        indexes = [models.Index(fields=["kind", "value"], name="claim_by_number")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.value}"
