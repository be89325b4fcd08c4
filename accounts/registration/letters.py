"""The mails of a registration. None repeats what was typed: a stranger could have the portal send it to anybody."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.links.mails import address_of
from accounts.mails.services import send_account_mail
from accounts.models import Invitation, User

LINK_LASTS = timedelta(hours=24)
KEPT = timedelta(days=7)


def send_confirmation(mail: str, token: str, is_known: bool, language: str) -> None:
    """What somebody reads who, or for whom somebody, asked for an account: one mail, known or not."""
    if is_known:
        template = "registration_known"
        more = {"login": _page("accounts:login"), "reset": _page("accounts:reset")}
    else:
        template = "registration_confirm"
        more = {"link": address_of("accounts:register_link", token)}
    hours, days = LINK_LASTS // timedelta(hours=1), KEPT.days
    context = more | {"hours": hours, "days": days}
    send_account_mail(mail, _("Your account at %(operator)s"), template, context, language)


def send_news(user: User, template: str) -> None:
    """There is news of a registration or of a number: what it is, is read after logging in."""
    context = {"status": _page("accounts:register_status"), "login": _page("accounts:login")}
    subject = _("News about your account at %(operator)s")
    send_account_mail(user.username, subject, template, context, user.language)


def send_invitation(invitation: Invitation, token: str) -> None:
    """Ask somebody to take a place."""
    context = {
        "link": address_of("accounts:invitation_link", token),
        "inviter": invitation.inviter,
        "kind": invitation.kind,
        "until": invitation.expires_at,
    }
    subject = _("An invitation to %(operator)s")
    send_account_mail(invitation.mail, subject, f"invitation_{invitation.kind}", context, invitation.language)


def _page(name: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse(name)}"
