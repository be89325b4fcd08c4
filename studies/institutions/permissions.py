"""What staff may do in the admin, computed from their appointments at each request (decision 10).

One table says which role may do what; a permission is never stored as a flag. Permissions carry the names that
Django's admin asks for (`app.action_model`).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import ServiceDeskAppointment, User
from studies.models import Appointment, AppointmentRole

from .confirmation import is_paused


class StaffPermission(StrEnum):
    """Everything somebody can be allowed to do in the admin. There is none for images, and none for a report's text."""

    VIEW_INSTITUTION = "studies.view_institution"
    CHANGE_INSTITUTION = "studies.change_institution"
    VIEW_POLICY = "studies.view_policyrule"
    ADD_POLICY = "studies.add_policyrule"
    CHANGE_POLICY = "studies.change_policyrule"
    DELETE_POLICY = "studies.delete_policyrule"
    VIEW_APPOINTMENTS = "studies.view_appointment"
    SUSPEND_APPOINTMENT = "studies.suspend_appointment"
    END_APPOINTMENT = "studies.end_appointment"
    CONFIRM_APPOINTMENTS = "studies.confirm_appointment"
    VIEW_INVITATIONS = "studies.view_staffinvitation"
    INVITE = "studies.add_staffinvitation"
    END_INVITATION = "studies.end_staffinvitation"
    VIEW_PATIENTS = "studies.view_patient"
    COMPLETE_BIRTH_DATE = "studies.change_patient"
    VIEW_REQUESTS = "studies.view_request"
    HOLD_REQUEST = "studies.hold_request"
    VIEW_PARTICIPANTS = "studies.view_participant"
    UNDO_MATCH = "studies.undo_participant"
    VIEW_STUDIES = "studies.view_study"
    VIEW_REPORTS = "studies.view_report"
    VIEW_CODES = "studies.view_accesscode"
    ISSUE_CODE = "studies.issue_accesscode"
    REVOKE_CODE = "studies.revoke_accesscode"
    DECIDE_RELEASE = "studies.decide_release"
    ANSWER_PATIENTS = "studies.answer_deskmessage"
    VIEW_REFUSALS = "studies.view_refusedentry"
    VIEW_PAYMENTS = "portal.view_payment"
    REFUND_PAYMENT = "portal.refund_payment"
    DECIDE_ACCESS = "portal.decide_payment"
    VIEW_OWING_CODES = "portal.view_owingcode"
    SETTLE_CODE = "portal.settle_owingcode"
    VIEW_QUARANTINE = "studies.view_quarantinedfile"
    RESOLVE_QUARANTINE = "studies.resolve_quarantinedfile"
    VIEW_AUDIT = "accounts.view_auditevent"
    VIEW_USERS = "accounts.view_user"
    SUSPEND_USER = "accounts.suspend_user"
    VIEW_SUSPENSIONS = "accounts.view_suspension"
    VIEW_PHYSICIANS = "accounts.view_physician"
    CHANGE_PHYSICIAN = "accounts.change_physician"
    VIEW_IDENTIFIERS = "accounts.view_physicianidentifier"
    ADD_IDENTIFIER = "accounts.add_physicianidentifier"
    DELETE_IDENTIFIER = "accounts.delete_physicianidentifier"
    VIEW_REGISTRATIONS = "accounts.view_registration"
    DECIDE_REGISTRATION = "accounts.change_registration"
    VIEW_CLAIMS = "accounts.view_identifierclaim"
    DECIDE_CLAIM = "accounts.change_identifierclaim"
    VIEW_RECOVERIES = "accounts.view_recovery"
    DECIDE_RECOVERY = "accounts.change_recovery"
    VIEW_MATCHES = "studies.view_matchednumber"
    UNDO_MATCHES = "studies.undo_matchednumber"
    VIEW_THROTTLING = "accounts.view_throttlecounter"
    LIFT_WAIT = "accounts.lift_throttlecounter"
    VIEW_GROUPS = "groups.view_group"
    ADD_GROUP = "groups.add_group"
    CHANGE_GROUP = "groups.change_group"
    VIEW_MEMBERSHIPS = "groups.view_membership"
    ADD_MEMBERSHIP = "groups.add_membership"
    CHANGE_MEMBERSHIP = "groups.change_membership"


