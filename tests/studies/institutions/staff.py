"""The cast of the admin's tests: two houses that have one record of every kind, and people who work for them."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Model
from django.test import Client
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.audit.services import record
from accounts.models import AuditAction, AuditEvent, InvitationKind, ServiceDeskAppointment, ThrottleCounter, User
from portal.checkout.interfaces import Movement, ProviderState, Told
from portal.checkout.recording import record_state
from portal.models import LedgerKind, OwingCode, Payment
from studies.access_codes import Refusal
from studies.access_codes.services import issue
from studies.archive.kinds import QuarantineReason
from studies.institutions.services import save_policy
from studies.institutions.settings import CHANGEABLE
from studies.models import (
    Appointment,
    AppointmentRole,
    Audience,
    Institution,
    PolicyRule,
    QuarantinedFile,
    RefusedEntry,
    Request,
    StaffInvitation,
)
from tests.factories import (
    AppointmentFactory,
    InstitutionFactory,
    PatientFactory,
    ReportFactory,
    RequestFactory,
    StudyFactory,
    UserFactory,
)
from tests.factories.accounts import LONG_AGO, log_in


@dataclass
class House:
    """An institution and one record of every kind, by the name of its model."""

    institution: Institution
    records: dict[str, Any] = field(default_factory=dict)


def house(name: str, patient: str) -> House:
    """A working institution: `patient` is a DICOM name."""
    institution = InstitutionFactory(name=name)
    sick = PatientFactory(institution=institution, name_alphabetic=patient, birth_month=None, birth_day=None)
    request = RequestFactory(patient=sick)
    StudyFactory(request=request)
    report = ReportFactory(request=request, version="Nobody may read this in the admin.")
    now = timezone.now()
    rule = save_policy(PolicyRule(institution=institution, audience=Audience.REQUESTER, images=True), SYSTEM, now)
    audit = record(AuditAction.LOOKED_AT_IMAGES, SYSTEM, now, institution=institution.uuid)
    return House(
        institution,
        {
            "institution": institution,
            "policyrule": rule,
            "appointment": AppointmentFactory(institution=institution),
            "staffinvitation": asked_to_work(institution),
            "patient": sick,
            "request": request,
            "accesscode": issue(request, SYSTEM, now).code,
            "report": report,
            "quarantinedfile": quarantined(institution),
            "auditevent": AuditEvent.objects.get(pk=audit.pk),
            "refusedentry": refused(institution),
            "payment": paid(request),
            "owingcode": owing(request),
        },
    )


def asked_to_work(institution: Institution, mail: str = "karel@example.org") -> StaffInvitation:
    """Somebody whom the desk is offered to, and who has not answered yet."""
    now = timezone.now()
    return StaffInvitation.objects.create(
        kind=InvitationKind.STAFF,
        mail=mail,
        subject=institution.uuid,
        place=AppointmentRole.DESK,
        inviter=institution.name,
        invited_at=now,
        expires_at=now + timedelta(days=14),
    )


def owing(request: Request) -> OwingCode:
    """A code that costs something, and was not paid for."""
    code = issue(request, SYSTEM, timezone.now()).code
    OwingCode.objects.filter(pk=code.pk).update(price_minor=1250)
    return OwingCode.objects.get(pk=code.pk)


def paid(request: Request) -> Payment:
    """Somebody paid 12.50 for another code, through a service that is no longer there."""
    now = timezone.now()
    payment = Payment.objects.create(
        code=owing(request),
        institution=request.institution,
        reference=f"P-{Payment.objects.count():08d}",
        provider="mollie",
        amount_minor=1250,
        currency="EUR",
        begun_at=now,
        changed_at=now,
    )
    state = ProviderState(Told.PAID, payment.reference, (Movement(LedgerKind.CHARGE, 1250, "EUR", "tr_1"),))
    record_state(payment, state, now)
    return Payment.objects.get(pk=payment.pk)


def refused(institution: Institution) -> RefusedEntry:
    """A patient of this institution typed another date of birth."""
    details: dict[str, str | int | bool | None] = {"reason": Refusal.WRONG_DATE.value, "reference": "K7-42"}
    row = record(AuditAction.PATIENT_REFUSED, SYSTEM, timezone.now(), institution=institution.uuid, details=details)
    return RefusedEntry.objects.get(pk=row.pk)


def quarantined(institution: Institution, reason: QuarantineReason = QuarantineReason.LIMIT) -> QuarantinedFile:
    count = QuarantinedFile.objects.count()
    return QuarantinedFile.objects.create(
        institution=institution,
        name=f"scan-{count}.dcm",
        reason=reason,
        detail="It is 5 GB long.",
        sha256=f"{count:064x}",
        size=5_000_000,
        received_at=timezone.now(),
    )


def staff(role: AppointmentRole, institution: Institution) -> User:
    appointment: Appointment = AppointmentFactory(role=role, institution=institution)
    return appointment.user


def service_desk() -> User:
    user: User = UserFactory(first_name="Sam")
    ServiceDeskAppointment.objects.create(user=user, begins_at=LONG_AGO)
    return user


def as_(user: User) -> Client:
    """A browser in which this person has logged in with the second factor."""
    client = Client()
    log_in(client, user)
    return client


def address(record: Model | type[Model], page: str = "change", uuid: Any = None) -> str:
    """Where a record, or the list of its kind, stands in the admin."""
    base = f"/admin/{record._meta.app_label}/{record._meta.model_name}/"
    if isinstance(record, type):
        return base
    return f"{base}{uuid or record.uuid}/{page}/"  # type: ignore[attr-defined]


def shown(client: Client, page: str, form: dict[str, Any]) -> Any:
    """The preview that a first press shows, of a form that was filled in on the page as it is now."""
    filled_in = form | {"seen": client.get(page).context["adminform"].form.seen}
    return client.post(page, filled_in)


def saved(client: Client, page: str, form: dict[str, Any]) -> Any:
    """The page after both presses: the one that shows what the change means, and the one that saves."""
    preview = shown(client, page, form).context["adminform"].form
    return client.post(page, form | {"seen": preview.seen, "confirmed": preview.wanted}, follow=True)


def settings_of(institution: Institution) -> dict[str, Any]:
    """The form of an institution's settings as its page has it, filled in as they are."""
    values = {name: getattr(institution, name) for name in CHANGEABLE}
    filled_in = {name: value for name, value in values.items() if value is not None and value is not False}
    return {name: "on" if value is True else value for name, value in filled_in.items()}


def counter() -> ThrottleCounter:
    """Somebody who has to wait a while."""
    later = timezone.now() + timedelta(minutes=15)
    return ThrottleCounter.objects.create(
        scope="code", subject="0" * 64, failures=5, lifetime=5, blocked_until=later, kept_until=later
    )
