"""A patient pays: the page before it, the way to the service and back, and what the page says however it went."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from portal.checkout.local import LATE
from portal.checkout.services import pay_at_desk
from portal.models import Payment, PaymentStatus, PlayedPayment
from studies.access_codes.services import IssuedCode, issue
from studies.models import AccessCode, Institution, PatientSecondFactor, Request

from .conftest import FREE_COPY, PRICE, come_in, text_of
from .till import Mood, Till

pytestmark = pytest.mark.django_db
PAYMENT, BACK = "/patient/payment/", "/patient/payment/return/"


@pytest.fixture(autouse=True)
def local(settings: Any) -> None:
    settings.PAYMENT_URL = "local:"


def play(client: Client, outcome: str) -> Any:
    """Press the button, and on the service's page the button of this outcome; the page that comes back."""
    to_service = client.post(PAYMENT)
    assert to_service.status_code == 302
    back = client.post(to_service.headers["Location"], {"outcome": outcome})
    assert back.headers["Location"].endswith(BACK)
    return client.get(BACK)


def test_before_paying_the_patient_sees_what_for_and_how_to_do_without(client: Client, issued: IssuedCode) -> None:
    assert come_in(client, issued).headers["Location"] == PAYMENT
    page = text_of(client.get(PAYMENT))
    for words in ("18 November 2026", "AZ Sint-Example, Brussels", FREE_COPY, "€12.50", "Pay €12.50"):
        assert words in page
    assert page.index(FREE_COPY) < page.index("€12.50"), "the free copy stands above the price"
    assert "Peeters" not in page
    assert "CT head" not in page


def test_paid_the_door_opens(client: Client, issued: IssuedCode) -> None:
    come_in(client, issued)
    page = play(client, "paid")
    assert "Thank you, that is paid" in text_of(page)
    assert "Refresh" not in page.headers
    assert client.get(PAYMENT).headers["Location"] == "/patient/request/"
    assert "Anna Peeters" in text_of(client.get("/patient/request/"))


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("failed", "did not accept the payment. No money was taken."),
        ("cancelled", "You stopped the payment. No money was taken."),
        ("expired", "The time for this payment is over. No money was taken."),
    ],
)
def test_what_did_not_work_is_said_and_can_be_tried_again(
    client: Client, issued: IssuedCode, outcome: str, words: str
) -> None:
    come_in(client, issued)
    assert words in text_of(play(client, outcome))
    assert client.get("/patient/request/").headers["Location"] == PAYMENT
    assert "did not go through" in text_of(client.get(PAYMENT))
    assert "that is paid" in text_of(play(client, "paid"))


def test_late_word_is_waited_for(client: Client, issued: IssuedCode) -> None:
    come_in(client, issued)
    waiting = play(client, "late")
    assert "One moment" in text_of(waiting)
    assert waiting.headers["Refresh"] == "4", "by itself, without a script"
    PlayedPayment.objects.update(decided_at=timezone.now() - LATE)
    assert "that is paid" in text_of(client.get(BACK))


def test_coming_back_alone_opens_nothing(client: Client, issued: IssuedCode) -> None:
    come_in(client, issued)
    client.post(PAYMENT)
    for query in ("", "?status=paid", "?id=tr_1&success=true", "?next=https://evil.example/"):
        assert "One moment" in text_of(client.get(BACK + query))
    assert client.get("/patient/request/").headers["Location"] == PAYMENT
    assert AccessCode.objects.get().settled_at is None


def test_a_double_click_and_two_tabs_give_one_payment(client: Client, issued: IssuedCode) -> None:
    come_in(client, issued)
    first, second = client.post(PAYMENT), client.post(PAYMENT)
    assert first.headers["Location"] == second.headers["Location"]
    another = Client()
    come_in(another, issued)
    assert another.post(PAYMENT).headers["Location"] == first.headers["Location"]
    assert Payment.objects.count() == 1


def test_who_paid_and_closed_the_browser_goes_on(client: Client, issued: IssuedCode) -> None:
    come_in(client, issued)
    checkout = client.post(PAYMENT).headers["Location"]
    client.post(checkout, {"outcome": "paid"})
    assert come_in(Client(), issued).headers["Location"] == "/patient/request/"


def test_who_comes_back_in_another_browser_is_told_to_come_in_again(client: Client, issued: IssuedCode) -> None:
    come_in(client, issued)
    checkout = client.post(PAYMENT).headers["Location"]
    other = Client()
    page = text_of(other.get(other.post(checkout, {"outcome": "paid"}).headers["Location"]))
    assert "you will not be asked to pay again" in page
    assert come_in(other, issued).headers["Location"] == "/patient/request/"


def test_a_new_price_touches_no_code_that_was_given_out(client: Client, issued: IssuedCode, annas: Request) -> None:
    Institution.objects.update(price_minor=9900)
    come_in(client, issued)
    assert "€12.50" in text_of(client.get(PAYMENT))
    annas.institution.refresh_from_db()
    later = issue(annas, SYSTEM, timezone.now())
    other = Client()
    come_in(other, later)
    assert "€99.00" in text_of(other.get(PAYMENT))
    Institution.objects.update(price_minor=0)
    annas.institution.refresh_from_db()
    assert come_in(Client(), issue(annas, SYSTEM, timezone.now())).headers["Location"] == "/patient/request/"


