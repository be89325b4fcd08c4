"""The books add up: whatever happens at the bank, and in whatever order and however often we hear of it."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.audit.actor import SYSTEM
from portal.checkout.interfaces import Movement, ProviderState, Told
from portal.checkout.ledger import held, status_after
from portal.checkout.recording import record_state
from portal.models import LedgerEntry, LedgerKind, Payment, PaymentStatus
from studies.access_codes.services import issue
from studies.models import AccessCode
from tests.factories import InstitutionFactory, PatientFactory, RequestFactory
from tests.factories.studies import NOON

pytestmark = pytest.mark.django_db
PRICE = 1000


@dataclass
class Bank:
    """One payment where its money is. Everything that ever moved stays in `movements`."""

    reference: str
    told: Told = Told.OPEN
    movements: list[Movement] = field(default_factory=list)

    @property
    def holds(self) -> int:
        return sum(movement.amount_minor for movement in self.movements)

    def state(self) -> ProviderState:
        return ProviderState(self.told, self.reference, tuple(self.movements))

    def happens(self, what: str, amount: int) -> None:
        paid = any(movement.kind == LedgerKind.CHARGE for movement in self.movements)
        number = f"{what} {len(self.movements)}"
        match what:
            case "end" if not paid:
                self.told = [Told.FAILED, Told.CANCELLED, Told.EXPIRED][amount % 3]
            case "pay" if not paid:
                self.told = Told.PAID
                self._move(LedgerKind.CHARGE, PRICE, number)
            case "refund" if self.holds >= amount:
                self._move(LedgerKind.REFUND, -amount, number)
            case "charge back" if self.holds > 0:
                self._move(LedgerKind.CHARGEBACK, -self.holds, number)
            case "come back":
                self._come_back()

    def _come_back(self) -> None:
        known = {movement.event for movement in self.movements}
        for movement in self.movements:
            returned = f"{movement.event}:returned"
            if movement.amount_minor < 0 and returned not in known:
                self._move(LedgerKind.RETURNED, -movement.amount_minor, returned)
                return

    def _move(self, kind: LedgerKind, amount: int, event: str) -> None:
        self.movements.append(Movement(kind, amount, "EUR", event))


HAPPENINGS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(["end", "pay", "refund", "charge back", "come back"]),
        st.integers(1, PRICE),
    ),
    max_size=12,
)


def owing() -> AccessCode:
    house = InstitutionFactory(price_minor=PRICE, free_copy_text="At the desk.")
    return issue(RequestFactory(patient=PatientFactory(institution=house)), SYSTEM, NOON).code


def payment_of(code: AccessCode, number: int) -> Payment:
    """The first is over before the second begins, as far as we know."""
    return Payment.objects.create(
        code=code,
        institution=code.request.institution,
        reference=f"P-{code.pk}-{number}",
        provider="mollie",
        provider_id=f"tr_{code.pk}_{number}",
        amount_minor=PRICE,
        currency="EUR",
        status=PaymentStatus.OPEN if number else PaymentStatus.EXPIRED,
        begun_at=NOON,
        changed_at=NOON,
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happenings=HAPPENINGS, heard=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 12)), max_size=20))
def test_what_the_books_say_is_what_is_held(
    happenings: list[tuple[int, str, int]], heard: list[tuple[int, int]]
) -> None:
    code = owing()
    payments = [payment_of(code, 0), payment_of(code, 1)]
    banks = [Bank(payment.reference) for payment in payments]
    news = [[bank.state()] for bank in banks]
    for which, what, amount in happenings:
        banks[which].happens(what, amount)
        news[which].append(banks[which].state())
    opened = False
    for hour, (which, moment) in enumerate(heard):
        state = news[which][moment % len(news[which])]
        record_state(payments[which], state, NOON + timedelta(hours=hour))
        opened = opened or any(movement.kind == LedgerKind.CHARGE for movement in state.movements)
        code.refresh_from_db()
        assert (code.settled_at is not None) is opened, "open if and only if we know that it is paid for"
    for _time in range(2):
        for payment, bank in zip(payments, banks, strict=True):
            record_state(payment, bank.state(), NOON + timedelta(days=2))
    for payment, bank in zip(payments, banks, strict=True):
        payment.refresh_from_db()
        assert held(payment.entries.all(), "EUR") == bank.holds
        assert LedgerEntry.objects.filter(payment=payment).count() == len(bank.movements)
    doors = [payment for payment in payments if payment.settled_at is not None]
    assert len(doors) <= 1, "a code is paid for by one payment; the other one goes back"
    paid = [bank for bank in banks if bank.movements]
    wishes = sum(payment.refunds.count() for payment in payments)
    assert wishes <= max(0, len(paid) - 1)


def entry(kind: LedgerKind, amount: int, event: str) -> LedgerEntry:
    return LedgerEntry(kind=kind, amount_minor=amount, currency="EUR", event=event)


CHARGE = entry(LedgerKind.CHARGE, PRICE, "tr")
ALL_BACK = entry(LedgerKind.REFUND, -PRICE, "re")
TAKEN = entry(LedgerKind.CHARGEBACK, -PRICE, "chb")
RETURNED = entry(LedgerKind.RETURNED, PRICE, "chb:returned")


@pytest.mark.parametrize(
    ("before", "told", "entries", "after"),
    [
        ("open", Told.OPEN, [], "open"),
        ("open", Told.FAILED, [], "failed"),
        ("expired", Told.OPEN, [], "expired"),
        ("expired", Told.PAID, [CHARGE], "paid"),
        ("paid", Told.OPEN, [CHARGE], "paid"),
        ("paid", Told.EXPIRED, [CHARGE], "paid"),
        ("paid", Told.PAID, [CHARGE, entry(LedgerKind.REFUND, -1, "re")], "paid"),
        ("paid", Told.PAID, [CHARGE, ALL_BACK], "refunded"),
        ("paid", Told.PAID, [CHARGE, TAKEN], "charged_back"),
        ("charged_back", Told.PAID, [CHARGE, TAKEN, RETURNED], "paid"),
        ("open", Told.PAID, [], "open"),
    ],
)
def test_money_beats_words(before: str, told: Told, entries: list[LedgerEntry], after: str) -> None:
    assert status_after(before, told, entries, "EUR") == after
