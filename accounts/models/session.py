"""One table of sessions (decision 9), so that they can be listed and ended."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class SessionKind(models.TextChoices):
    VISITOR = "visitor", _("Visitor")
    PATIENT = "patient", _("Patient")
    ACCOUNT = "account", _("Account")


class Session(models.Model):
    """A browser's session. The cookie's value is not stored: `key_hash` is its SHA-256.

    `subject` is the UUID of the access code of a patient's session; `user` is set on an account's session.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key_hash = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=10, choices=SessionKind.choices, default=SessionKind.VISITOR)
    subject = models.UUIDField(null=True, blank=True, db_index=True)
    user = models.ForeignKey("accounts.User", null=True, blank=True, on_delete=models.CASCADE, related_name="sessions")
    content = models.TextField(default="")
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(db_index=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"