_P = StaffPermission
_DESK = frozenset(
    {
        _P.VIEW_PATIENTS,
        _P.COMPLETE_BIRTH_DATE,
        _P.VIEW_REQUESTS,
        _P.VIEW_PARTICIPANTS,
        _P.VIEW_STUDIES,
        _P.VIEW_CODES,
        _P.ISSUE_CODE,
        _P.REVOKE_CODE,
        _P.DECIDE_RELEASE,
        _P.ANSWER_PATIENTS,
        _P.VIEW_REFUSALS,
        _P.VIEW_PAYMENTS,
        _P.REFUND_PAYMENT,
        _P.DECIDE_ACCESS,
        _P.VIEW_OWING_CODES,
        _P.SETTLE_CODE,
    }
)
ROLE_PERMISSIONS: dict[AppointmentRole, frozenset[StaffPermission]] = {
    AppointmentRole.DESK: _DESK,
    # An administrator answers for the institution's data and so can do what its desk does.
    AppointmentRole.ADMINISTRATOR: _DESK
    | {
        _P.VIEW_INSTITUTION,
        _P.CHANGE_INSTITUTION,
        _P.VIEW_POLICY,
        _P.ADD_POLICY,
        _P.CHANGE_POLICY,
        _P.DELETE_POLICY,
        _P.VIEW_APPOINTMENTS,
        _P.SUSPEND_APPOINTMENT,
        _P.END_APPOINTMENT,
        _P.CONFIRM_APPOINTMENTS,
        _P.VIEW_INVITATIONS,
        _P.INVITE,
        _P.END_INVITATION,
        _P.HOLD_REQUEST,
        _P.UNDO_MATCH,
        _P.VIEW_REPORTS,
        _P.VIEW_QUARANTINE,
        _P.RESOLVE_QUARANTINE,
        _P.VIEW_AUDIT,
    },
    AppointmentRole.PHYSICIAN: frozenset(),
    AppointmentRole.AUDITOR: frozenset({_P.VIEW_AUDIT}),
}
SERVICE_DESK_PERMISSIONS = frozenset(
    {
        _P.VIEW_USERS,
        _P.SUSPEND_USER,
        _P.VIEW_SUSPENSIONS,
        _P.VIEW_PHYSICIANS,
        _P.CHANGE_PHYSICIAN,
        _P.VIEW_IDENTIFIERS,
        _P.ADD_IDENTIFIER,
        _P.DELETE_IDENTIFIER,
        _P.VIEW_REGISTRATIONS,
        _P.DECIDE_REGISTRATION,
        _P.VIEW_CLAIMS,
        _P.DECIDE_CLAIM,
        _P.VIEW_RECOVERIES,
        _P.DECIDE_RECOVERY,
        _P.VIEW_MATCHES,
        _P.UNDO_MATCHES,
        _P.VIEW_THROTTLING,
        _P.LIFT_WAIT,
        _P.VIEW_GROUPS,
        _P.ADD_GROUP,
        _P.CHANGE_GROUP,
        _P.VIEW_MEMBERSHIPS,
        _P.ADD_MEMBERSHIP,
        _P.CHANGE_MEMBERSHIP,
    }
)


_SERVICE_DESK = "service desk"  # beside the roles of AppointmentRole
_REMEMBERED = "_standing"  # on the user object of one request


@dataclass(frozen=True)
class Standing:
    """A user's live appointments at one moment: (role, institution's id) each, and whether at the service desk."""

    appointments: frozenset[tuple[AppointmentRole, int]] = frozenset()
    at_service_desk: bool = False

    @property
    def permissions(self) -> frozenset[StaffPermission]:
        """What the user may do somewhere."""
        own = SERVICE_DESK_PERMISSIONS if self.at_service_desk else frozenset()
        return own.union(*(ROLE_PERMISSIONS[role] for role, _ in self.appointments))

    def institutions(self, permission: str) -> frozenset[int]:
        """The ids of the institutions where the user may do it."""
        return frozenset(institution for role, institution in self.appointments if permission in ROLE_PERMISSIONS[role])


def standing_of(user: User, at: datetime) -> Standing:
    """What `user` is appointed to at `at`; nothing for an account that was switched off. One query.

    Suspended appointments and those that nobody confirmed in time do not count. An institution that has left is closed
    to its staff too.
    """
    if not user.is_active:
        return Standing()
    live = Q(user=user, begins_at__lte=at) & (Q(ends_at__isnull=True) | Q(ends_at__gt=at))
    at_desk = ServiceDeskAppointment.objects.filter(live).values_list(Value(_SERVICE_DESK), Value(0), "begins_at")
    rows = list(
        Appointment.objects.filter(live, institution__is_active=True, suspended_at__isnull=True)
        .values_list("role", "institution_id", Coalesce("confirmed_at", "begins_at"))
        .union(at_desk)
    )
    held = ((AppointmentRole(role), institution, since) for role, institution, since in rows if role != _SERVICE_DESK)
    return Standing(
        frozenset((role, institution) for role, institution, since in held if not is_paused(role, since, at)),
        any(role == _SERVICE_DESK for role, _, _ in rows),
    )


def holds_appointment(user: User, at: datetime) -> bool:
    """Whether `user` is staff of anybody at `at`, the service desk's included (STAFF_APPOINTMENTS)."""
    appointed = any(held.objects.filter(user=user).exists() for held in (Appointment, ServiceDeskAppointment))
    if not appointed:  # nearly everybody who logs in: two questions that are quicker than the one below
        return False
    standing = standing_of(user, at)
    return standing.at_service_desk or bool(standing.appointments)


def standing_now(user: User | AnonymousUser) -> Standing:
    """The standing for the request in hand: asked once a request, because a request's user lives as long as it does."""
    if not isinstance(user, User):
        return Standing()
    standing: Standing | None = getattr(user, _REMEMBERED, None)
    if standing is None:
        standing = standing_of(user, timezone.now())
        setattr(user, _REMEMBERED, standing)
    return standing


class AppointmentBackend(BaseBackend):
    """Answers `has_perm` from the live appointments of a user. It logs nobody in."""

    def get_user_permissions(self, user_obj: User | AnonymousUser, obj: Model | None = None) -> set[str]:  # noqa: ARG002 - Django's signature
        return set(standing_now(user_obj).permissions)

    def has_module_perms(self, user_obj: User | AnonymousUser, app_label: str) -> bool:
        return any(permission.startswith(f"{app_label}.") for permission in standing_now(user_obj).permissions)
