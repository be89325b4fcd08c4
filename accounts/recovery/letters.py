"""The mails and text messages of getting back into an account.

None says who asked, and none repeats what was typed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.challenges.values import Message
from accounts.days import clock, day
from accounts.links.mails import address_of
from accounts.mails.services import send_account_mail
from accounts.models import Recovery, User

from .carrying import at_once, text_message

LINK_LASTS = timedelta(hours=1)
_RECOVERY = _("Your second factor at %(operator)s")


def send_reset(mail: str, user: User | None, token: str, language: str) -> None:
    """What somebody reads who, or for whom somebody, asked for another password: one mail, whoever it is."""
    if user is None:
        template, told = "reset_none", language
    else:
        template, told = ("reset_link" if user.is_active else "reset_closed"), user.language
    context = {
        "link": address_of("accounts:reset_link", token),
        "register": page("accounts:register"),
        "hours": LINK_LASTS // timedelta(hours=1),
    }
    send_account_mail(mail, _("Your password at %(operator)s"), template, context, told)


def tell_password_changed(user: User, at: datetime) -> None:
    context = moment(at, user) | {"reset": page("accounts:reset")}
    send_account_mail(user.username, _("Your password was changed"), "password_changed", context, user.language)


def tell_recovery_asked(user: User, token: str, at: datetime) -> None:
    """Somebody who knows the password says that the second factor is lost."""
    context = moment(at, user) | {"link": address_of("accounts:stop_recovery_link", token)}
    send_account_mail(user.username, _RECOVERY, "recovery_asked", context, user.language)


def tell_recovery_verified(recovery: Recovery, numbers: Sequence[str], tokens: Sequence[str], at: datetime) -> None:
    """Every contact, each with a link of its own that stops it: the mail first, then each number in `numbers`."""
    user, opens_at = recovery.user, recovery.opens_at or at
    mail, *texts = [address_of("accounts:stop_recovery_link", token) for token in tokens]
    context = moment(opens_at, user) | {"link": mail}
    with translation.override(user.language):
        words = gettext(
            "%(operator)s: the second factors of your account will be removed on %(day)s at %(clock)s. It was not you? "
            "Stop it: %(link)s"
        )
        when = {"operator": settings.OPERATOR_NAME, "day": day(opens_at), "clock": clock(opens_at)}
        messages = [Message(words % (when | {"link": link})) for link in texts]
    at_once(
        [
            lambda: send_account_mail(user.username, _RECOVERY, "recovery_verified", context, user.language),
            *(text_message(number, message) for number, message in zip(numbers, messages, strict=True)),
        ]
    )


def tell_recovery_ended(user: User, template: str, at: datetime) -> None:
    """`recovery_stopped`, `recovery_refused`, `recovery_done`."""
    context = moment(at, user) | {"login": page("accounts:login"), "reset": page("accounts:reset")}
    send_account_mail(user.username, _RECOVERY, template, context, user.language)


def moment(at: datetime, user: User) -> dict[str, str]:
    """Day and clock in the reader's language."""
    with translation.override(user.language):
        return {"day": day(at), "clock": clock(at)}


def page(name: str) -> str:
    """The whole address of a page of this portal."""
    return f"{settings.PUBLIC_URL}{reverse(name)}"
