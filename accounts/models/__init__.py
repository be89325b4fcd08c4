"""Who comes in: users, physicians and their identifiers, sessions, the audit log, throttling, second factors."""

from .audit import AuditAction, AuditEvent, AuditSeal
from .challenge import Challenge, ChallengeChannel, ChallengePurpose
from .devices import BackupCode, Passkey, RememberedBrowser, SmsDevice
from .eid import EidCard, EidNonce, OcspAnswer
from .invitation import Delegate, Invitation, InvitationKind
from .link import LinkPurpose, MailLink
from .physician import RIZIV_DIGITS, IdentifierKind, Physician, PhysicianIdentifier, Profession
from .recovery import ContactChange, ContactKind, Recovery, RecoveryState
from .registration import ClaimState, IdentifierClaim, Registration, RegistrationState
from .service_desk import ServiceDeskAppointment
from .session import Session, SessionKind
from .sign_in import SignIn, SignInFactor
from .suspension import SuspendedPart, Suspension, SuspensionReason
from .throttling import ThrottleCounter
from .totp import TotpDevice
from .user import News, User

__all__ = [
    "RIZIV_DIGITS",
    "AuditAction",
    "AuditEvent",
    "AuditSeal",
    "BackupCode",
    "Challenge",
    "ChallengeChannel",
    "ChallengePurpose",
    "ClaimState",
    "ContactChange",
    "ContactKind",
    "Delegate",
    "EidCard",
    "EidNonce",
    "IdentifierClaim",
    "IdentifierKind",
    "Invitation",
    "InvitationKind",
    "LinkPurpose",
    "MailLink",
    "News",
    "OcspAnswer",
    "Passkey",
    "Physician",
    "PhysicianIdentifier",
    "Profession",
    "Recovery",
    "RecoveryState",
    "Registration",
    "RegistrationState",
    "RememberedBrowser",
    "ServiceDeskAppointment",
    "Session",
    "SessionKind",
    "SignIn",
    "SignInFactor",
    "SmsDevice",
    "SuspendedPart",
    "Suspension",
    "SuspensionReason",
    "ThrottleCounter",
    "TotpDevice",
    "User",
]
