"""The world of a hospital's images, in the glossary's words."""

from studies.archive.kinds import InstanceKind, PixelState, QuarantineReason

from .access_code import AccessCode
from .appointment import Appointment, AppointmentRole
from .image import Instance, Series
from .institution import Institution, PatientSecondFactor
from .listing import Listing
from .look import Look, LookedAt
from .participant import Participant, ParticipantRole
from .patient import Patient
from .policy import Audience, PolicyCell, PolicyRule
from .quarantine import QuarantinedFile, QuarantineResolution
from .refused_entry import RefusedEntry
from .report import Report, ReportStatus, ReportVersion
from .request import Request
from .study import Modality, Study
from .tombstone import Tombstone

__all__ = [
    "AccessCode",
    "Appointment",
    "AppointmentRole",
    "Audience",
    "Instance",
    "InstanceKind",
    "Institution",
    "Listing",
    "Look",
    "LookedAt",
    "Modality",
    "Participant",
    "ParticipantRole",
    "Patient",
    "PatientSecondFactor",
    "PixelState",
    "PolicyCell",
    "PolicyRule",
    "QuarantineReason",
    "QuarantineResolution",
    "QuarantinedFile",
    "RefusedEntry",
    "Report",
    "ReportStatus",
    "ReportVersion",
    "Request",
    "Series",
    "Study",
    "Tombstone",
]
