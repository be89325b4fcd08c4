"""The narrow rows that lists are served from."""

from django.db import models


class Listing(models.Model):
    """One row per (physician, study) named on its request, written in the same transaction (decision 6).

    Carries what lists filter on; membership, policy and exclusions are evaluated live on it, never copied into it.
    `at` is the study's `performed_at`.
    """

    physician = models.ForeignKey("accounts.Physician", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    study = models.ForeignKey("studies.Study", on_delete=models.CASCADE, related_name="listings")
    institution = models.ForeignKey("studies.Institution", on_delete=models.CASCADE, related_name="+", db_index=False)
    modality = models.CharField(max_length=4)
    patient = models.ForeignKey("studies.Patient", on_delete=models.CASCADE, related_name="+", db_index=False)
    restricted = models.BooleanField(default=False)
    requester = models.BooleanField(default=False)
    copied = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "physician"], name="listing_once")]
        indexes = [
            # The rest stands in the key, not in INCLUDE: it is filtered on, and Django drops INCLUDE on SQLite.
            models.Index(
                "physician",
                models.F("at").desc(),
                models.F("study").desc(),
                "institution",
                "modality",
                "patient",
                "restricted",
                "requester",
                "copied",
                name="listing_of_physician",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.physician_id} {self.study_id}"
