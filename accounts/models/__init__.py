"""Who comes in: users, physicians and their identifiers, sessions, the audit log, throttling, second factors."""

from .audit import AuditAction, AuditEvent, AuditSeal
from .challenge import Challenge, ChallengeChannel, ChallengePurpose
from .physician import RIZIV_DIGITS, IdentifierKind, Physician, PhysicianIdentifier, Profession
from .service_desk import ServiceDeskAppointment
from .session import Session, SessionKind
from .throttling import ThrottleCounter
from .totp import TotpDevice
from .user import User

__all__ = [
    "RIZIV_DIGITS",
    "AuditAction",
    "AuditEvent",
    "AuditSeal",
    "Challenge",
    "ChallengeChannel",
    "ChallengePurpose",
    "IdentifierKind",
    "Physician",
    "PhysicianIdentifier",
    "Profession",
    "ServiceDeskAppointment",
    "Session",
    "SessionKind",
    "ThrottleCounter",
    "TotpDevice",
    "User",
]
