"""What physicians have not been told yet."""

from django.db import models


class WaitingNews(models.Model):
    """A study that came for a physician who wants to hear of what is new, until it was told.

    `since`: from when it is news; its arrival, or when the institution's policy opens it.
    """

    physician = models.ForeignKey("accounts.Physician", on_delete=models.CASCADE, related_name="+")
    study = models.ForeignKey("studies.Study", on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["physician", "study"], name="waiting_news_once")]

    def __str__(self) -> str:
        return f"{self.physician_id} {self.study_id}"
