"""What somebody tries who wants in without paying, or wants the books to be wrong."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from stripe import WebhookSignature

from accounts.audit.actor import SYSTEM
from portal.checkout.services import begin_payment
from portal.models import LedgerEntry, Payment, PaymentStatus
from studies.access_codes.services import IssuedCode, issue
from studies.models import AccessCode, Request
from tests.factories import PatientFactory, RequestFactory, StudyFactory

from .conftest import PRICE, come_in, text_of
from .till import Mood, Till

pytestmark = pytest.mark.django_db
PAYMENT, BACK = "/patient/payment/", "/patient/payment/return/"
SECRET = "whsec_of_a_test"


@pytest.fixture
def payment(service: str, till: Till, issued: IssuedCode) -> Payment:
    return begin_payment(issued.code, "nl", SYSTEM, timezone.now())


def message(service: str, number: str, **more: Any) -> dict[str, Any]:
    """What the service would send about this number, for Django's test client."""
    if service == "mollie":
        return {"path": "/webhooks/mollie/", "data": {"id": number}}
    event = {"object": "event", "type": "checkout.session.completed", "data": {"object": {"id": number, **more}}}
    return {"path": "/webhooks/stripe/", "data": json.dumps(event), "content_type": "application/json"}


def is_open() -> bool:
    return AccessCode.objects.filter(settled_at__isnull=False).exists()


def test_a_message_is_a_hint_and_the_service_is_asked(
    client: Client, service: str, till: Till, payment: Payment
) -> None:
    assert client.post(**message(service, payment.provider_id)).status_code == 200
    assert not is_open(), "it was not paid, whatever the message says"
    till.pay(payment.provider_id)
    for _time in range(3):
        assert client.post(**message(service, payment.provider_id)).status_code == 200
    assert is_open()
    assert LedgerEntry.objects.count() == 1


def test_a_forged_message_that_says_paid_changes_nothing(
    client: Client, service: str, till: Till, payment: Payment
) -> None:
    client.post(**message(service, payment.provider_id, payment_status="paid", amount_total=PRICE))
    client.post(
        f"/webhooks/{service}/?status=paid", {"id": payment.provider_id, "status": "paid", "amount[value]": "12.50"}
    )
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.OPEN
    assert not is_open()


def test_messages_out_of_order_and_replayed_end_alike(
    client: Client, service: str, till: Till, payment: Payment
) -> None:
    till.pay(payment.provider_id)
    client.post(**message(service, payment.provider_id))
    till.give_back(payment.provider_id, PRICE)
    client.post(**message(service, payment.provider_id))
    till.freeze()
    before = list(LedgerEntry.objects.values_list("event", "amount_minor"))
    for _time in range(3):
        client.post(**message(service, payment.provider_id))
    assert list(LedgerEntry.objects.values_list("event", "amount_minor")) == before
    assert Payment.objects.get().status == PaymentStatus.REFUNDED


def test_unknown_numbers_answer_like_known_ones(client: Client, service: str, till: Till, payment: Payment) -> None:
    till.moods = [Mood.NOTHING]  # even where the service does not answer
    known = client.post(**message(service, payment.provider_id))
    for number in ("tr_unknown", "", "x" * 5000, "tr_'; DROP TABLE", "../../payments"):
        unknown = client.post(**message(service, number))
        assert (unknown.status_code, unknown.content) == (known.status_code, known.content) == (200, b"")
    assert len(till.calls) == 2, "nobody makes us ask about what we do not know"


def test_a_hint_that_could_not_be_followed_is_followed_later(
    client: Client, service: str, till: Till, payment: Payment
) -> None:
    till.pay(payment.provider_id)
    till.moods = [Mood.NOTHING]
    client.post(**message(service, payment.provider_id))
    waiting = Payment.objects.filter(hinted_at__isnull=False)
    assert waiting.exists()
    client.post(**message(service, payment.provider_id))
    assert not waiting.exists()
    assert is_open()


