"""An imaging order of one institution for one patient."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Request(models.Model):
    """Holds studies and reports. `accession_number` is unique within the institution.

    A delivery whose accession number belongs to another patient gets a request of its own: `accession_number` is then
    empty, `accession_as_received` keeps what came, `flag` says why (decision 4). Under `legal_hold` nothing of it is
    deleted, however old.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(
        "studies.Institution", on_delete=models.PROTECT, related_name="requests", verbose_name=_("institution")
    )
    patient = models.ForeignKey(
        "studies.Patient", on_delete=models.PROTECT, related_name="requests", verbose_name=_("patient")
    )
    accession_number = models.CharField(_("accession number"), max_length=64, null=True, blank=True)  # noqa: DJ001 - NULL is not unique, "" would be
    accession_as_received = models.CharField(_("accession number as received"), max_length=64, blank=True)
    description = models.CharField(_("examination"), max_length=200, blank=True)
    requested_at = models.DateTimeField(_("requested on"))
    flag = models.CharField(_("flag"), max_length=200, blank=True)
    legal_hold = models.BooleanField(_("legal hold"), default=False)

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        constraints = [
            models.UniqueConstraint(fields=["institution", "accession_number"], name="accession_once_per_institution"),
        ]

    def __str__(self) -> str:
        return self.accession_number or self.accession_as_received or str(self.uuid)
