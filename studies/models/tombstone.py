"""What retention deleted leaves a mark that a new delivery obeys (decision 17)."""

from django.db import models


class Tombstone(models.Model):
    """`leftovers` are the paths below ARCHIVE_ROOT that are still to be removed, each a folder or the beginning of file
    names: written with the deletion, emptied when the files are gone, so that a kill in between leaves nothing behind.
    """

    institution = models.ForeignKey("studies.Institution", on_delete=models.PROTECT, related_name="+")
    study_instance_uid = models.CharField(max_length=64)
    deleted_at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    leftovers = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "study_instance_uid"], name="tombstone_once")]

    def __str__(self) -> str:
        return self.study_instance_uid
