"""Series and instances: what the archive holds of a study."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from studies.archive.kinds import InstanceKind, PixelState


class Series(models.Model):
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("studies.Institution", on_delete=models.PROTECT, related_name="+")
    study = models.ForeignKey("studies.Study", on_delete=models.CASCADE, related_name="series", verbose_name=_("study"))
    series_instance_uid = models.CharField(_("Series Instance UID"), max_length=64)
    number = models.IntegerField(_("number"), null=True, blank=True)
    modality = models.CharField(_("modality"), max_length=16, blank=True)
    description = models.CharField(_("description"), max_length=200, blank=True)
    body_part = models.CharField(_("body part"), max_length=64, blank=True)
    laterality = models.CharField(_("side"), max_length=1, blank=True)
    instance_count = models.PositiveIntegerField(_("instances"), default=0)

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "series_instance_uid"], name="series_uid_once_per_institution"
            ),
        ]

    def __str__(self) -> str:
        return self.description or str(self.number or "")


class Instance(models.Model):
    """One received DICOM file. `key` is its folder below ARCHIVE_ROOT (`studies.archive.layout`).

    `size`, `sha256` (hex) and `crc32` are the original's, bit for bit (decision 15). `pixel_digest` is the SHA-256 of
    the decoded, normalised pixels: equal digests are equal pictures in whatever encoding; `patient_digest` that of the
    patient's details in its header (`studies.ingest.patients`). `frames` counts pictures;
    rows and columns are those of the pixel matrix. `window_center` and `window_width` are what the previews used.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("studies.Institution", on_delete=models.PROTECT, related_name="+")
    series = models.ForeignKey(
        "studies.Series", on_delete=models.CASCADE, related_name="instances", verbose_name=_("series")
    )
    sop_instance_uid = models.CharField(_("SOP Instance UID"), max_length=64)
    sop_class_uid = models.CharField(_("SOP Class UID"), max_length=64)
    transfer_syntax_uid = models.CharField(_("Transfer Syntax UID"), max_length=64)
    kind = models.CharField(_("kind"), max_length=10, choices=InstanceKind.choices, default=InstanceKind.IMAGE)
    number = models.IntegerField(_("number"), null=True, blank=True)
    position = models.FloatField(null=True, blank=True)
    frames = models.PositiveIntegerField(_("pictures"), default=0)
    rows = models.PositiveIntegerField(default=0)
    columns = models.PositiveIntegerField(default=0)
    frame_milliseconds = models.FloatField(null=True, blank=True)
    orientation_left = models.CharField(max_length=4, blank=True)
    orientation_right = models.CharField(max_length=4, blank=True)
    orientation_top = models.CharField(max_length=4, blank=True)
    orientation_bottom = models.CharField(max_length=4, blank=True)
    window_center = models.FloatField(null=True, blank=True)
    window_width = models.FloatField(null=True, blank=True)
    preview_width = models.PositiveIntegerField(default=0)
    preview_height = models.PositiveIntegerField(default=0)
    has_full_size = models.BooleanField(default=False)
    pixel_state = models.CharField(max_length=10, choices=PixelState.choices, default=PixelState.PENDING)
    pixel_digest = models.CharField(max_length=64, blank=True)
    patient_digest = models.CharField(max_length=64, blank=True)
    key = models.CharField(max_length=200, unique=True)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    crc32 = models.PositiveBigIntegerField()
    received_at = models.DateTimeField(_("received on"))
    replaced_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replaces")

    class Meta:
        verbose_name = _("instance")
        verbose_name_plural = _("instances")
        constraints = [
            # A corrected instance takes its predecessor's place; the predecessor stays as history.
            models.UniqueConstraint(
                fields=["institution", "sop_instance_uid"],
                condition=models.Q(replaced_by__isnull=True),
                name="sop_uid_once_per_institution",
            ),
        ]
        indexes = [models.Index(fields=["series", "position", "number"], name="instance_in_order")]

    def __str__(self) -> str:
        return str(self.number or self.uuid)
