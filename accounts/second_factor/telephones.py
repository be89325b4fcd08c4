"""Tokens by SMS to a number that was confirmed by one."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.audit.actor import Actor
from accounts.challenges import services as challenges
from accounts.challenges.values import Message, Occasion, Sent, Verification
from accounts.models import ChallengeChannel, ChallengePurpose, SmsDevice, User
from accounts.throttling.limits import SMS_OF_ACCOUNT
from accounts.throttling.services import Try


def send_login_token(device: SmsDevice, session: UUID, actor: Actor, at: datetime) -> Sent:
    """Send a token to the telephone, good in this session alone. At most 5 seconds long, never in a transaction."""
    occasion = occasion_of(ChallengePurpose.ACCOUNT_LOGIN, device.user, session, actor)
    return send_token(occasion, device.number, at)


def send_token(occasion: Occasion, number: str, at: datetime) -> Sent:
    """Send a token to a number (E.164); an account's messages of a day are counted together, wherever they go."""
    also: Sequence[Try] = [(SMS_OF_ACCOUNT, str(occasion.subject))]
    return challenges.send(occasion, ChallengeChannel.SMS, number, message_of, at, also=also)


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
