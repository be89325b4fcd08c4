"""One button gives out a code and prints its letter; others replace, send, renew and take it back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.models import AuditAction, AuditEvent, Session, SessionKind
from accounts.sms.interfaces import SmsNotSent
from portal.models import LedgerEntry
from studies.access_codes import IssuedCode, codes, issue
from studies.access_codes.slips import use_slip_password
from studies.models import AccessCode, CodeChannel, PatientSecondFactor, Request
from tests.portal.letters.paper import read

from .conftest import Counter

pytestmark = pytest.mark.django_db
Sent = Callable[[], str]


def test_a_letter_is_the_answer_and_is_kept_nowhere(counter: Counter, annas: Request) -> None:
    answer = counter.print_letter(annas)
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == ("application/pdf", "no-store")
    assert answer.headers["Content-Disposition"] == 'inline; filename="letter.pdf"'
    [sheet] = read(answer.content)
    code = AccessCode.objects.get()
    plain = sheet.qr[0].rpartition("/")[2]
    assert codes.shown(plain) in sheet.words
    assert (code.request, code.sent_by, code.replaces) == (annas, CodeChannel.LETTER, None)
    assert not any(plain in str(row) for row in _everything())
    page = counter.page(counter.at(annas))
    assert "works until" in page
    assert plain not in page
    assert codes.shown(plain) not in page
    assert AuditEvent.objects.filter(action=AuditAction.PRINTED).count() == 1


def test_a_button_pressed_twice_gives_out_one_code(counter: Counter, annas: Request) -> None:
    form = counter.form(annas)
    address = counter.at(annas) + "letter/"
    assert counter.browser.post(address, form).headers["Content-Type"] == "application/pdf"
    again = counter.browser.post(address, form, follow=True)
    assert "Another code was given out just now." in again.content.decode()
    assert AccessCode.objects.count() == 1


@pytest.mark.parametrize(
    ("old", "replaces", "revoked"), [("until_used", True, False), ("at_once", True, True), ("beside", False, False)]
)
def test_a_new_code_replaces_the_old_one_as_wished(
    counter: Counter, annas: Request, code: IssuedCode, old: str, replaces: bool, revoked: bool
) -> None:
    counter.print_letter(annas, old=old)
    new = AccessCode.objects.exclude(pk=code.code.pk).get()
    assert (new.replaces == code.code) is replaces
    assert (AccessCode.objects.get(pk=code.code.pk).revoked_at is not None) is revoked


def test_what_a_code_opens_costs_and_asks_is_chosen(counter: Counter, annas: Request) -> None:
    house = annas.institution
    house.second_factor_per_code, house.price_minor, house.free_copy_text = True, 500, "Ask us."
    house.save()
    counter.print_letter(annas, opens="images", days=3, second_factor="otp", price="7.50")
    code = AccessCode.objects.get()
    assert (code.images, code.report, code.second_factor, code.price_minor) == (True, False, "otp", 750)
    assert code.expires_at - code.issued_at == timedelta(days=3)
    assert "At most 90 days." in counter.print_letter(annas, days=91).content.decode()


def test_without_a_birth_year_the_page_says_what_to_complete(counter: Counter, annas: Request) -> None:
    annas.patient.birth_year = None
    annas.patient.save()
    assert "date of birth is not known. Complete it first." in counter.page(counter.at(annas))
    assert counter.print_letter(annas).status_code == 302
    assert not AccessCode.objects.exists()


def test_who_is_represented_gets_a_code_in_person_with_a_reason(
    counter: Counter, annas: Request, messages_sent: Sent
) -> None:
    annas.patient.is_represented = True
    annas.patient.save()
    page = counter.page(counter.at(annas))
    assert "Somebody else represents the patient." in page
    assert "Send by" not in page
    assert "handed over in person only" in counter.print_letter(annas).content.decode()
    assert "Say why" in counter.print_letter(annas, handed_over="on").content.decode()
    counter.send(annas, "sms", handed_over="on", in_person="Deed seen")
    assert not AccessCode.objects.exists()
    answer = counter.print_letter(annas, handed_over="on", in_person="Deed seen")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert AuditEvent.objects.get(action=AuditAction.CODE_ISSUED).details["reason"] == "Deed seen"
    assert messages_sent() == ""


def test_an_invitation_by_sms_says_nothing_medical(counter: Counter, annas: Request, messages_sent: Sent) -> None:
    page = counter.send(annas, "sms").content.decode()
    assert "The code was sent by SMS to ••• 47." in page
    text = messages_sent()
    assert "+32470123447" in text
    assert "/p/" in text
    for word in ("image", "report", "radiolog", "examination", "CT", "Peeters", "1951"):
        assert word not in text.replace("Sint-Example", "")
    code = AccessCode.objects.get()
    assert code.sent_by == CodeChannel.SMS
    assert AuditEvent.objects.get(action=AuditAction.CODE_SENT).details["channel"] == "sms"


def test_an_invitation_by_mail(counter: Counter, annas: Request) -> None:
    counter.send(annas, "mail")
    [message] = mail.outbox
    assert message.to == ["anna@mail.example"]
    assert message.subject == "Your access code from AZ Sint-Example, Brussels"
    assert "/p/" in message.body
    for word in ("image", "report", "examination", "Peeters", "1951"):
        assert word not in message.body
    assert AccessCode.objects.get().sent_by == CodeChannel.MAIL


def test_a_message_that_cannot_be_sent_gives_out_no_code(
    counter: Counter, annas: Request, code: IssuedCode, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> str:
        raise SmsNotSent("no route")

    monkeypatch.setattr("accounts.sms.file.FileSms.send", refuse)
    monkeypatch.setattr("accounts.sms.console.ConsoleSms.send", refuse)
    page = counter.send(annas, "sms", old="at_once").content.decode()
    assert "could not be sent. No code was given out." in page
    assert AccessCode.objects.get(revoked_at__isnull=True) == code.code


def test_a_code_that_went_by_sms_gets_its_token_another_way(
    counter: Counter, annas: Request, messages_sent: Sent
) -> None:
    annas.institution.patient_second_factor = PatientSecondFactor.SMS
    annas.institution.save()
    annas.patient.mail = ""
    annas.patient.save()
    page = counter.send(annas, "sms").content.decode()
    assert "print a slip for the patient" in page
    code = AccessCode.objects.get()
    answer = counter.browser.post(f"/desk/codes/{code.uuid}/slip/")
    [sheet] = read(answer.content)
    first = sheet.words.split(" 1. ")[1][:9].replace(" ", "")
    assert use_slip_password(code, first, timezone.now())
    assert code.slip.count() == 5


def test_a_code_is_taken_back_and_whoever_is_in_is_out(counter: Counter, code: IssuedCode) -> None:
    now = timezone.now()
    Session.objects.create(
        key_hash="0", kind=SessionKind.PATIENT, subject=code.code.uuid, created_at=now, last_seen_at=now
    )
    page = counter.browser.post(f"/desk/codes/{code.code.uuid}/revoke/", follow=True).content.decode()
    assert "The code was taken back." in page
    assert not Session.objects.filter(kind=SessionKind.PATIENT).exists()
    again = counter.browser.post(f"/desk/codes/{code.code.uuid}/revoke/", follow=True).content.decode()
    assert "Nothing was changed" in again


def test_a_code_is_kept_open_longer(counter: Counter, annas: Request) -> None:
    code = issue(annas, SYSTEM, timezone.now() - timedelta(days=20)).code
    assert "Keep it open until" in counter.page(counter.at(annas))
    counter.browser.post(f"/desk/codes/{code.uuid}/renew/")
    assert AccessCode.objects.get().expires_at > code.expires_at + timedelta(days=19)


def test_what_is_paid_at_the_desk_is_noted_in_the_books(counter: Counter, annas: Request) -> None:
    annas.institution.price_minor, annas.institution.free_copy_text = 500, "Ask us."
    annas.institution.save()
    code = issue(annas, SYSTEM, timezone.now()).code
    assert "Not paid yet: €5.00" in counter.page(counter.at(annas))
    counter.browser.post(f"/desk/codes/{code.uuid}/paid/")
    code.refresh_from_db()
    assert code.settled_at is not None
    assert LedgerEntry.objects.get().amount_minor == 500
    assert "Not paid yet" not in counter.page(counter.at(annas))


def test_a_deed_that_there_is_not_is_not_there(counter: Counter, code: IssuedCode) -> None:
    assert counter.browser.post(f"/desk/codes/{code.code.uuid}/burn/").status_code == 404
    assert counter.browser.get(f"/desk/codes/{code.code.uuid}/revoke/").status_code == 405


def test_one_code_costs_as_many_queries_as_twenty(counter: Counter, annas: Request, code: IssuedCode) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            counter.page(counter.at(annas))
        return len(asked)

    queries()
    few = queries()
    for _ in range(19):
        issue(annas, SYSTEM, timezone.now())
    assert queries() == few <= 22


def _everything() -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += cursor.fetchall()
    return rows
