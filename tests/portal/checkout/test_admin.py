"""The desk and the payments: who paid, giving back, paid at the desk, and who decides about access."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.models import AuditAction, AuditEvent
from portal.checkout.ledger import held
from portal.checkout.services import begin_payment, look_up
from portal.models import OwingCode, Payment, PaymentFlag, PaymentStatus, PlayedPayment, Refund
from studies.access_codes.services import IssuedCode
from studies.institutions.settings import change_settings
from studies.models import AccessCode, AppointmentRole, Institution
from tests.factories.accounts import enter_as_patient
from tests.studies.institutions.staff import address, as_, house, staff

from .conftest import PRICE, come_in, text_of

pytestmark = pytest.mark.django_db
GOES_BACK = "The money goes back. The list of refunds below says when it is done."


@pytest.fixture
def desk(hospital: Institution) -> Client:
    return as_(staff(AppointmentRole.DESK, hospital))


@pytest.fixture
def paid(issued: IssuedCode, settings: Any) -> Payment:
    settings.PAYMENT_URL = "local:"
    payment = begin_payment(issued.code, "nl", SYSTEM, timezone.now())
    PlayedPayment.objects.update(outcome="paid", decided_at=timezone.now())
    return look_up(payment, timezone.now())


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def refund(desk: Client, payment: Payment, **form: str) -> Any:
    wanted = {"wish": str(uuid4()), "amount": "12.50", "reason": "ordered twice"} | form
    sent = {f"refund-{name}": value for name, value in wanted.items()}
    return desk.post(address(payment, "do/refund"), sent, follow=True)


def balance(payment: Payment) -> int:
    return held(payment.entries.all(), "EUR")


def owes(issued: IssuedCode) -> bool:
    return AccessCode.objects.get(pk=issued.code.pk).settled_at is None


def test_the_desk_sees_each_payment_with_its_movements(desk: Client, paid: Payment) -> None:
    refund(desk, paid, amount="2.50")
    page = text_of(desk.get(address(paid)))
    for words in ("€12.50", "-€2.50", "€10.00", paid.reference, "ordered twice", "given back"):
        assert words in page
    assert paid.reference in text_of(desk.get(address(Payment)))


def test_giving_back_in_full_and_access_stays(desk: Client, paid: Payment, issued: IssuedCode) -> None:
    assert said(refund(desk, paid)) == [GOES_BACK]
    paid.refresh_from_db()
    assert (paid.status, balance(paid), paid.flag) == (PaymentStatus.REFUNDED, 0, "")
    assert not owes(issued)
    row = AuditEvent.objects.get(action=AuditAction.PAYMENT_REFUNDED)
    assert (row.details["amount_minor"], row.details["reason"]) == (PRICE, "ordered twice")


def test_what_the_provider_refuses_is_said(desk: Client, paid: Payment) -> None:
    PlayedPayment.objects.update(refunds=[{"mark": "", "amount": PRICE}], outcome="open")
    assert said(refund(desk, paid)) == ["The provider refuses to give this back. Look at the payment there."]
    assert Payment.objects.get().flag == PaymentFlag.REFUND_REFUSED


def test_giving_back_and_ending_access_puts_the_patient_out(desk: Client, paid: Payment, issued: IssuedCode) -> None:
    patient = Client()
    enter_as_patient(patient, issued.code.uuid)
    assert patient.get("/patient/request/").status_code == 200
    refund(desk, paid, access_ends="on")
    assert owes(issued)
    assert patient.get("/patient/request/").status_code == 302
    assert come_in(Client(), issued).headers["Location"] == "/patient/payment/"


def test_a_double_click_gives_back_once(desk: Client, paid: Payment) -> None:
    wish = str(uuid4())
    for _click in range(2):
        refund(desk, paid, wish=wish, amount="5")
    assert balance(paid) == PRICE - 500
    assert Refund.objects.count() == 1


@pytest.mark.parametrize("amount", ["12.51", "0", "-1", "", "abc", "0.001", "99999999999"])
def test_what_cannot_be_given_back_is_not(desk: Client, paid: Payment, amount: str) -> None:
    answer = refund(desk, paid, amount=amount)
    assert len(said(answer)) == 1
    assert said(answer) != [GOES_BACK]
    assert balance(paid) == PRICE


def test_without_a_reason_nothing_is_given_back(desk: Client, paid: Payment) -> None:
    refund(desk, paid, reason="")
    assert balance(paid) == PRICE


def test_the_desk_decides_about_access_and_clears_the_flag(desk: Client, paid: Payment, issued: IssuedCode) -> None:
    Payment.objects.update(flag=PaymentFlag.CHARGED_BACK)
    start = text_of(desk.get("/admin/"))
    assert "Payments" in start
    for deed, after in (("end-access", True), ("restore-access", False)):
        desk.post(address(paid, f"do/{deed}"))
        assert owes(issued) is after
    desk.post(address(paid, "do/seen"))
    paid.refresh_from_db()
    assert paid.flag == ""


def test_paid_at_the_desk_opens_the_door_and_gives_a_receipt(desk: Client, issued: IssuedCode) -> None:
    code = OwingCode.objects.get()
    answer = desk.post(address(code, "do/paid"), follow=True)
    assert said(answer) == ["Noted as paid."]
    payment = Payment.objects.get()
    assert (payment.provider, payment.status, balance(payment)) == ("desk", PaymentStatus.PAID, PRICE)
    patient = Client()
    assert come_in(patient, issued).headers["Location"] == "/patient/request/"
    assert patient.get("/patient/payment/receipt.pdf").status_code == 200
    again = desk.post(address(code, "do/paid"), follow=True)
    assert said(again) == ["This was already done, or is no longer possible."]
    assert Payment.objects.count() == 1
    refund(desk, payment, amount="12.50")
    payment.refresh_from_db()
    assert (payment.status, balance(payment)) == (PaymentStatus.REFUNDED, 0)


def test_paid_at_the_desk_and_online_the_second_goes_back(desk: Client, issued: IssuedCode, settings: Any) -> None:
    settings.PAYMENT_URL = "local:"
    online = begin_payment(issued.code, "nl", SYSTEM, timezone.now())
    desk.post(address(OwingCode.objects.get(), "do/paid"))
    PlayedPayment.objects.update(outcome="paid", decided_at=timezone.now())
    online = look_up(online, timezone.now())
    assert balance(online) == 0
    assert Payment.objects.get(pk=online.pk).flag == PaymentFlag.PAID_TWICE
    assert not owes(issued)


def test_a_free_copy_is_let_in_with_a_reason(desk: Client, issued: IssuedCode) -> None:
    code = OwingCode.objects.get()
    desk.post(address(code, "do/waive"), {"waive-reason": ""})
    assert owes(issued)
    desk.post(address(code, "do/waive"), {"waive-reason": "free copy by law"})
    assert not owes(issued)
    assert not Payment.objects.exists()


def test_another_hospitals_payments_are_not_there(paid: Payment) -> None:
    stranger = as_(staff(AppointmentRole.ADMINISTRATOR, house("Clinique du Parc", "Lefevre^Marc").institution))
    assert paid.reference not in text_of(stranger.get(address(Payment)))
    assert refund(stranger, paid).status_code == 404
    assert balance(paid) == PRICE


@pytest.mark.parametrize("role", [AppointmentRole.AUDITOR, AppointmentRole.PHYSICIAN])
def test_who_is_neither_desk_nor_administrator_moves_no_money(
    hospital: Institution, paid: Payment, role: AppointmentRole
) -> None:
    assert refund(as_(staff(role, hospital)), paid).status_code in (403, 404)
    assert balance(paid) == PRICE


def test_payments_are_found_by_reference_and_by_filters(desk: Client, paid: Payment) -> None:
    listed = desk.post(address(Payment), {"search": paid.reference}, follow=True)
    assert list(listed.context["cl"].result_list) == [paid]
    for query, found in (
        ("status=paid", 1),
        ("status=failed", 0),
        ("flagged=yes", 0),
        ("since=day", 1),
        ("provider=local", 1),
    ):
        answer = desk.get(
            f"{address(Payment)}?{query.replace('status=', 'status__exact=').replace('provider=', 'provider__exact=')}"
        )
        assert len(answer.context["cl"].result_list) == found, query


def test_a_list_costs_the_same_for_one_and_for_many(desk: Client, paid: Payment) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            desk.get(address(Payment))
        return len(captured)

    queries()
    few = queries()
    for number in range(5):
        paid.pk, paid.uuid, paid.reference, paid.provider_id = None, uuid4(), f"P-{number}", f"n{number}"
        paid.save()
    assert queries() == few


def test_no_price_without_saying_how_to_get_a_free_copy(hospital: Institution) -> None:
    administrator = as_(staff(AppointmentRole.ADMINISTRATOR, hospital))
    page = administrator.get(address(hospital))
    form = {name: field.initial for name, field in page.context["adminform"].form.fields.items()}
    form |= page.context["adminform"].form.initial
    wanted = {name: value for name, value in form.items() if value not in (None, False)} | {"free_copy_text": "  "}
    answer = administrator.post(address(hospital), wanted)
    assert "Say how to get a free copy before you ask for money." in text_of(answer)
    hospital.refresh_from_db()
    assert hospital.free_copy_text


def test_nor_by_the_service_alone(hospital: Institution) -> None:
    with pytest.raises(Exception, match="free copy"):
        change_settings(hospital, {"free_copy_text": ""}, SYSTEM, timezone.now())
    change_settings(hospital, {"price_minor": 0, "free_copy_text": ""}, SYSTEM, timezone.now())
    with pytest.raises(Exception, match="free copy"):
        change_settings(hospital, {"price_minor": 100}, SYSTEM, timezone.now())
    with pytest.raises(Exception, match="currency"):
        change_settings(hospital, {"price_currency": "JPY"}, SYSTEM, timezone.now())
