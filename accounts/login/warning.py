"""Telling an account of tries to log in that failed, once a day at most.

Not when they happen: a mail that only an existing account gets would take time that a stranger can measure.
"""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.mails.services import send_account_mail
from accounts.models import AuditAction, AuditEvent, User
from accounts.throttling.limits import LOGIN_WARNING
from accounts.throttling.services import take

from .services import SECOND_FACTOR_STEP

FAILURES = 5
WITHIN = timedelta(days=1)


def warn_of_failures(at: datetime) -> int:
    """Write to every account with five failures in 24 hours. Returns how many were written to."""
    failed = AuditEvent.objects.filter(action=AuditAction.LOGIN_FAILED, actor__isnull=True, at__gt=at - WITHIN)
    tries: Counter[str] = Counter()
    past_password = set()
    for details in failed.values_list("details", flat=True).iterator():
        if details.get("account"):
            tries[details["account"]] += 1
            if details["step"] == SECOND_FACTOR_STEP:
                past_password.add(details["account"])
    told = [account for account, count in tries.items() if count >= FAILURES]
    return sum(_warn(UUID(account), tries[account], account in past_password, at) for account in told)


def _warn(account: UUID, tries: int, password_was_right: bool, at: datetime) -> int:
    user = User.objects.filter(uuid=account, is_active=True).first()
    if user is None or not take(LOGIN_WARNING, str(account), at).allowed:
        return 0
    context = {"tries": tries, "password_was_right": password_was_right}
    send_account_mail(
        user.username, _("Somebody failed to log in to your account"), "failed_logins", context, user.language
    )
    return 1
