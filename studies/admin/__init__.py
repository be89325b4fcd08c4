"""The admin of institutions: for desks, administrators and auditors, each within their own institutions."""

from .appointments import AppointmentAdmin
from .audit import AuditEventAdmin
from .codes import AccessCodeAdmin
from .institutions import InstitutionAdmin
from .matches import MatchedNumberAdmin
from .patients import PatientAdmin
from .policy import PolicyRuleAdmin
from .quarantine import QuarantinedFileAdmin
from .refusals import RefusedEntryAdmin
from .reports import ReportAdmin
from .requests import RequestAdmin
from .staff_invitations import StaffInvitationAdmin

__all__ = [
    "AccessCodeAdmin",
    "AppointmentAdmin",
    "AuditEventAdmin",
    "InstitutionAdmin",
    "MatchedNumberAdmin",
    "PatientAdmin",
    "PolicyRuleAdmin",
    "QuarantinedFileAdmin",
    "RefusedEntryAdmin",
    "ReportAdmin",
    "RequestAdmin",
    "StaffInvitationAdmin",
]
