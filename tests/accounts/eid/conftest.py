"""A portal that believes one authority."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.x509 import Certificate
from django.test import Client
from django.utils import timezone

from .authority import COURIER, Authority, Card, LocalCourier, Responder
from .door import ORIGIN, Door, pin

Answering = Callable[[Responder, Certificate, Certificate], None]


@pytest.fixture
def authorities(tmp_path: Path, settings: Any) -> Path:
    """The folder of this portal's authorities; nobody is in it yet."""
    settings.EID_CERTIFICATES = str(tmp_path / "eid")
    settings.PUBLIC_URL = ORIGIN
    settings.EID_OCSP_COURIER = COURIER
    settings.EID_OCSP_WITHOUT_NONCE = []
    return tmp_path / "eid"


@pytest.fixture
def authority(authorities: Path) -> Authority:
    made = Authority()
    pin(authorities, made.certificate)
    return made


@pytest.fixture
def answering() -> Iterator[Answering]:
    """Have a responder answer from now on about a certificate of an issuer."""
    LocalCourier.answers, LocalCourier.asked = None, []

    def answer(responder: Responder, about: Certificate, issuer: Certificate) -> None:
        LocalCourier.answers = lambda _, question: responder.answer(question, about, issuer, timezone.now())

    yield answer
    LocalCourier.answers, LocalCourier.asked = None, []


@pytest.fixture
def card(authority: Authority, answering: Answering) -> Card:
    """A good card, for which its authority vouches."""
    made = authority.card()
    answering(authority.responder, made.certificate, authority.certificate)
    return made


@pytest.fixture
def door(client: Client, authorities: Path) -> Door:
    return Door(client, ORIGIN)
