"""Accounts that nobody has used for a year: told thirty days before, then listed for the service desk to close."""

from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.mails.services import send_account_mail
from accounts.models import User

UNUSED_FOR = relativedelta(years=1)
NOTICE = timedelta(days=30)
AT_ONCE = 500


def unused(at: datetime) -> QuerySet[User]:
    """Open accounts without a login for a calendar year, whose owners were told so thirty days ago or more."""
    return _last_used_by(_a_year_before(at)).filter(unused_told_at__lte=at - NOTICE, unused_told_at__gte=F("last_used"))


def tell_unused(at: datetime) -> int:
    """Write to whoever has not logged in for eleven months: log in, or the account may be closed. Once for each such
    time, and to so many in one run. Returns how many were written to."""
    untold = Q(unused_told_at__isnull=True) | Q(unused_told_at__lt=F("last_used"))
    due = _last_used_by(_a_year_before(at + NOTICE)).filter(untold).order_by("pk")
    return sum(_tell(user, due, at) for user in list(due[:AT_ONCE]))


def _tell(user: User, due: QuerySet[User], at: datetime) -> bool:
    if not due.filter(pk=user.pk).update(unused_told_at=at):
        return False  # told by another run at the same time
    context = {"until": at + NOTICE, "link": f"{settings.PUBLIC_URL}{reverse('accounts:login')}"}
    if send_account_mail(user.username, _("Do you still use your account?"), "unused", context, user.language):
        return True
    User.objects.filter(pk=user.pk).update(unused_told_at=user.unused_told_at)  # the next run tries again
    return False


def _last_used_by(moment: datetime) -> QuerySet[User]:
    users = User.objects.filter(is_active=True).annotate(last_used=Coalesce("last_login", "date_joined"))
    return users.filter(last_used__lte=moment)


def _a_year_before(at: datetime) -> datetime:
    """By the environment's calendar."""
    return at.astimezone(timezone.get_default_timezone()) - UNUSED_FOR
