"""Logging in by card, and binding cards to accounts: one card, one account, never by a name."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.days import clock, day
from accounts.login.completing import Arrival, complete_login
from accounts.login.rules import NotStrongEnough, may_log_in_by
from accounts.mails.services import send_account_mail
from accounts.models import AuditAction, EidCard, SignInFactor, User
from accounts.sessions.services import actor_of

from .certificates import Holder
from .proving import note_refusal, prove
from .refusals import Reason, Refused

_BOUND = _("An e-ID was bound to your account")
_UNBOUND = _("The e-ID was taken off your account")


def log_in(request: HttpRequest, posted: str, at: datetime) -> Arrival | Holder:
    """Log the card's holder in; card and PIN are two factors. A holder who has no account with this card is returned.

    Raises `Refused`, which is noted already, and `proving.TooEarly`. Not to be called within a transaction.
    """
    holder = prove(request, posted, at)
    card = EidCard.objects.select_related("user").filter(digest__in=holder.digests).first()
    if card is None:
        return holder
    if not card.user.is_active:
        raise _refusal(Reason.CLOSED, actor_of(request), at)
    try:
        arrival = complete_login(request, card.user, card, SignInFactor.EID, at)
    except NotStrongEnough:
        raise _refusal(Reason.STAFF, actor_of(request), at) from None
    # The newest key's hash from now on, so that older keys can be retired.
    EidCard.objects.filter(pk=card.pk).update(key_id=holder.key_id, digest=holder.digest, last_used_at=at)
    return arrival


def bind(user: User, holder: Holder, actor: Actor, at: datetime) -> EidCard:
    """From now on this holder's card opens the user's account; the user is told by mail.

    Raises `Refused`, which is noted already: the card opens another account, or the account has a card.
    """
    try:
        with transaction.atomic():
            card = _bind(user, holder, at)
            record(AuditAction.EID_BOUND, actor, at, details={"account": str(user.uuid)})
    except IntegrityError:  # somebody was quicker
        raise _refusal(Reason.TAKEN, actor, at) from None
    except Refused as refused:
        raise _refusal(refused.reason, actor, at) from None
    _tell(user, _BOUND, "eid_bound", at)
    return card


def bind_if_possible(user: User, holder: Holder, actor: Actor, at: datetime) -> bool:
    """The same along with something that goes on either way: a login, a registration."""
    try:
        bind(user, holder, actor, at)
    except Refused:
        return False
    return True


def unbind(user: User, actor: Actor, at: datetime) -> bool:
    """The user's card opens nothing any more; sessions that it began end. False where there was none."""
    with transaction.atomic():
        was_bound = bool(EidCard.objects.filter(user=user).delete()[0])
        if was_bound:
            record(AuditAction.EID_UNBOUND, actor, at, details={"account": str(user.uuid)})
    if was_bound:
        _tell(user, _UNBOUND, "eid_unbound", at)
    return was_bound


def give_again(request: HttpRequest, user: User, posted: str, at: datetime) -> EidCard:
    """The card of somebody who is logged in, shown once more: card and PIN before a sensitive deed.

    Raises `Refused`, which is noted already, and `proving.TooEarly`. Not to be called within a transaction.
    """
    holder = prove(request, posted, at)
    card = EidCard.objects.filter(digest__in=holder.digests, user=user).first()
    if card is None:
        raise _refusal(Reason.OTHERS, actor_of(request), at)
    if not may_log_in_by(user, SignInFactor.EID, at):
        raise _refusal(Reason.STAFF, actor_of(request), at)
    EidCard.objects.filter(pk=card.pk).update(key_id=holder.key_id, digest=holder.digest, last_used_at=at)
    return card


def _bind(user: User, holder: Holder, at: datetime) -> EidCard:
    if EidCard.objects.filter(user=user).exists():
        raise Refused(Reason.HAS_CARD)
    if EidCard.objects.filter(digest__in=holder.digests).exists():
        raise Refused(Reason.TAKEN)
    return EidCard.objects.create(user=user, key_id=holder.key_id, digest=holder.digest, bound_at=at)


def _refusal(reason: Reason, actor: Actor, at: datetime) -> Refused:
    note_refusal(reason, actor, at)
    return Refused(reason)


def _tell(user: User, subject: Promise, template: str, at: datetime) -> None:
    """Once what it tells of is committed: nothing is locked while a mail is carried."""
    with translation.override(user.language):
        context = {"day": day(at), "clock": clock(at)}
    transaction.on_commit(lambda: send_account_mail(user.username, subject, template, context, user.language))
