"""The audit log of a big portal is millions of looks: what is asked of the rest does not read them."""

from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import QuerySet

from accounts.account.exporting import audit_rows
from accounts.audit.actor import SYSTEM
from accounts.audit.services import record
from accounts.models import AuditAction, AuditEvent, User
from studies.institutions.history import changes_of
from studies.models import Institution
from tests.factories import InstitutionFactory, UserFactory
from tests.factories.studies import NOON

pytestmark = pytest.mark.django_db
ROWS = 20_000


@pytest.fixture
def ours() -> Institution:
    """An institution at which many looked."""
    house: Institution = InstitutionFactory()
    AuditEvent.objects.bulk_create(
        AuditEvent(at=NOON, action=AuditAction.LOOKED_AT_IMAGES, actor=uuid4(), institution=house.uuid)
        for _ in range(ROWS)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return house


def plan_of(rows: QuerySet[AuditEvent]) -> str:
    return str(rows.explain())


def test_the_history_of_an_institution_reads_no_looks(ours: Institution) -> None:
    record(AuditAction.POLICY_CHANGED, SYSTEM, NOON, institution=ours.uuid, details={})
    assert changes_of(ours).count() == 1
    index = "audit_of_settings" if connection.vendor == "postgresql" else "audit_by_institution"
    assert index in plan_of(changes_of(ours))


def test_what_concerns_an_account_reads_no_looks(ours: Institution) -> None:
    lena: User = UserFactory()
    record(AuditAction.RECORD_CHANGED, SYSTEM, NOON, details={"user": str(lena.uuid), "change": "account suspended"})
    record(AuditAction.LOGIN_FAILED, SYSTEM, NOON, details={"account": str(lena.uuid), "step": "password"})
    assert audit_rows(lena).count() == 2
    if connection.vendor == "postgresql":  # SQLite matches no expression whose constants are parameters
        plan = plan_of(audit_rows(lena))
        assert "audit_by_account" in plan
        assert "Seq Scan" not in plan
