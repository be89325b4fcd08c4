"""Another password: by a link of a mail, or by whoever knows the old one. Whatever was begun before ends with it."""

from datetime import datetime
from uuid import uuid4

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from accounts.account.contacts.services import end_changes
from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.links.services import end_links, make, spend
from accounts.login.remembering import forget_browsers
from accounts.models import AuditAction, LinkPurpose, MailLink, User
from accounts.sessions.services import end_other_sessions, end_sessions_of
from accounts.throttling.alarm import count_failure
from accounts.throttling.limits import LOGIN_ACCOUNT
from accounts.throttling.services import Verdict, forget, forgive, take, take_all

from . import limits
from .letters import LINK_LASTS, send_reset, tell_password_changed
from .lost_factor import stop_open

DONE = Verdict(allowed=True)
_RESET = LinkPurpose.RESET_PASSWORD


def ask_reset(mail: str, language: str, actor: Actor, at: datetime) -> Verdict:
    """Send one mail to `mail` (lower case), whether or not an account has it: the same rows, the same work.

    What the verdict says depends on how often is asked alone. Asking twice within a minute is asking once. An older
    link is dead once a newer one is sent. `language` is that of whoever has no account.
    """
    if not take(limits.RESET_SAME, mail, at).allowed:
        return DONE
    verdict = take_all(limits.reset_tries(mail, actor), at)
    if not verdict.allowed:
        forgive(limits.RESET_SAME, mail, at)
        return verdict
    count_failure(limits.RESET_ALARM, at)
    user = User.objects.filter(username=mail).first()
    subject = user.uuid if user is not None and user.is_active else uuid4()  # of nobody: its link leads nowhere
    with transaction.atomic():
        end_links(_RESET, subject, at)
        token = make(_RESET, subject, at, LINK_LASTS)
        record(AuditAction.RESET_ASKED, actor, at, details={"user": str(user.uuid) if user else None})
    send_reset(mail, user, token, language)
    return verdict


def owner_of(link: MailLink) -> User | None:
    """Whose password the link changes; None where the account was closed meanwhile."""
    return User.objects.filter(uuid=link.subject, is_active=True).first()


def reset_password(link: MailLink, user: User, password: str, actor: Actor, at: datetime) -> bool:
    """Give the link's account another password: every session ends, and nobody is logged in by it.

    What was guessed at the old one counts no more: nobody who keeps failing keeps out who reads the account's mail.

    False when the link was used, or the account closed, meanwhile. Raises ValidationError for one that is too weak. Not
    to be called within a transaction.
    """
    validate_password(password, user)
    user.set_password(password)  # takes its time, so before anything is locked
    with transaction.atomic():
        is_open = User.objects.select_for_update().filter(pk=user.pk, uuid=link.subject, is_active=True).exists()
        if not is_open or not spend(link, at):
            return False
        _put(user, "reset", actor, at)
        end_sessions_of(user=user)
    forget(LOGIN_ACCOUNT, user.username)
    tell_password_changed(user, at)
    return True


def change_password(user: User, password: str, actor: Actor, at: datetime) -> None:
    """Give the actor's own account another password; every session but the actor's ends. The old one was checked.

    Raises ValidationError for one that is too weak. Not to be called within a transaction.
    """
    validate_password(password, user)
    user.set_password(password)
    with transaction.atomic():
        _put(user, "changed", actor, at)
        end_other_sessions(user, actor, at)
    tell_password_changed(user, at)


def is_own_password(user: User, password: str, at: datetime) -> Verdict | None:
    """None for the right one; for a wrong one, or one that came too early, the verdict says when to try again."""
    verdict = take(limits.OLD_PASSWORD, str(user.uuid), at)
    if not verdict.allowed or not user.check_password(password):
        return verdict
    forgive(limits.OLD_PASSWORD, str(user.uuid), at)
    return None


def _put(user: User, how: str, actor: Actor, at: datetime) -> None:
    """What whoever knew the old password began comes to nothing: recoveries, changes, links, remembered browsers."""
    user.save(update_fields=["password"])
    record(AuditAction.PASSWORD_CHANGED, actor, at, details={"user": str(user.uuid), "how": how})
    forget_browsers(user, actor, at)
    end_links(_RESET, user.uuid, at)
    stop_open(user, "password changed", actor, at)
    end_changes(user, "password changed", actor, at)
