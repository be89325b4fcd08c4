"""Tokens by SMS to a number that was confirmed by one."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.addresses import network_of
from accounts.audit.actor import Actor
from accounts.challenges import services as challenges
from accounts.challenges.values import Message, Occasion, Sent, Verification
from accounts.models import ChallengeChannel, ChallengePurpose, SmsDevice, User
from accounts.registration.limits import SMS_EVERYWHERE, SMS_NETWORK
from accounts.throttling.limits import (
    CHALLENGE_CLAIMED_DAY,
    CHALLENGE_CLAIMED_HOUR,
    CHALLENGE_UNKNOWN_DAY,
    CHALLENGE_UNKNOWN_HOUR,
    SMS_OF_ACCOUNT,
)
from accounts.throttling.services import Try


def send_login_token(device: SmsDevice, session: UUID, actor: Actor, at: datetime, *, is_known: bool) -> Sent:
    """Send a token to the telephone, good in this session alone. At most 5 seconds long, never in a transaction.

    `is_known`: whether the account used this browser before; elsewhere fewer are sent.
    """
    occasion = occasion_of(ChallengePurpose.ACCOUNT_LOGIN, device.user, session, actor)
    also = [] if is_known else _of_unknown(device.number)
    return _send(occasion, device.user, device.number, also, at)


def send_to_own(occasion: Occasion, user: User, number: str, at: datetime) -> Sent:
    """Send a token to a confirmed number (E.164) of the user, who is logged in."""
    return _send(occasion, user, number, [], at)


def send_to_claimed(occasion: Occasion, user: User, number: str, at: datetime) -> Sent:
    """Send a token to a number (E.164) that the user only says is theirs: few, wherever they are asked for.

    The subject of `occasion` stands for the number too, so that what was sent to one never confirms another.
    """
    also: list[Try] = [
        (CHALLENGE_CLAIMED_HOUR, number),
        (CHALLENGE_CLAIMED_DAY, number),
        *_of_unknown(number),
        (SMS_EVERYWHERE, ""),
    ]
    if occasion.actor.address:
        also.append((SMS_NETWORK, network_of(occasion.actor.address, 24, 48)))
    return _send(occasion, user, number, also, at)


def _send(occasion: Occasion, user: User, number: str, also: Sequence[Try], at: datetime) -> Sent:
    """An account's messages of a day are counted together, wherever they go."""
    tries = [(SMS_OF_ACCOUNT, str(user.uuid)), *also]
    return challenges.send(occasion, ChallengeChannel.SMS, number, message_of, at, also=tries)


def _of_unknown(number: str) -> list[Try]:
    return [(CHALLENGE_UNKNOWN_HOUR, number), (CHALLENGE_UNKNOWN_DAY, number)]


def verify_login_token(user: User, token: str, session: UUID, actor: Actor, at: datetime) -> Verification:
    return challenges.verify(occasion_of(ChallengePurpose.ACCOUNT_LOGIN, user, session, actor), token, at)


def occasion_of(purpose: ChallengePurpose, user: User, session: UUID, actor: Actor) -> Occasion:
    return Occasion(purpose, user.uuid, session, actor)


def message_of(token: str) -> Message:
    """Neutral, without a medical word or a name. The last line lets the browser fill the token in on this portal's
    pages and nowhere else (origin-bound one-time codes, https://wicg.github.io/sms-one-time-codes/)."""
    lines = [
        _("%(token)s is your token for %(operator)s. It works for 10 minutes, once.")
        % {"token": token, "operator": settings.OPERATOR_NAME},
        _("Tell it to nobody. If you did not ask for it, you need not do anything."),
        "",
        f"@{urlsplit(settings.PUBLIC_URL).hostname} #{token}",
    ]
    return Message("\n".join(lines))
