"""Receipts in every language, and amounts as each writes them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.money import in_words
from portal.checkout.receipt import receipt_of
from portal.checkout.refunds import Wish, refund
from portal.checkout.services import pay_at_desk
from studies.access_codes.services import IssuedCode
from tests.factories.scripts import SAYS_SO, UNPRINTABLE, without_further_typefaces
from tests.portal.letters.paper import read


@pytest.mark.parametrize(
    ("language", "written"), [("nl", "€ 12,50"), ("fr", "12,50 €"), ("de", "12,50 €"), ("en", "€12.50")]
)
def test_amounts_are_written_as_the_language_does(language: str, written: str) -> None:
    assert " ".join(in_words(1250, "EUR", language).split()) == written


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_a_receipt_is_pdf_ua_in_its_language(issued: IssuedCode, language: str) -> None:
    payment = pay_at_desk(issued.code, SYSTEM, timezone.now())
    pdf = receipt_of(payment, language)
    assert pdf.startswith(b"%PDF-1.7")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert f"/Lang ({language})".encode() in pdf or f"/Lang({language})".encode() in pdf


@pytest.mark.django_db
@pytest.mark.parametrize("name", UNPRINTABLE.values(), ids=UNPRINTABLE)
def test_a_receipt_of_whoever_cannot_be_printed_says_so(
    issued: IssuedCode, name: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_further_typefaces(monkeypatch)
    settings.OPERATOR_NAME = name
    [sheet] = read(receipt_of(pay_at_desk(issued.code, SYSTEM, timezone.now()), "en"))
    assert "€12.50" in sheet.words
    assert sheet.words.endswith(SAYS_SO)


@pytest.mark.django_db
def test_the_same_receipt_is_the_same_file_and_tells_what_went_back(issued: IssuedCode) -> None:
    at = datetime(2026, 11, 18, 12, tzinfo=UTC)
    payment = pay_at_desk(issued.code, SYSTEM, at)
    first = receipt_of(payment, "en")
    assert receipt_of(payment, "en") == first
    refund(payment, Wish(payment.uuid, 250, "some of it"), SYSTEM, at)
    assert receipt_of(payment, "en") != first
