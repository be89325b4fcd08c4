"""What the new code opens and owes, and what becomes of the one that was lost."""

from pathlib import Path

import pytest

from accounts.audit.actor import SYSTEM
from studies.access_codes import IssuedCode, Outcome, enter, issue
from studies.models import (
    AccessCode,
    CodeChannel,
    Institution,
    Patient,
    PatientSecondFactor,
    Request,
    RescueOutcome,
)
from tests.factories import RequestFactory, StudyFactory
from tests.factories.studies import NOON

from .story import BORN, DAY, HOME, MAIL, NUMBER, code_in, come_in, rescued, sms

pytestmark = pytest.mark.django_db


def test_the_old_code_lives_until_the_new_one_is_used(lost: IssuedCode, outbox: Path) -> None:
    rescued(NUMBER)
    assert enter(lost.text, BORN, HOME, NOON).outcome is Outcome.ENTERED
    come_in(code_in(sms(outbox)[0]["text"]))
    assert enter(lost.text, BORN, HOME, NOON).outcome is Outcome.REFUSED


def test_who_asks_twice_may_use_the_last_and_nothing_older_stays(lost: IssuedCode, outbox: Path) -> None:
    rescued(NUMBER)
    rescued(NUMBER)
    first, second = (code_in(message["text"]) for message in sms(outbox))
    assert enter(first, BORN, HOME, NOON).outcome is Outcome.ENTERED
    come_in(second)
    assert [enter(text, BORN, HOME, NOON).outcome for text in (lost.text, first)] == [Outcome.REFUSED] * 2
    assert enter(second, BORN, HOME, NOON).outcome is Outcome.ENTERED


@pytest.mark.parametrize("spoiled", [{"expires_at": NOON}, {"ended_at": NOON}])
def test_a_code_that_no_longer_works_is_replaced_too(
    lost: IssuedCode, outbox: Path, spoiled: dict[str, object]
) -> None:
    AccessCode.objects.update(**spoiled)
    assert rescued(NUMBER).outcome == RescueOutcome.SENT
    assert enter(code_in(sms(outbox)[0]["text"]), BORN, HOME, NOON).outcome is Outcome.ENTERED


def test_the_new_code_opens_and_owes_what_the_old_one_did_and_says_how_it_travelled(annas: Request) -> None:
    Institution.objects.update(price_minor=1500, free_copy_text="At the desk.", second_factor_per_code=True)
    annas.refresh_from_db()
    old = issue(annas, SYSTEM, NOON, report=False).code
    AccessCode.objects.update(second_factor=PatientSecondFactor.SMS, settled_at=NOON)
    Institution.objects.update(price_minor=2500)
    rescued(MAIL)
    new = AccessCode.objects.get(replaces=old)
    assert (new.images, new.report, new.price_minor, new.settled_at) == (True, False, 1500, NOON)
    assert (new.second_factor, new.sent_by) == (PatientSecondFactor.SMS, CodeChannel.MAIL)


def test_only_the_latest_request_that_had_a_code_gets_one(lost: IssuedCode, anna: Patient, outbox: Path) -> None:
    newer = StudyFactory(request=RequestFactory(patient=anna, requested_at=NOON - DAY)).request
    RequestFactory(patient=anna, requested_at=NOON)
    issue(newer, SYSTEM, NOON)
    assert rescued(NUMBER).request == newer
    assert len(sms(outbox)) == 1
