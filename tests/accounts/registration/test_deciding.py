"""What the service desk decides about registrations and claimed numbers, by its buttons."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.audit.actor import SYSTEM
from accounts.models import (
    AuditAction,
    AuditEvent,
    ClaimState,
    IdentifierClaim,
    IdentifierKind,
    Physician,
    PhysicianIdentifier,
    Registration,
    RegistrationState,
    User,
)
from accounts.registration.asking import ClaimedNumber
from accounts.service_desk.services import add_identifier, appoint
from studies.models import AppointmentRole
from tests.accounts.registration.applicants import GOOD_RIZIV, MAIL, NOON, registered
from tests.factories import PhysicianFactory
from tests.factories.accounts import log_in
from tests.studies.institutions.staff import address, as_, house, service_desk, staff

pytestmark = pytest.mark.django_db
RIZIV = IdentifierKind.RIZIV


@pytest.fixture
def desk() -> Client:
    return as_(service_desk())


@pytest.fixture
def lena() -> Registration:
    registration = registered()
    mail.outbox.clear()
    return registration


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def browser_of(registration: Registration) -> Client:
    assert registration.user is not None
    return as_(registration.user)


def standing(registration: Registration) -> RegistrationState:
    registration.refresh_from_db()
    return RegistrationState(registration.state)


def test_the_queue_is_what_waits_oldest_first(desk: Client, lena: Registration) -> None:
    registered(mail="later@example.org", first_name="Later", at=NOON.replace(hour=13), numbers=())
    registered(mail="done@example.org", state=RegistrationState.APPROVED, numbers=())

    assert "2 wait" in desk.get("/admin/").content.decode()
    shown = desk.get(address(Registration)).context["cl"].result_list
    assert [registration.first_name for registration in shown] == ["Lena", "Later"]
    everything = desk.get(address(Registration), {"state": "all"}).context["cl"].result_list
    assert len(everything) == 3


def test_a_search_finds_what_was_decided_too(desk: Client, lena: Registration) -> None:
    registered(mail="done@example.org", state=RegistrationState.APPROVED, numbers=())
    desk.post(address(Registration), {"search": "done@"})

    assert [found.mail for found in desk.get(address(Registration)).context["cl"].result_list] == ["done@example.org"]


def test_the_facts_stand_side_by_side(desk: Client) -> None:
    namesake = PhysicianFactory(user__first_name="lena", user__last_name="DUBOIS").user
    numbers = (ClaimedNumber(RIZIV, "BE", "11234579004"),)
    lena = registered(phone="+33612345678", numbers=numbers)
    page = desk.get(address(lena)).content.decode()

    assert "Praktijk Sint-Example, Brussels" in page
    assert "doubtful" in page
    assert "The digits of this number of RIZIV/INAMI do not fit together." in page
    assert "the list of healthcare providers that RIZIV/INAMI publishes" in page
    assert "praktijk.example" in page
    assert "+33 6 12 34 56 78 (France)" in page
    assert "not of the country of practice" in page
    assert namesake.username in page


def test_an_approval_verifies_the_physician_by_the_claimed_numbers(desk: Client, lena: Registration) -> None:
    answer = desk.post(address(lena, "do/approve"), follow=True)

    assert said(answer) == ["The registration is approved and the applicant is told."]
    physician = Physician.objects.get(user__username=MAIL)
    assert physician.is_trusted
    assert [str(number) for number in physician.identifiers.all()] == [f"RIZIV/INAMI {GOOD_RIZIV}"]
    assert lena.claims.get().state == ClaimState.ACCEPTED
    assert standing(lena) is RegistrationState.APPROVED
    assert lena.decided_by is not None
    [letter] = mail.outbox
    assert letter.to == [MAIL]
    assert "has verified your registration" in letter.body
    row = AuditEvent.objects.get(action=AuditAction.REGISTRATION_DECIDED)
    assert (row.details["decision"], row.actor) == ("approved", lena.decided_by)


def test_a_number_that_somebody_holds_blocks_and_names_the_holder(desk: Client, lena: Registration) -> None:
    holder = PhysicianFactory()
    number = add_identifier(holder, "BE", RIZIV, "11234578123", SYSTEM, NOON)  # other qualification, same person
    page = desk.get(address(lena)).content.decode()
    assert "holds it" in page
    assert address(number, "change") in page

    [sentence] = said(desk.post(address(lena, "do/approve"), follow=True))

    assert f"is held by {holder} ({holder.user.username})" in sentence
    assert standing(lena) is RegistrationState.WAITING
    assert not Physician.objects.get(user__username=MAIL).is_trusted
    assert not mail.outbox


def test_a_wrong_holder_is_taken_off_and_the_right_one_approved(desk: Client, lena: Registration) -> None:
    number = add_identifier(PhysicianFactory(), "BE", RIZIV, GOOD_RIZIV, SYSTEM, NOON)
    desk.post(address(number, "delete"), {"post": "yes"})
    desk.post(address(lena, "do/approve"))

    assert PhysicianIdentifier.objects.get().physician.user.username == MAIL


def test_a_number_that_two_say_is_theirs_shows_both_on_each_page(desk: Client, lena: Registration) -> None:
    eve = registered(mail="eve@example.org", first_name="Eve")
    registered(mail="unconfirmed@example.org", first_name="Nobody")
    Registration.objects.filter(first_name="Nobody").update(state=RegistrationState.MAIL, user=None)

    for mine, other in ((lena, "Eve Dubois"), (eve, "Lena Dubois")):
        page = desk.get(address(mine)).content.decode()
        assert "claims it too" in page
        assert other in page
        assert "Nobody" not in page


def test_a_question_is_read_and_answered_inside_only(desk: Client, lena: Registration) -> None:
    desk.post(address(lena, "do/ask"), {"ask-question": "Where do you work since May?"})
    assert standing(lena) is RegistrationState.ASKED
    [letter] = mail.outbox
    assert "Log in to read and to answer it" in letter.body
    assert "May" not in letter.body

    applicant = browser_of(lena)
    assert "The service desk has a question" in applicant.get("/studies/").content.decode()
    assert "Where do you work since May?" in applicant.get("/register/status/").content.decode()
    applicant.post("/register/status/", {"answer": ""})
    assert standing(lena) is RegistrationState.ASKED
    thanked = applicant.post("/register/status/", {"answer": "In Ghent."}, follow=True)
    assert said(thanked) == ["Thank you. The service desk has your answer."]

    assert standing(lena) is RegistrationState.WAITING
    assert "In Ghent." in desk.get(address(lena)).content.decode()


def test_nobody_answers_what_was_not_asked(lena: Registration) -> None:
    browser_of(lena).post("/register/status/", {"answer": "Let me in."})

    assert standing(lena) is RegistrationState.WAITING
    assert lena.answer == ""


def test_a_refusal_says_why_inside_only_and_can_be_taken_up_again(desk: Client, lena: Registration) -> None:
    desk.post(address(lena, "do/refuse"), {"refuse-reason": ""})
    assert standing(lena) is RegistrationState.WAITING
    desk.post(address(lena, "do/refuse"), {"refuse-reason": "The register does not know this number."})

    assert standing(lena) is RegistrationState.REFUSED
    assert "does not know" not in mail.outbox[0].body
    applicant = browser_of(lena)
    page = applicant.get("/register/status/").content.decode()
    assert "The register does not know this number." in page
    assert "Checked by the service desk, and not approved" in page
    assert 'href="/account/numbers/"' in page  # what was wrong can be sent once more
    assert "Your registration was not approved." in applicant.get("/studies/").content.decode()
    assert lena.claims.get().state == ClaimState.REFUSED

    desk.post(address(lena, "do/take_up"))
    assert standing(lena) is RegistrationState.WAITING
    assert lena.claims.get().state == ClaimState.WAITING


def test_what_was_decided_is_not_decided_again(desk: Client, lena: Registration) -> None:
    desk.post(address(lena, "do/approve"))
    late = desk.post(address(lena, "do/refuse"), {"refuse-reason": "Too late"}, follow=True)

    assert said(late)[-1] == "This was already done, or is no longer possible."
    assert standing(lena) is RegistrationState.APPROVED


def test_one_number_is_refused_and_the_other_approved(desk: Client) -> None:
    numbers = (ClaimedNumber(RIZIV, "BE", GOOD_RIZIV), ClaimedNumber(IdentifierKind.BIG, "NL", "19012345601"))
    lena = registered(numbers=numbers)
    wrong = lena.claims.get(kind="big")
    desk.post(address(wrong, "do/refuse"), {"refuse-reason": "Not in the register"})
    desk.post(address(lena, "do/approve"))

    assert [number.kind for number in PhysicianIdentifier.objects.all()] == ["riziv"]
    assert IdentifierClaim.objects.get(pk=wrong.pk).state == ClaimState.REFUSED


def test_nobody_is_approved_without_a_number(desk: Client, lena: Registration) -> None:
    desk.post(address(lena.claims.get(), "do/refuse"), {"refuse-reason": "Not in the register"})
    *_, sentence = said(desk.post(address(lena, "do/approve"), follow=True))

    assert "Add a number of a national register first" in sentence
    assert standing(lena) is RegistrationState.WAITING


def test_nobody_at_the_service_desk_decides_about_themselves() -> None:
    own = registered(mail="colleague@example.org")
    assert own.user is not None
    appoint(own.user, SYSTEM, NOON)
    for deed, reason in (("approve", {}), ("refuse", {"refuse-reason": "Me"})):
        answer = as_(own.user).post(address(own, f"do/{deed}"), reason, follow=True)
        assert said(answer) == ["Somebody else at the service desk decides about your own account."]
    assert standing(own) is RegistrationState.WAITING


@pytest.mark.parametrize("role", [AppointmentRole.ADMINISTRATOR, AppointmentRole.DESK])
def test_an_institution_s_staff_sees_no_registration(role: AppointmentRole, lena: Registration) -> None:
    client = as_(staff(role, house("AZ Sint-Example", "Peeters^Anna").institution))
    for record in (lena, lena.claims.get()):
        assert client.get(address(type(record))).status_code == 403
        assert client.post(address(record, "do/approve")).status_code in (403, 404)
        assert client.post(address(record, "do/accept")).status_code in (403, 404)
    assert standing(lena) is RegistrationState.WAITING


def test_the_applicant_is_no_service_desk(lena: Registration) -> None:
    assert lena.user is not None
    client = Client()
    log_in(client, User.objects.get(pk=lena.user.pk))

    assert client.post(address(lena, "do/approve")).status_code == 403
    assert standing(lena) is RegistrationState.WAITING
