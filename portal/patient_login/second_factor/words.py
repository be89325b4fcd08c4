"""What a token's message says: neutral, without a medical word, a hospital or a name."""

from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.challenges.values import Message
from accounts.models import ChallengeChannel


def words_for(channel: ChallengeChannel, token: str) -> Message:
    """The message in the present language. Its first group of six digits is the token.

    The last line of a text message lets the browser fill the token in on this portal's pages and nowhere else
    (origin-bound one-time codes, https://wicg.github.io/sms-one-time-codes/).
    """
    lines = [
        _("%(token)s is your token for %(operator)s. It works for 10 minutes, once.")
        % {"token": token, "operator": settings.OPERATOR_NAME},
        _("Tell it to nobody. If you did not ask for it, you need not do anything."),
    ]
    if channel is ChallengeChannel.SMS:
        return Message("\n".join([*lines, "", f"@{urlsplit(settings.PUBLIC_URL).hostname} #{token}"]))
    subject = _("Your token for %(operator)s") % {"operator": settings.OPERATOR_NAME}
    return Message("\n\n".join(lines) + "\n", subject)
