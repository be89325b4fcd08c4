"""Clinicians named on a request, as they arrived."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ParticipantRole(models.TextChoices):
    REQUESTER = "requester", _("Requester")
    COPY_RECIPIENT = "copy_recipient", _("Copy recipient")


class Participant(models.Model):
    """`system` + `identifier` as they arrived (a register such as `riziv`, or `local` to the institution);
    `physician` once a verified account carries that identifier.

    `digits` is what of the number identifies in its register (RIZIV's first eight), empty where it is none: by it
    200,000 waiting rows are found at once. `unmatched_at`: the service desk said that this is not the physician of that
    number; it stays nobody's.
    """

    request = models.ForeignKey("studies.Request", on_delete=models.CASCADE, related_name="participants")
    role = models.CharField(_("role"), max_length=20, choices=ParticipantRole.choices)
    system = models.CharField(_("register"), max_length=20, blank=True)
    identifier = models.CharField(_("number"), max_length=64, blank=True)
    digits = models.CharField(max_length=64, blank=True, editable=False)
    name = models.CharField(_("name"), max_length=324, blank=True)
    unmatched_at = models.DateTimeField(null=True, blank=True)
    physician = models.ForeignKey(
        "accounts.Physician", null=True, blank=True, on_delete=models.SET_NULL, related_name="participations"
    )

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [
            models.UniqueConstraint(
                fields=["request", "role", "system", "identifier", "name"], name="participant_once"
            ),
        ]
        indexes = [
            models.Index(fields=["system", "identifier"], name="participant_by_identifier"),
            models.Index(fields=["system", "digits"], name="participant_by_digits"),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """`Dr L. Dubois`: the account's name once there is one, else the name that came."""
        return self.name_as_it_came if self.physician is None else str(self.physician)

    @property
    def name_as_it_came(self) -> str:
        """The DICOM name in reading order."""
        family, given, middle, prefix, suffix = (self.name.split("=")[0].split("^") + [""] * 5)[:5]
        return " ".join(part for part in (prefix, given, middle, family, suffix) if part)
