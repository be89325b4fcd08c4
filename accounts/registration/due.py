"""Applications that nobody confirmed."""

from datetime import datetime

from django.db import transaction

from accounts.models import MailLink, Registration, RegistrationState

from .letters import KEPT


@transaction.atomic
def forget_unconfirmed(at: datetime) -> int:
    """Delete applications of more than 7 days ago whose mail address was not confirmed, with their links."""
    old = Registration.objects.filter(state=RegistrationState.MAIL, asked_at__lte=at - KEPT)
    uuids = list(old.values_list("uuid", flat=True))
    MailLink.objects.filter(subject__in=uuids).delete()
    Registration.objects.filter(uuid__in=uuids, state=RegistrationState.MAIL).delete()
    return len(uuids)
