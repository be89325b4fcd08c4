"""When somebody last opened something, so that a look is audited once in 30 minutes and not for each frame."""

from django.db import models


class LookedAt(models.TextChoices):
    IMAGES = "images"
    REPORT = "report"


class Look(models.Model):
    session = models.UUIDField()
    study = models.UUIDField()
    what = models.CharField(max_length=10, choices=LookedAt.choices)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "study", "what"], name="look_once")]

    def __str__(self) -> str:
        return f"{self.session} {self.study} {self.what}"
