"""Why a card is refused: a reason for the log, and one plain sentence for whoever holds it."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Reason(StrEnum):
    """What stands in the log and in the audit log; a value never changes once written."""

    SIZE = "token.size"
    MALFORMED = "token.malformed"
    FORMAT = "token.format"
    ALGORITHM = "token.algorithm"
    NONCE_USED = "nonce.used_or_never_given"
    NONCE_LATE = "nonce.late"
    NONCE_OTHER = "nonce.other"
    ORIGIN = "signature.other_origin"
    SIGNATURE = "signature.wrong"
    UNREADABLE = "certificate.unreadable"
    NOT_YET_VALID = "certificate.not_yet_valid"
    EXPIRED = "certificate.expired"
    NOT_FOR_LOGIN = "certificate.not_for_login"
    NOT_TRUSTED = "certificate.not_trusted"
    NO_NUMBER = "certificate.no_number"
    NOT_SET_UP = "portal.no_authorities"
    NO_ANSWER = "ocsp.no_answer"
    ANSWER_STALE = "ocsp.stale"
    ANSWER_FORGED = "ocsp.not_trusted"
    REVOKED = "ocsp.revoked"
    UNKNOWN = "ocsp.unknown"
    CLOSED = "account.closed"
    STAFF = "account.staff"
    TAKEN = "card.taken"
    HAS_CARD = "account.has_card"
    OTHERS = "card.others"


_GARBLED = _("What your card answered could not be read. Please try again.")
_TRY_AGAIN = _("That took too long, or was used already. Please try again.")
_SILENT = _("Whether your card is valid could not be checked just now. Please try again later.")

SENTENCES: dict[Reason, str | Promise] = {
    Reason.SIZE: _GARBLED,
    Reason.MALFORMED: _GARBLED,
    Reason.FORMAT: _("Your Web eID program speaks another version than this portal. Please update it."),
    Reason.ALGORITHM: _("Your card signs in a way that this portal does not accept."),
    Reason.NONCE_USED: _TRY_AGAIN,
    Reason.NONCE_LATE: _TRY_AGAIN,
    Reason.NONCE_OTHER: _("This page was opened in another window meanwhile. Please try again in this one."),
    Reason.ORIGIN: _("Your card answered to another address than this portal's. Please look at the address above."),
    Reason.SIGNATURE: _("What your card signed does not belong to this login. Please try again."),
    Reason.UNREADABLE: _GARBLED,
    Reason.NOT_YET_VALID: _("Your card is not valid yet."),
    Reason.EXPIRED: _("Your card has expired."),
    Reason.NOT_FOR_LOGIN: _("This certificate of your card is not meant for logging in. Please choose the other one."),
    Reason.NOT_TRUSTED: _("This is not a Belgian e-ID that this portal knows."),
    Reason.NO_NUMBER: _("This is not a Belgian e-ID that this portal knows."),
    Reason.NOT_SET_UP: _("This portal cannot check e-ID cards yet. Please log in with your password."),
    Reason.NO_ANSWER: _SILENT,
    Reason.ANSWER_STALE: _SILENT,
    Reason.ANSWER_FORGED: _SILENT,
    Reason.REVOKED: _("Your card was blocked. Please ask your municipality about it."),
    Reason.UNKNOWN: _("Your card is not known to the authority that issued it. Please ask your municipality about it."),
    Reason.CLOSED: _("This account is closed at the moment. Please call the service desk."),
    Reason.STAFF: _("Whoever works for a hospital logs in with a password and an authenticator app or a passkey."),
    Reason.TAKEN: _("This card cannot be bound to this account. Please call the service desk."),
    Reason.HAS_CARD: _("An e-ID is bound to this account already. Take that one off first."),
    Reason.OTHERS: _("This card does not open your account. Please show the one that does."),
}


class Refused(Exception):
    """The card opens nothing, because of `reason`."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason

    @property
    def sentence(self) -> str:
        """In the reader's language."""
        return str(SENTENCES[self.reason])
