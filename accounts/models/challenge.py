"""A one-time password or SMS token sent for one purpose."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class ChallengeChannel(models.TextChoices):
    SMS = "sms", _("SMS")
    MAIL = "mail", _("Mail")


class ChallengePurpose(models.TextChoices):
    PATIENT_LOGIN = "patient_login", _("Patient's login")
    ACCOUNT_LOGIN = "account_login", _("Login to an account")
    CONFIRM_PHONE = "confirm_phone", _("Confirming a mobile number")
    CHANGE_PHONE = "change_phone", _("Changing a mobile number")


class Challenge(models.Model):
    """Six digits, single use, ten minutes, bound to one subject and one session (DESIGN.md §4).

    Only a keyed hash of the token and of the recipient is kept. `superseded_at`: a newer one was sent, this is dead.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(max_length=20, choices=ChallengePurpose.choices)
    subject = models.UUIDField(db_index=True)
    session = models.UUIDField()
    channel = models.CharField(max_length=10, choices=ChallengeChannel.choices)
    recipient = models.CharField(max_length=64, db_index=True)
    key_id = models.CharField(max_length=8)
    digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField(db_index=True)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)
    delivery = models.CharField(max_length=20, blank=True)
    provider_id = models.CharField(max_length=64, blank=True, db_index=True)

    class Meta:
        verbose_name = _("challenge")
        verbose_name_plural = _("challenges")

    def __str__(self) -> str:
        return str(self.uuid)
