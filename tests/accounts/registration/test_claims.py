"""A verified physician says that a number is theirs: nothing comes of it before the service desk agrees."""

from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.audit.actor import SYSTEM, Actor, ActorKind
from accounts.models import (
    AuditAction,
    AuditEvent,
    ClaimState,
    IdentifierClaim,
    IdentifierKind,
    Physician,
    PhysicianIdentifier,
)
from accounts.registration.claims import claim_identifier, withdraw_claim
from accounts.service_desk.services import add_identifier
from studies.models import Study
from tests.accounts.registration.applicants import GOOD_RIZIV, NOON
from tests.factories import PhysicianFactory
from tests.factories.imaging import ct, delivered, numbered
from tests.factories.studies import InstitutionFactory
from tests.studies.institutions.staff import address, as_, service_desk

pytestmark = pytest.mark.django_db
RIZIV, BIG = IdentifierKind.RIZIV, IdentifierKind.BIG


@pytest.fixture
def eve() -> Physician:
    made: Physician = PhysicianFactory(user__first_name="Eve")
    return made


def claims(
    physician: Physician, value: str = GOOD_RIZIV, kind: IdentifierKind = RIZIV, replaces: Any = None
) -> IdentifierClaim:
    actor = Actor(ActorKind.ACCOUNT, physician.user.uuid)
    return claim_identifier(physician, "BE", kind, value, replaces, actor, NOON)


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_a_claim_waits_and_changes_nothing(eve: Physician) -> None:
    claim = claims(eve, "1-12345-78-004")

    assert (claim.value, claim.state) == (GOOD_RIZIV, ClaimState.WAITING)
    assert not eve.identifiers.exists()
    row = AuditEvent.objects.get(action=AuditAction.IDENTIFIER_CLAIMED)
    assert row.details["physician"] == str(eve.uuid)
    assert claims(eve) == claim  # asking twice is asking once


def test_what_cannot_be_claimed_says_why(eve: Physician) -> None:
    own = add_identifier(eve, "BE", RIZIV, GOOD_RIZIV, SYSTEM, NOON)
    others = add_identifier(PhysicianFactory(), "NL", BIG, "19012345601", SYSTEM, NOON)
    for value, replaces, sentence in (
        ("none", None, "This is not a number of a register."),
        (own.value, None, "You have this number already."),
        ("10012345004", others, "Only a number of your own can be corrected."),
    ):
        with pytest.raises(ValidationError, match=sentence):
            claims(eve, value, replaces=replaces)
    for number in range(10):
        claims(eve, f"1001234500{number}")
    with pytest.raises(ValidationError, match="Please wait"):
        claims(eve, "10099999004")


def test_the_service_desk_accepts_and_the_corrected_number_goes(eve: Physician) -> None:
    old = add_identifier(eve, "BE", RIZIV, "10012345004", SYSTEM, NOON)
    claim = claims(eve, replaces=old)
    desk = as_(service_desk())
    assert str(old) in desk.get(address(claim)).content.decode()

    desk.post(address(claim, "do/accept"))

    assert [number.value for number in eve.identifiers.all()] == [GOOD_RIZIV]
    claim.refresh_from_db()
    assert claim.state == ClaimState.ACCEPTED
    [letter] = mail.outbox
    assert letter.to == [eve.user.username]
    assert GOOD_RIZIV not in letter.body


def test_a_refused_number_keeps_its_reason_for_the_physician(eve: Physician) -> None:
    claim = claims(eve)
    as_(service_desk()).post(address(claim, "do/refuse"), {"refuse-reason": "The register names somebody else."})

    claim.refresh_from_db()
    assert (claim.state, claim.reason) == (ClaimState.REFUSED, "The register names somebody else.")
    assert "somebody else" not in mail.outbox[0].body
    assert not eve.identifiers.exists()


def test_a_claim_can_be_withdrawn_until_it_is_decided(eve: Physician) -> None:
    claim = claims(eve)
    assert withdraw_claim(claim, SYSTEM, NOON)
    late = as_(service_desk()).post(address(claim, "do/accept"), follow=True)

    assert said(late) == ["This was already done, or is no longer possible."]
    assert not withdraw_claim(claim, SYSTEM, NOON)
    assert not eve.identifiers.exists()


def test_a_held_number_shows_both_sides_and_changes_hands_only_after_the_holder_is_taken_off(eve: Physician) -> None:
    holder = PhysicianFactory(user__first_name="Lena")
    number = add_identifier(holder, "BE", RIZIV, GOOD_RIZIV, SYSTEM, NOON)
    claim = claims(eve)
    desk = as_(service_desk())
    page = desk.get(address(claim)).content.decode()
    assert "holds it" in page
    assert holder.user.username in page

    [sentence] = said(desk.post(address(claim, "do/accept"), follow=True))
    assert f"is held by {holder}" in sentence
    assert PhysicianIdentifier.objects.get().physician == holder
    claim.refresh_from_db()
    assert claim.state == ClaimState.WAITING

    desk.post(address(number, "delete"), {"post": "yes"})
    desk.post(address(claim, "do/accept"))
    assert PhysicianIdentifier.objects.get().physician == eve


def test_nobody_accepts_their_own_number() -> None:
    sam = service_desk()
    physician = PhysicianFactory(user=sam)
    claim = claims(physician)
    answer = as_(sam).post(address(claim, "do/accept"), follow=True)

    assert said(answer) == ["Somebody else at the service desk decides about your own account."]
    assert not physician.identifiers.exists()


def test_a_verified_physician_who_claims_another_s_number_sees_no_study_by_it(eve: Physician) -> None:
    """The attack: Eve, verified and honest until today, says that Lena's number is hers too."""
    lena = PhysicianFactory(user__first_name="Lena")
    study = delivered(InstitutionFactory(slug="az", name="AZ"), ct(), numbered(lena, GOOD_RIZIV))
    browser = as_(eve.user)
    for replaces in (None, add_identifier(eve, "NL", BIG, "19012345601", SYSTEM, NOON)):
        IdentifierClaim.objects.all().delete()
        claims(eve, replaces=replaces)
        assert str(study.uuid) not in browser.get("/studies/").content.decode()
        assert browser.get(f"/studies/{study.uuid}/").status_code == 404
        late = delivered(
            study.institution, ct(), numbered(lena, GOOD_RIZIV), key="late" if replaces is None else "later"
        )
        assert browser.get(f"/studies/{late.uuid}/").status_code == 404
    assert [str(number) for number in eve.identifiers.all()] == ["BIG 19012345601"]
    assert Study.objects.count() == 3


def test_a_physician_who_waits_is_not_verified_by_a_claim() -> None:
    waiting = PhysicianFactory(verified_at=None)
    claim = claims(waiting)
    as_(service_desk()).post(address(claim, "do/accept"))

    waiting.refresh_from_db()
    assert not waiting.is_trusted
    client = Client()
    assert client.get(address(claim)).status_code == 302
