"""The world of a hospital's images, in the glossary's words."""

from studies.archive.kinds import InstanceKind, PixelState, QuarantineReason

from .access_code import AccessCode, CodeChannel
from .appointment import Appointment, AppointmentRole
from .image import Instance, Series
from .institution import Institution, PatientSecondFactor
from .listing import Listing
from .look import Look, LookedAt
from .matching import MatchedNumber, NumberToMatch
from .news import WaitingNews
from .participant import Participant, ParticipantRole
from .patient import Patient
from .policy import Audience, PolicyCell, PolicyRule
from .quarantine import QuarantinedFile, QuarantineResolution
from .refused_entry import RefusedEntry
from .release import Release, ReleaseKind
from .report import Report, ReportStatus, ReportVersion
from .request import Request
from .rescue import Rescue, RescueOutcome
from .slip import SlipPassword
from .staff_invitation import StaffInvitation
from .study import Modality, Study
from .tombstone import Tombstone
from .wish import Concern, Contact, DeskMessage, Notice

__all__ = [
    "AccessCode",
    "Appointment",
    "AppointmentRole",
    "Audience",
    "CodeChannel",
    "Concern",
    "Contact",
    "DeskMessage",
    "Instance",
    "InstanceKind",
    "Institution",
    "Listing",
    "Look",
    "LookedAt",
    "MatchedNumber",
    "Modality",
    "Notice",
    "NumberToMatch",
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
    "Release",
    "ReleaseKind",
    "Report",
    "ReportStatus",
    "ReportVersion",
    "Request",
    "Rescue",
    "RescueOutcome",
    "Series",
    "SlipPassword",
    "StaffInvitation",
    "Study",
    "Tombstone",
    "WaitingNews",
]
