"""The message that carries a new code, in neutral words: no examination, no department, no name."""

from django.conf import settings
from django.utils.translation import gettext

from accounts.challenges.values import Message
from studies.access_codes.services import IssuedCode
from studies.models import Contact


def new_code(issued: IssuedCode, channel: Contact) -> Message:
    """In the active language. The link opens nothing by itself: the date of birth is asked."""
    institution = issued.code.request.institution.name
    words = {
        "institution": institution,
        "code": issued.text,
        "link": f"{settings.PUBLIC_URL}/p/{issued.text}",
    }
    if channel is Contact.SMS:
        return Message(
            gettext("%(institution)s: your new code is %(code)s. Open %(link)s and have your date of birth ready.")
            % words
        )
    text = gettext(
        "Hello,\n\n"
        "somebody asked for a new code with your date of birth and this address. If it was you, here it is:\n\n"
        "    %(code)s\n\n"
        "Open %(link)s and type your date of birth.\n\n"
        "If it was not you, you need not do anything: without your date of birth the code opens nothing, and your old "
        "code stays as it was.\n\n"
        "%(institution)s"
    )
    return Message(text % words, gettext("Your new code from %(institution)s") % words)
