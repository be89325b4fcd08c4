"""Fixed values of examined files, apart from the models: a worker process reads them without a database."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class InstanceKind(TextChoices):
    IMAGE = "image", _("Image")
    DOCUMENT = "document", _("Document (PDF)")
    OTHER = "other", _("Without pictures")


class PixelState(TextChoices):
    """How far the derived files of an instance are."""

    PENDING = "pending", _("Pictures are made on first use")
    READY = "ready", _("Pictures are ready")
    NONE = "none", _("Has no pictures")
    UNREADABLE = "unreadable", _("No decoder reads it: the original is kept")


class QuarantineReason(TextChoices):
    UNREADABLE = "unreadable", _("The file cannot be read")
    INCOMPLETE = "incomplete", _("A part that identifies the picture is missing")
    LIMIT = "limit", _("The file exceeds a limit")
    CRASHED = "crashed", _("Reading the file crashed or took too long")
    OTHER_PIXELS = "other_pixels", _("The same picture number with other pixels is already here")
    CORRECTION = "correction", _("The same picture with corrected patient data")
    OTHER_PATIENT = "other_patient", _("The same picture number belongs to another patient")
    OTHER_STUDY = "other_study", _("The same number belongs to another study")
    DELETED = "deleted", _("It was deleted here and may not come back")