@pytest.mark.parametrize("address", ["/webhooks/mollie/", "/webhooks/stripe/"])
def test_a_long_message_is_not_read(client: Client, address: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(address, b"x" * 100_000, content_type="application/json")
    assert answer.status_code == 413
    assert len(queries) == 0


@pytest.mark.parametrize(
    "body", [b"", b"{", b"null", b"[]", b'{"data": 5}', b'{"data": {"object": null}}', b"\xff\xfe", b"[" * 60_000]
)
@pytest.mark.parametrize("address", ["/webhooks/mollie/", "/webhooks/stripe/"])
def test_nonsense_is_answered_like_anything(client: Client, address: str, body: bytes) -> None:
    answer = client.post(address, body, content_type="application/json")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("address", ["/webhooks/mollie/", "/webhooks/stripe/"])
def test_messages_come_by_post(client: Client, address: str) -> None:
    assert client.get(address).status_code == 405


def test_where_a_secret_is_set_stripes_messages_are_signed(
    client: Client, issued: IssuedCode, till: Till, settings: Any
) -> None:
    settings.PAYMENT_URL = f"stripe://sk_test@/?api={till.address}&webhook_secret={SECRET}"
    payment = begin_payment(issued.code, "nl", SYSTEM, timezone.now())
    till.pay(payment.provider_id)
    told = message("stripe", payment.provider_id)
    long_ago = int(timezone.now().timestamp()) - 3600
    forged = [
        "",
        "nonsense",
        WebhookSignature.generate_signature_header(told["data"], "whsec_guessed"),
        WebhookSignature.generate_signature_header(told["data"] + " ", SECRET),
        WebhookSignature.generate_signature_header(told["data"], SECRET, timestamp=long_ago),
    ]
    for signature in forged:
        assert client.post(**told, headers={"Stripe-Signature": signature}).status_code == 400
    assert not is_open()
    signature = WebhookSignature.generate_signature_header(told["data"], SECRET)
    assert client.post(**told, headers={"Stripe-Signature": signature}).status_code == 200
    assert is_open()


def test_a_message_about_a_refund_finds_its_payment_by_the_intent(
    client: Client, issued: IssuedCode, till: Till, settings: Any
) -> None:
    settings.PAYMENT_URL = f"stripe://sk_test@/?api={till.address}"
    payment = begin_payment(issued.code, "nl", SYSTEM, timezone.now())
    till.pay(payment.provider_id)
    client.post(**message("stripe", payment.provider_id))
    till.charge_back(payment.provider_id, PRICE)
    client.post(**message("stripe", "dp_1", payment_intent=payment.provider_id.replace("cs_", "pi_")))
    assert Payment.objects.get().status == PaymentStatus.CHARGED_BACK


def test_what_a_browser_sends_sets_no_amount_and_no_code(
    client: Client, issued: IssuedCode, annas: Request, service: str, till: Till
) -> None:
    come_in(client, issued)
    wanted = {"amount": "1", "price_minor": "1", "currency": "CZK", "code": str(uuid4()), "reference": "P-X"}
    client.post(
        f"{PAYMENT}?amount=1&price=0", wanted | {"return_url": "https://evil.example/", "next": "//evil.example"}
    )
    slip = till.the_only()
    assert (slip.amount, slip.currency) == (PRICE, "EUR")
    told = str(slip.sent)
    assert "evil" not in told
    assert "http://localhost:8000/patient/payment/return/" in told


def test_no_return_address_leads_elsewhere(client: Client, issued: IssuedCode, settings: Any) -> None:
    settings.PAYMENT_URL = "local:"
    come_in(client, issued)
    checkout = client.post(PAYMENT).headers["Location"]
    for query in ("?next=https://evil.example/", "?return_url=//evil.example"):
        back = client.post(checkout + query, {"outcome": "paid", "return_url": "https://evil.example/"})
        assert back.headers["Location"] == "http://localhost:8000/patient/payment/return/"
        page = client.get(BACK + query)
        assert 'href="https://evil' not in text_of(page)
        assert 'href="//evil' not in text_of(page)
        assert "evil" not in str(page.headers)


def test_one_patients_payment_opens_no_other_door(
    client: Client, issued: IssuedCode, annas: Request, settings: Any
) -> None:
    """Marc pays for himself, and then tries to have Anna's door opened with it."""
    settings.PAYMENT_URL = "local:"
    marc = RequestFactory(patient=PatientFactory(institution=annas.institution, name_alphabetic="Lefevre^Marc"))
    StudyFactory(request=marc)
    his = issue(marc, SYSTEM, timezone.now())
    come_in(client, his)
    client.post(client.post(PAYMENT).headers["Location"], {"outcome": "paid"})
    client.get(BACK)
    anna = Client()
    come_in(anna, issued)
    anna.get(BACK)
    assert anna.get("/patient/request/").headers["Location"] == "/patient/payment/"
    issued.code.refresh_from_db()
    assert issued.code.settled_at is None


def test_an_answer_with_anothers_reference_pays_for_nobody(
    client: Client, issued: IssuedCode, service: str, till: Till, payment: Payment
) -> None:
    """Whoever could mix up numbers at the service would still need the reference of the payment."""
    till.pay(payment.provider_id)
    till.slips[payment.provider_id].reference = "P-ANOTHER1"
    client.post(**message(service, payment.provider_id))
    assert not is_open()


@pytest.mark.parametrize("address", ["/patient/request/", "/patient/token/", "/patient/payment/receipt.pdf", BACK])
def test_no_address_goes_round_the_payment(client: Client, issued: IssuedCode, settings: Any, address: str) -> None:
    settings.PAYMENT_URL = "local:"
    come_in(client, issued)
    client.post(PAYMENT)
    for ask in (client.get, client.post):
        answer = ask(address)
        assert "Anna Peeters" not in answer.content.decode()
    assert not is_open()
    assert client.get(PAYMENT).status_code == 200


def test_without_a_code_there_is_no_payment_page(client: Client, settings: Any) -> None:
    settings.PAYMENT_URL = "local:"
    assert client.get(PAYMENT).headers["Location"] == "/patient/"
    assert client.post(PAYMENT).headers["Location"] == "/patient/"
    assert client.get(f"/patient/payment/local/{uuid4()}/").status_code == 404


def test_a_form_from_another_site_begins_no_payment(issued: IssuedCode, settings: Any) -> None:
    settings.PAYMENT_URL = "local:"
    browser = Client(enforce_csrf_checks=True)
    come_in(Client(), issued)
    assert browser.post(PAYMENT).status_code == 403
    assert not Payment.objects.exists()
