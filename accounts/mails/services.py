"""Sending mails to accounts, within seconds.

SMTP times out between packets only, which a slow peer stretches without end; hence a thread and a clock.
"""

import logging
import threading
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise

from accounts.service_desk.contact import in_words

SECONDS = 3.0

_log = logging.getLogger("pacsonweb.mails")


def send_account_mail(to: str, subject: str | Promise, template: str, context: dict[str, Any], language: str) -> bool:
    """Send `templates/accounts/mail/{template}.txt` as plain text, in this language, at most 3 seconds long.

    Never raises for what is the carrier's fault: False when the mail was refused, True when it was handed over or may
    still be. The log names the template, never an address. `subject` is best lazy, so that it is read in the mail's
    language, and takes values of the context: `%(operator)s`, `%(portal_address)s` and the caller's. Not to be called
    within a transaction: nothing is locked while a carrier takes its time.
    """
    with translation.override(language):
        about = {
            "operator": settings.OPERATOR_NAME,
            "portal_address": settings.PUBLIC_URL,
            "service_desk": in_words(),
            **context,
        }
        text = render_to_string(f"accounts/mail/{template}.txt", about).strip() + "\n"
        line = " ".join((str(subject) % about).split())
    return _carry(EmailMessage(line, text, to=[to]), template)


def _carry(mail: EmailMessage, template: str) -> bool:
    failures: list[str] = []

    def work() -> None:
        try:
            mail.send()
        except (SMTPException, OSError, ValueError) as error:  # ValueError: an address that no header can carry
            failures.append(type(error).__name__)
            _log.warning("mail.not_sent", extra={"fields": {"template": template, "why": failures[0]}})

    carrier = threading.Thread(target=work, daemon=True, name="mail carrier")
    carrier.start()
    carrier.join(SECONDS)
    if carrier.is_alive():
        _log.warning("mail.late", extra={"fields": {"template": template}})
    return not failures
