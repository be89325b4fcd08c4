"""Links sent by mail that work once."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class LinkPurpose(models.TextChoices):
    REGISTER = "register", _("confirm a mail address at registration")
    RESET_PASSWORD = "reset_password", _("choose another password")
    CHANGE_MAIL = "change_mail", _("confirm another mail address")
    AGREE_TO_CHANGE = "agree_to_change", _("agree to another way to be reached")
    CANCEL_CHANGE = "cancel_change", _("stop a change of contact details")
    CANCEL_RECOVERY = "cancel_recovery", _("stop a recovery")
    INVITATION = "invitation", _("accept an invitation")


class MailLink(models.Model):
    """One link: only a keyed hash of what it carries is kept. `subject` is the UUID of what it opens.

    Opening the link (GET) burns nothing; what its page is for does.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(max_length=20, choices=LinkPurpose.choices)
    subject = models.UUIDField(db_index=True)
    key_id = models.CharField(max_length=8)
    digest = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("link sent by mail")
        verbose_name_plural = _("links sent by mail")

    def __str__(self) -> str:
        return f"{self.purpose} {self.uuid}"
