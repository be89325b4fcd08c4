"""Who works at the service desk of the portal's operator."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ServiceDeskAppointment(models.Model):
    """Appoints a user to the service desk: registrations, group corrections, lockouts; never a patient's content."""

    user = models.OneToOneField(
        "accounts.User", on_delete=models.PROTECT, related_name="service_desk", verbose_name=_("user")
    )
    begins_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("appointment at the service desk")
        verbose_name_plural = _("appointments at the service desk")

    def __str__(self) -> str:
        return str(self.user)
