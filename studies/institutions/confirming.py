"""Confirming an institution's staff every quarter, and reminding its administrators of it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Min, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.mails.services import send_account_mail
from accounts.models import AuditAction
from studies.models import Appointment, Institution

from .appointments import administrators, end_appointment, lock
from .confirmation import due_at, lapses_at


def staff_of(institution: Institution) -> QuerySet[Appointment]:
    """Every appointment that has not ended, suspended ones too, by name."""
    held = Appointment.objects.filter(institution=institution, ends_at__isnull=True).select_related("user")
    return held.order_by("user__last_name", "user__first_name", "user__pk", "role")


def confirm_staff(
    institution: Institution, shown: Collection[UUID], kept: Collection[UUID], actor: Actor, at: datetime
) -> tuple[int, int]:
    """Say of those who were shown who still works there; the appointments of the others end.

    Returns how many are confirmed and how many ended. Whoever was appointed since is left alone. Raises
    LastAdministratorError, and nothing is changed then.
    """
    with transaction.atomic():
        lock(institution.pk)
        appointments = list(staff_of(institution).filter(uuid__in=shown))
        confirmed = [appointment for appointment in appointments if appointment.uuid in kept]
        ended = [appointment for appointment in appointments if appointment.uuid not in kept]
        for appointment in ended:
            end_appointment(appointment, actor, at)
        Appointment.objects.filter(pk__in=[appointment.pk for appointment in confirmed]).update(confirmed_at=at)
        details: dict[str, str | int | bool | None] = {"confirmed": len(confirmed), "ended": len(ended)}
        record(AuditAction.STAFF_CONFIRMED, actor, at, institution=institution.uuid, details=details)
    return len(confirmed), len(ended)


def staff_due_at(institution: Institution) -> datetime | None:
    """When the staff is to be confirmed next; None where nobody works."""
    return _dues(Institution.objects.filter(pk=institution.pk)).get(institution.pk)


def count_due(institutions: Collection[int], at: datetime) -> int:
    """At how many of these institutions the staff is to be confirmed now."""
    return sum(due <= at for due in _dues(Institution.objects.filter(pk__in=institutions)).values())


def remind_administrators(at: datetime) -> int:
    """Write to the administrators of institutions whose staff is to be confirmed: once when it is due, once when the
    days of grace are over. Returns how many institutions were written to."""
    houses = Institution.objects.filter(is_active=True)
    confirmed = _confirmed_since(houses)
    return sum(_remind(house, confirmed[house.pk], at) for house in houses.filter(pk__in=confirmed))


def _remind(institution: Institution, confirmed_at: datetime, at: datetime) -> bool:
    due, lapse = due_at(confirmed_at), lapses_at(confirmed_at)
    if at < due:
        return False
    reached, before = (lapse if lapse <= at else due), institution.staff_reminded_at
    unreminded = Q(staff_reminded_at__isnull=True) | Q(staff_reminded_at__lt=reached)
    if not Institution.objects.filter(unreminded, pk=institution.pk).update(staff_reminded_at=at):
        return False
    told = [_write_to(held, institution, lapse, is_over=lapse <= at) for held in _administrators(institution, at)]
    if not any(told):  # the carrier is out of order: the next run tries again
        Institution.objects.filter(pk=institution.pk).update(staff_reminded_at=before)
    return any(told)


def _write_to(administrator: Appointment, institution: Institution, lapse: datetime, *, is_over: bool) -> bool:
    user = administrator.user
    context = {
        "institution": institution.name,
        "until": lapse,
        "link": f"{settings.PUBLIC_URL}{reverse('admin:studies_appointment_confirm')}",
    }
    if is_over:
        subject, template = _("Staff of %(institution)s is paused"), "staff_paused"
    else:
        subject, template = _("Please confirm the staff of %(institution)s"), "staff_to_confirm"
    return send_account_mail(user.username, subject, template, context, user.language)


def _administrators(institution: Institution, at: datetime) -> list[Appointment]:
    return list(administrators(institution, at).select_related("user").order_by("pk"))


def _dues(institutions: QuerySet[Institution]) -> dict[int, datetime]:
    return {institution: due_at(since) for institution, since in _confirmed_since(institutions).items()}


def _confirmed_since(institutions: QuerySet[Institution]) -> dict[int, datetime]:
    """Since when everybody who is not suspended is confirmed, by the institution's id."""
    held = Appointment.objects.filter(institution__in=institutions, ends_at__isnull=True, suspended_at__isnull=True)
    since = held.values("institution").annotate(since=Min(Coalesce("confirmed_at", "begins_at")))
    return dict(since.values_list("institution", "since").order_by())
