"""The mails and text messages of a change. Only the two ends themselves read what is to become of what."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.challenges.values import Message
from accounts.days import clock, day
from accounts.links.mails import address_of
from accounts.mails.services import send_account_mail
from accounts.models import ContactChange, ContactKind, User

_SUBJECTS: dict[str, Promise] = {
    ContactKind.MAIL: _("Your mail address at %(operator)s"),
    ContactKind.PHONE: _("Your mobile number at %(operator)s"),
}


def send_new_end(change: ContactChange, token: str, is_taken: bool) -> None:
    """To the new address: its link, or, where it belongs to an account already, that. One mail either way."""
    template = "change_taken" if is_taken else "change_new"
    context = {"link": address_of("accounts:change_new_link", token), "until": _until(change, change.user)}
    send_account_mail(change.value, _SUBJECTS[change.kind], template, context, change.user.language)


def send_old_end(change: ContactChange, agree: str, stop: str) -> None:
    """To the present address: a link that agrees where `agree` is its token, and one that stops it."""
    context = {
        "kind": change.kind,
        "agree": address_of("accounts:change_old_link", agree) if agree else "",
        "stop": address_of("accounts:stop_change_link", stop),
        "until": _until(change, change.user),
    }
    send_account_mail(change.user.username, _SUBJECTS[change.kind], "change_old", context, change.user.language)


def old_end_lost(change: ContactChange, token: str) -> None:
    """To the present address: the change will be made without it, unless it is stopped."""
    context = {"kind": change.kind, "stop": address_of("accounts:stop_change_link", token)}
    context |= _moment(change.opens_at or change.expires_at, change.user)
    send_account_mail(change.user.username, _SUBJECTS[change.kind], "change_without", context, change.user.language)


def old_end_lost_text(change: ContactChange, token: str) -> Message:
    """The same as a text message."""
    user, opens_at = change.user, change.opens_at or change.expires_at
    with translation.override(user.language):
        words = gettext(
            "%(operator)s: how your account is reached will be changed on %(day)s at %(clock)s. It was not you? "
            "Stop it: %(link)s"
        )
        link = address_of("accounts:stop_change_link", token)
        when = {"day": day(opens_at), "clock": clock(opens_at)}
        return Message(words % {"operator": settings.OPERATOR_NAME, "link": link, **when})


def changed(kind: str, to: str, user: User, at: datetime) -> None:
    """It is done; told to the old address and to the new one."""
    context = {"kind": kind} | _moment(at, user)
    send_account_mail(to, _SUBJECTS[kind], "contact_changed", context, user.language)


def changed_text(user: User) -> Message:
    """To the number that is no longer the account's."""
    with translation.override(user.language):
        words = gettext(
            "%(operator)s: your account now has another mobile number. It was not you? Call the service desk."
        )
        return Message(words % {"operator": settings.OPERATOR_NAME})


def _until(change: ContactChange, user: User) -> str:
    with translation.override(user.language):
        return f"{day(change.expires_at)}, {clock(change.expires_at)}"


def _moment(at: datetime, user: User) -> dict[str, str]:
    with translation.override(user.language):
        return {"day": day(at), "clock": clock(at)}
