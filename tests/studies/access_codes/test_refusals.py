"""The desk finds out what a refused patient was refused for."""

from datetime import timedelta
from uuid import uuid4

import pytest

from studies.access_codes import Birth, IssuedCode, Refusal, enter
from studies.access_codes.codes import fresh, shown
from studies.access_codes.refusals import RECALLED_FOR, refusals_named, refusals_seen_by
from tests.factories.studies import NOON

pytestmark = pytest.mark.django_db
WRONG = Birth(15, 9, 1951)


@pytest.mark.parametrize("said", ["{}", " {} ", "{}\n"])
def test_by_the_reference_the_desk_finds_the_true_reason(letter: IssuedCode, said: str) -> None:
    reference = enter(letter.text, WRONG, "192.0.2.7", NOON).reference
    ours = [letter.code.request.institution.uuid]
    for spoken in (said.format(reference), reference.lower(), reference.replace("-", " ")):
        [found] = refusals_named(spoken, ours, NOON + timedelta(hours=1))
        assert Refusal(found.details["reason"]) is Refusal.WRONG_DATE
        assert found.request == letter.code.request.uuid


def test_another_institutions_desk_finds_nothing_of_this_code(letter: IssuedCode) -> None:
    reference = enter(letter.text, WRONG, "192.0.2.7", NOON).reference
    assert not refusals_named(reference, [uuid4()], NOON).exists()


def test_every_desk_finds_a_code_that_does_not_exist() -> None:
    reference = enter(shown(fresh()), WRONG, "192.0.2.7", NOON).reference
    [found] = refusals_named(reference, [uuid4()], NOON)
    assert Refusal(found.details["reason"]) is Refusal.UNKNOWN_CODE


def test_a_reference_is_forgotten_after_a_while_and_others_are_not_found_by_it(letter: IssuedCode) -> None:
    ours = [letter.code.request.institution.uuid]
    first = enter(letter.text, WRONG, "192.0.2.7", NOON).reference
    enter(letter.text, WRONG, "192.0.2.7", NOON)
    assert refusals_seen_by(ours).count() == 2
    assert refusals_named(first, ours, NOON).count() == len(refusals_seen_by(ours).filter(details__reference=first))
    assert not refusals_named(first, ours, NOON + RECALLED_FOR).exists()
    assert not refusals_named("", ours, NOON).exists()
