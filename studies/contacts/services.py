"""Writing to a patient."""

from datetime import datetime

from accounts.challenges.delivery import Delivery, carry
from accounts.challenges.values import Message
from accounts.models import ChallengeChannel
from accounts.throttling.limits import sms_of_institution
from accounts.throttling.services import take
from studies.models import Contact, Institution

from .reachable import Reachable


def tell(to: Reachable, message: Message, institution: Institution, at: datetime) -> bool:
    """Send a message, within seconds; False when it was refused or the institution has sent its SMS of the day.

    Not to be called within a transaction: nothing is locked while a carrier takes its time.
    """
    if to.channel is Contact.SMS:
        cap = sms_of_institution(institution.sms_per_day)
        if not take(cap, str(institution.uuid), at).allowed:
            return False
    return carry(ChallengeChannel(to.channel.value), to.recipient, message, "").delivery is not Delivery.FAILED
