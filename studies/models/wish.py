"""What patients ask of the desk, and of the portal."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Contact(models.TextChoices):
    SMS = "sms", _("SMS")
    MAIL = "mail", _("Mail")


class Notice(models.Model):
    """ "Tell me when it is there": sent once, to what the institution holds, without a medical word.

    `code` is the one it was asked with, `already_open` how much of the request it opened then: there is news once it
    opens more. `language` is the page's, for a patient whose language the institution does not know.
    """

    request = models.ForeignKey("studies.Request", on_delete=models.CASCADE, related_name="notices")
    code = models.ForeignKey("studies.AccessCode", null=True, on_delete=models.SET_NULL, related_name="+")
    already_open = models.PositiveSmallIntegerField(default=0)
    channel = models.CharField(max_length=10, choices=Contact.choices)
    language = models.CharField(max_length=5, blank=True)
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(
                fields=["request", "channel"], condition=models.Q(sent_at__isnull=True), name="notice_once"
            )
        ]

    def __str__(self) -> str:
        return self.channel


class Concern(models.TextChoices):
    DATA = "data", _("Something is wrong in my data")
    ACCESS = "access", _("Stop this person seeing it")


class DeskMessage(models.Model):
    """A patient's message in the desk's queue."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(
        "studies.Request", on_delete=models.CASCADE, related_name="desk_messages", verbose_name=_("request")
    )
    concern = models.CharField(_("concern"), max_length=10, choices=Concern.choices)
    text = models.TextField(_("message"), max_length=2000)
    about = models.UUIDField(null=True)
    written_at = models.DateTimeField(_("written on"))
    answered_at = models.DateTimeField(_("answered on"), null=True, blank=True)
    answer = models.CharField(_("what was done"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("message of a patient")
        verbose_name_plural = _("messages of patients")

    def __str__(self) -> str:
        return self.get_concern_display()
