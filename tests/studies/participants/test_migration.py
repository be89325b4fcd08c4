"""Participants that came before their digits were kept."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from studies.models import Participant, ParticipantRole
from studies.participants.numbers import digits_of
from tests.factories import RequestFactory

WRITTEN = [
    ("riziv", "1-00123-45-004"),
    ("riziv", "1001234"),
    ("riziv", "R10012345"),
    ("rpps", "10001234567"),
    ("national", "at 12.34/x"),
    ("national", "1234"),
    ("local", "10012345"),
    ("", ""),
]


@pytest.mark.django_db
def test_their_digits_are_filled_in_as_they_would_be_now(monkeypatch: pytest.MonkeyPatch) -> None:
    migration = import_module("studies.migrations.0006_digits_of_participants")
    monkeypatch.setattr(migration, "_AT_ONCE", 2)
    request = RequestFactory()
    for system, identifier in WRITTEN:
        Participant.objects.create(
            request=request, role=ParticipantRole.REQUESTER, system=system, identifier=identifier, name="Dubois^L"
        )
    for _ in range(2):  # interrupted, and run again
        migration.fill_in(apps, connection.schema_editor())
    filled = Participant.objects.order_by("pk").values_list("system", "identifier", "digits")
    assert list(filled) == [(system, written, digits_of(system, written)) for system, written in WRITTEN]