def test_who_paid_for_one_code_pays_for_no_other_of_the_request(
    client: Client, issued: IssuedCode, annas: Request
) -> None:
    sooner = issue(annas, SYSTEM, timezone.now())
    come_in(client, issued)
    play(client, "paid")
    later = issue(annas, SYSTEM, timezone.now())
    for code in (sooner, later):
        assert come_in(Client(), code).headers["Location"] == "/patient/request/"


def test_paid_at_the_desk_meanwhile_the_page_leads_on(client: Client, issued: IssuedCode) -> None:
    come_in(client, issued)
    client.get(PAYMENT)
    pay_at_desk(issued.code, SYSTEM, timezone.now())
    assert client.post(PAYMENT).headers["Location"] == "/patient/request/"
    assert Payment.objects.get().provider == "desk"


def test_payment_comes_before_the_second_factor(client: Client, issued: IssuedCode, hospital: Institution) -> None:
    Institution.objects.update(patient_second_factor=PatientSecondFactor.SMS)
    issued.code.request.patient.mobile = "+32470000047"
    issued.code.request.patient.save()
    assert come_in(client, issued).headers["Location"] == PAYMENT
    page = text_of(client.get(PAYMENT))
    assert "47" in page
    assert "+32470000047" not in page
    play(client, "paid")
    assert client.get(PAYMENT).headers["Location"] == "/patient/token/"
    assert client.get("/patient/request/").headers["Location"] == "/patient/token/"


def test_nobody_pays_where_no_token_can_come(client: Client, issued: IssuedCode) -> None:
    Institution.objects.update(patient_second_factor=PatientSecondFactor.SMS)
    come_in(client, issued)
    page = text_of(client.get(PAYMENT))
    assert "Please call the desk before you pay" in page
    assert "Pay €12.50" not in page
    assert client.post(PAYMENT).status_code == 200
    assert not Payment.objects.exists()


def test_without_a_service_the_page_leads_to_the_desk(client: Client, issued: IssuedCode, settings: Any) -> None:
    settings.PAYMENT_URL = ""
    come_in(client, issued)
    page = text_of(client.get(PAYMENT))
    assert "Paying does not work just now" in page
    assert 'href="tel:+32-2-555-01-00"' in page
    assert "Pay €12.50" not in page


def test_a_service_that_does_not_answer_is_said(client: Client, issued: IssuedCode, settings: Any, till: Till) -> None:
    settings.PAYMENT_URL = f"mollie://test_key@/?api={till.address}"
    come_in(client, issued)
    till.moods = [Mood.NOTHING]
    assert "Paying does not work just now" in text_of(client.post(PAYMENT))
    client.post(PAYMENT)
    till.moods = [Mood.BROKEN]
    back = client.get(BACK)
    assert "nothing is lost" in text_of(back)
    assert back.headers["Refresh"] == "4"


def test_the_button_may_lead_to_the_service_and_the_page_nowhere_else(
    client: Client, issued: IssuedCode, settings: Any, till: Till
) -> None:
    settings.PAYMENT_URL = f"stripe://sk_test@/?api={till.address}"
    come_in(client, issued)
    policy = client.get(PAYMENT).headers["Content-Security-Policy"]
    assert "form-action 'self' https://checkout.stripe.com" in policy
    assert "form-action 'self';" in client.get(BACK).headers["Content-Security-Policy"] + ";"


def test_too_many_begun_payments_are_refused(client: Client, issued: IssuedCode) -> None:
    come_in(client, issued)
    client.post(PAYMENT)
    one = Payment.objects.get()
    for number in range(20):
        one.pk, one.uuid, one.reference, one.provider_id = None, uuid4(), f"P-{number}", ""
        one.status = PaymentStatus.FAILED
        one.save()
    PlayedPayment.objects.update(outcome="failed")
    assert "Too many payments were begun" in text_of(client.post(PAYMENT))


def test_a_receipt_names_no_patient_and_no_examination(client: Client, issued: IssuedCode) -> None:
    come_in(client, issued)
    assert client.get("/patient/payment/receipt.pdf").status_code == 404
    play(client, "paid")
    receipt = client.get("/patient/payment/receipt.pdf")
    assert receipt.headers["Content-Type"] == "application/pdf"
    assert receipt.content.startswith(b"%PDF")
    assert b"pdfuaid" in receipt.content
    client.get(PAYMENT)
    assert client.get("/patient/payment/receipt.pdf").status_code == 200, "also once the patient is in"
    assert Client().get("/patient/payment/receipt.pdf").status_code == 404


def test_the_played_service_is_there_for_the_demo_alone(client: Client, issued: IssuedCode, settings: Any) -> None:
    come_in(client, issued)
    checkout = client.post(PAYMENT).headers["Location"]
    settings.PAYMENT_URL = "mollie://test_key@"
    assert client.get(checkout).status_code == 404
    assert client.post(checkout, {"outcome": "paid"}).status_code == 404
    assert AccessCode.objects.get().settled_at is None


def test_after_half_an_hour_the_login_is_over_and_the_payment_is_not(client: Client, issued: IssuedCode) -> None:
    come_in(client, issued)
    checkout = client.post(PAYMENT).headers["Location"]
    client.post(checkout, {"outcome": "paid"})
    session = client.session
    session["patient_login"] = {**session["patient_login"], "begun": (timezone.now() - timedelta(hours=1)).isoformat()}
    session.save()
    assert "come in again" in text_of(client.get(BACK))
    assert come_in(client, issued).headers["Location"] == "/patient/request/"
    assert Payment.objects.get().amount_minor == PRICE
