"""Refusals at the patients' door, as desks look them up."""

from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEvent


class RefusedEntry(AuditEvent):
    """The audit row of a refusal, under a name of its own: a desk may read these and no others."""

    class Meta:
        proxy = True
        verbose_name = _("refused patient")
        verbose_name_plural = _("refused patients")
