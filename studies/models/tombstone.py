"""What retention deleted leaves a mark that a new delivery obeys (decision 17)."""

from django.db import models


class Tombstone(models.Model):
    institution = models.ForeignKey("studies.Institution", on_delete=models.PROTECT, related_name="+")
    study_instance_uid = models.CharField(max_length=64)
    deleted_at = models.DateTimeField()
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "study_instance_uid"], name="tombstone_once")]

    def __str__(self) -> str:
        return self.study_instance_uid
