"""Where no worker runs the server itself sends the code, soon after the answer and never within it."""

import time
from pathlib import Path

import pytest
from django.core import mail
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from studies.access_codes import Birth, issue
from studies.institutions.services import found_institution
from studies.models import Rescue
from studies.rescue import soon
from studies.rescue.asking import ask
from studies.rescue.contacts import Asked
from tests.factories import PatientFactory, RequestFactory, StudyFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_who_ask_at_once_are_both_helped_by_one_sweep(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(soon, "PAUSE_SECONDS", 0.3)
    now = timezone.now()
    hospital = found_institution(slug="az", name="AZ Sint-Example", actor=SYSTEM, at=now)
    for name in ("anna", "bea"):
        patient = PatientFactory(institution=hospital, mail=f"{name}@example.org")
        issue(StudyFactory(request=RequestFactory(patient=patient)).request, SYSTEM, now)
    for name in ("anna", "bea"):
        assert ask(Asked(f"{name}@example.org", Birth(14, 9, 1951)), "en", "192.0.2.7", now).allowed
    assert not mail.outbox, "not before the answer"
    _wait_until_handled()
    assert sorted(message.to[0] for message in mail.outbox) == ["anna@example.org", "bea@example.org"]


def _wait_until_handled() -> None:
    deadline = time.monotonic() + 15
    while Rescue.objects.filter(outcome="").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    soon._pool.submit(lambda: None).result(timeout=15)
