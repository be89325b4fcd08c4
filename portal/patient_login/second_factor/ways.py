"""How a patient can get a token: what the institution holds and allows, never what somebody types. Pure functions."""

from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import ChallengeChannel
from studies.access_codes.demands import effective_second_factor
from studies.contacts.reachable import reachable_by
from studies.models import AccessCode, CodeChannel, PatientSecondFactor

SLIP = "slip"


@dataclass(frozen=True)
class Way:
    """`masked` is what a page may show of `recipient`: `••• 47`, `a•••@m•••.be`."""

    channel: ChallengeChannel
    recipient: str = field(repr=False)
    masked: str

    @property
    def is_sms(self) -> bool:
        return self.channel is ChallengeChannel.SMS


def ways_of(code: AccessCode, at: datetime) -> list[Way]:
    """The ways a token can take, SMS first. Empty: only a slip from the desk helps.

    A code and its token never travel by the same channel: where the one is taken, the token may take the other.
    """
    patient, institution = code.request.patient, code.request.institution
    wanted = _channels(code)
    return [
        Way(ChallengeChannel(by.channel.value), by.recipient, by.masked)
        for by in reachable_by(patient, institution, at)
        if by.channel.value in wanted
    ]


def chosen_way(ways: list[Way], wanted: str) -> Way | None:
    """The way that was chosen, the first where none was; None after choosing a slip, or where there is no way."""
    if wanted == SLIP:
        return None
    return next((way for way in ways if way.channel == wanted), ways[0] if ways else None)


def _channels(code: AccessCode) -> set[str]:
    """What the second factor may travel by, whatever is held of the patient."""
    institution = code.request.institution
    factor = effective_second_factor(code)
    if factor is PatientSecondFactor.NONE:
        return set()
    by_sms = factor is PatientSecondFactor.SMS or code.sent_by == CodeChannel.MAIL
    by_mail = institution.otp_by_mail if factor is PatientSecondFactor.OTP else institution.mail_when_sms_fails
    channels = set()
    if by_sms and code.sent_by != CodeChannel.SMS:
        channels.add(ChallengeChannel.SMS.value)
    if (by_mail or code.sent_by == CodeChannel.SMS) and code.sent_by != CodeChannel.MAIL:
        channels.add(ChallengeChannel.MAIL.value)
    return channels
