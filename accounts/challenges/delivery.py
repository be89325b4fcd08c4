"""Carrying a token to its recipient, within seconds.

A carrier that answers slowly is left to itself after a while: the message may still arrive, so its token stays good.
SMTP and HTTP time out between packets only, which a slow peer stretches without end; hence a thread and a clock.
"""

import logging
import threading
from dataclasses import dataclass
from enum import StrEnum
from smtplib import SMTPException

from django.core.mail import EmailMessage

from accounts.models import ChallengeChannel
from accounts.sms.interfaces import SmsNotSent
from accounts.sms.services import sms_sender

from .values import Message

# Both one after the other (a mail because the SMS failed) stay within the 5 seconds of a request.
SECONDS = {ChallengeChannel.SMS: 3.0, ChallengeChannel.MAIL: 2.0}

_log = logging.getLogger("pacsonweb.challenges")


class Delivery(StrEnum):
    """What is known of a message's way."""

    SENT = "sent"
    LATE = "late"
    FAILED = "failed"
    DELIVERED = "delivered"


@dataclass
class Carried:
    """`provider_id` is the carrier's number for the message, where it has one."""

    delivery: Delivery = Delivery.LATE
    provider_id: str = ""


def carry(channel: ChallengeChannel, recipient: str, message: Message, reference: str) -> Carried:
    """Hand the message over. `reference` is what the carrier calls it by when it tells what became of it."""
    carried = Carried()

    def work() -> None:
        try:
            carried.provider_id = _hand_over(channel, recipient, message, reference)
            carried.delivery = Delivery.SENT
        except (SmsNotSent, SMTPException, OSError) as error:
            carried.delivery = Delivery.FAILED
            why = str(error) if isinstance(error, SmsNotSent) else type(error).__name__
            _log.warning("token.not_sent", extra={"fields": {"channel": channel.value, "why": why}})

    carrier = threading.Thread(target=work, daemon=True, name="token carrier")
    carrier.start()
    carrier.join(SECONDS[channel])
    return Carried(carried.delivery, carried.provider_id)


def _hand_over(channel: ChallengeChannel, recipient: str, message: Message, reference: str) -> str:
    if channel is ChallengeChannel.SMS:
        return sms_sender().send(recipient, message.text, reference)
    EmailMessage(message.subject, message.text, to=[recipient]).send()
    return ""
