"""What the pages of a login say of what went wrong."""

from datetime import datetime

from django.utils.translation import gettext

from accounts.challenges.values import SendOutcome
from accounts.second_factor.verification import Wrong
from accounts.throttling.words import again_sentence

from .half_finished import Purpose
from .services import Refused


def sentence_of(refused: Refused) -> str:
    """Why a second factor was not accepted, and what to do."""
    if refused.unchecked:
        return gettext("There were too many tries that were not right.")
    match refused.wrong:
        case Wrong.SMS:
            return gettext("This token is not right. Please compare it with the newest message, and type it again.")
        case Wrong.SMS_OVER:
            return gettext("This token does not work, or no more. Please have another one sent.")
        case Wrong.BACKUP_CODE:
            return gettext("This backup code is not right, or was used already.")
        case Wrong.PASSKEY:
            return gettext("This passkey is not one of this account.")
        case Wrong.PASSKEY_LATE:
            return gettext("That took too long. Please try again.")
    return gettext("This token is not right, or was used already. Wait for the next one and type it here.")


def sentence_about(outcome: SendOutcome, again_at: datetime | None, at: datetime) -> str:
    """What went wrong with sending a token; empty where nothing did."""
    again = again_sentence(again_at, at) if again_at and again_at > at else ""
    match outcome:
        case SendOutcome.TOO_MANY:
            return " ".join(part for part in (gettext("No more messages can be sent for now."), again) if part)
        case SendOutcome.TOO_SOON:
            return gettext("The last message was sent just now. Please wait a little before you ask for another one.")
        case SendOutcome.FAILED:
            return gettext("The message could not be delivered.")
        case SendOutcome.LATE:
            return gettext("The message takes longer than usual. It may still come.")
    return ""


def warning_of(purpose: Purpose) -> str:
    """What a login does beside logging in, for whoever comes to a shared computer next; empty where nothing."""
    if purpose is Purpose.BIND_EID:
        return gettext("Whoever logs in now binds the card that was shown here to their account.")
    return ""
