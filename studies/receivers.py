"""What studies do when an app below announces a change. Found by its name, once models are there (studies.apps)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.dispatch import receiver

from accounts.audit.actor import Actor
from accounts.models import Invitation, InvitationKind, User
from accounts.registration.invited import invitation_accepted
from accounts.service_desk.signals import account_suspending, physician_changed
from studies.institutions.appointments import hold_administrators
from studies.institutions.inviting import take_up
from studies.models import StaffInvitation
from studies.participants.matching import match_again
from studies.participants.numbers import Number


@receiver(physician_changed)
def on_physician_changed(sender: object, numbers: Collection[Number], **_: Any) -> None:  # noqa: ARG001 - a signal's
    """Requests follow the numbers of physicians."""
    match_again(numbers)


@receiver(invitation_accepted)
def on_invitation_accepted(
    sender: object,  # noqa: ARG001 - a signal's
    invitation: Invitation,
    user: User,
    actor: Actor,
    at: datetime,
    **_: Any,
) -> None:
    """Whoever accepts an institution's invitation is appointed there."""
    if invitation.kind == InvitationKind.STAFF:
        take_up(StaffInvitation.objects.get(pk=invitation.pk), user, actor, at)


@receiver(account_suspending)
def on_account_suspending(sender: object, user: User, at: datetime, **_: Any) -> None:  # noqa: ARG001 - a signal's
    """An institution keeps its last administrator."""
    hold_administrators(user, at)
