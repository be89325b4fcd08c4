"""Mails to accounts."""

import logging
import time
from pathlib import Path
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import gettext_lazy

from accounts.mails import services
from accounts.mails.services import send_account_mail

TO = "lena@example.org"


@pytest.fixture(autouse=True)
def letters(tmp_path: Path, settings: Any) -> None:
    """One letter that exists for these tests."""
    folder = tmp_path / "accounts" / "mail"
    folder.mkdir(parents=True)
    (folder / "test.txt").write_text(
        '{% extends "accounts/mail/letter.txt" %}{% load i18n %}'
        '{% block body %}{% translate "Password" %}: {{ word }}{% endblock %}\n'
    )
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
    settings.OPERATOR_NAME = "Portal & Sons"
    settings.PUBLIC_URL = "https://portal.example"


class Refusing(BaseEmailBackend):
    def send_messages(self, email_messages: object) -> int:
        raise SMTPRecipientsRefused({TO: (550, b"no such mailbox")})


class Slow(BaseEmailBackend):
    def send_messages(self, email_messages: object) -> int:
        time.sleep(1)
        return 1


def sent(language: str = "en", word: str = "x") -> bool:
    return send_account_mail(TO, gettext_lazy("Password"), "test", {"word": word}, language)


def test_a_mail_is_plain_text_in_its_readers_language_and_says_who_sends_it() -> None:
    assert sent("nl", "R&D <b>")

    (letter,) = mail.outbox
    assert letter.to == [TO]
    assert letter.subject == "Wachtwoord"
    assert "Wachtwoord: R&D <b>" in letter.body
    assert "Portal & Sons\nhttps://portal.example" in letter.body


def test_a_subject_takes_values_of_the_context() -> None:
    send_account_mail(TO, "%(word)s at %(operator)s", "test", {"word": "News"}, "en")

    assert mail.outbox[0].subject == "News at Portal & Sons"


def test_a_subject_is_one_line() -> None:
    send_account_mail(TO, "one\r\nBcc: everyone@example.org", "test", {}, "en")

    assert mail.outbox[0].subject == "one Bcc: everyone@example.org"
    assert mail.outbox[0].recipients() == [TO]


def test_a_refused_mail_raises_nothing_and_names_nobody_in_the_log(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    with caplog.at_level(logging.WARNING, "pacsonweb.mails"):
        assert not sent()

    (line,) = caplog.records
    assert (line.getMessage(), line.fields) == (  # type: ignore[attr-defined]
        "mail.not_sent",
        {"template": "test", "why": "SMTPRecipientsRefused"},
    )


def test_a_slow_carrier_is_left_to_itself(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Slow"
    monkeypatch.setattr(services, "SECONDS", 0.1)
    began = time.monotonic()

    assert sent()
    assert time.monotonic() - began < 0.8
