"""Lena gets another mail address and another mobile number."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import LazySettings
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.account.contacts.services import DELAY, KEPT, end_due, forget_changes
from accounts.due.services import run_due
from accounts.models import AuditAction, AuditEvent, ContactChange, RememberedBrowser, User
from tests.accounts.door import is_in, type_password
from tests.accounts.recovery.letters import links_to, newest, texts, token_in, told
from tests.factories import UserFactory
from tests.factories.accounts import app_of, log_in, totp_of

pytestmark = pytest.mark.django_db
NEW, OLD, STOP = "/change/new/link/", "/change/old/link/", "/change/stop/link/"
MAIL, PHONE = "lena.dubois@praktijk.example", "+32470123448"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-18T12:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def sms(settings: LazySettings, tmp_path: Path) -> Path:
    settings.SMS_URL = f"file://{tmp_path}"
    return tmp_path


@pytest.fixture
def lena() -> User:
    user: User = UserFactory(username="lena@example.org", phone="+32470123447", phone_confirmed_at=timezone.now())
    app_of(user)
    return user


@pytest.fixture
def hers(client: Client, lena: User) -> Client:
    log_in(client, lena)
    return client


def press(link: str) -> int:
    """Opens a link of a mail in a browser of its own, and presses the button of its page."""
    browser = Client()
    page = browser.get(link)["Location"]
    return browser.post(page).status_code


def ask_mail(client: Client, address: str = MAIL) -> int:
    return client.post("/account/mail/", {"mail": address}).status_code


def ask_phone(client: Client, number: str = "0470 12 34 48") -> int:
    return client.post("/account/phone/", {"phone": number}).status_code


def give_token(client: Client, token: str) -> object:
    return client.post("/account/phone/token/", {"token": token})


@pytest.mark.parametrize("order", [(NEW, OLD), (OLD, NEW)])
def test_a_mail_address_counts_once_both_ends_have_confirmed(hers: Client, lena: User, order: tuple[str, str]) -> None:
    assert ask_mail(hers) == 302
    assert MAIL in hers.get("/account/mail/").content.decode()
    assert press(newest(order[0])) == 302
    lena.refresh_from_db()
    assert lena.username == "lena@example.org"
    assert press(newest(order[1])) == 302
    lena.refresh_from_db()
    assert lena.username == MAIL
    assert lena.mail_confirmed_at == timezone.now()
    assert told("lena@example.org")[-1] == told(MAIL)[-1] == "Your mail address at PACSonWEB"
    browser = Client()
    assert type_password(browser, lena)["Location"] == "/login/second-factor/"


def test_sessions_elsewhere_end_and_remembered_browsers_are_asked_again(hers: Client, lena: User) -> None:
    elsewhere = Client()
    log_in(elsewhere, lena)
    type_password(Client(), lena)
    remembering = Client()
    type_password(remembering, lena)
    remembering.post("/login/second-factor/", {"token": totp_of(lena), "remember": "on"})
    assert RememberedBrowser.objects.exists()
    ask_mail(hers)
    press(newest(NEW))
    hers.get(newest(OLD))
    hers.post("/change/old/")
    assert is_in(elsewhere) is None
    assert is_in(hers) == lena.uuid  # the browser that confirmed stays
    assert not RememberedBrowser.objects.exists()


def test_a_link_that_lies_in_the_old_mailbox_no_longer_changes_the_password(hers: Client, lena: User) -> None:
    Client().post("/reset/", {"mail": lena.username})
    lying = newest("/reset/link/")
    ask_mail(hers)
    press(newest(NEW))
    press(newest(OLD))
    stranger = Client()
    stranger.get(lying)
    assert stranger.get("/reset/password/").status_code == 404


def test_a_mobile_number_is_confirmed_by_a_token_on_each(
    hers: Client, lena: User, sms: Path, noon: time_machine.Traveller
) -> None:
    assert ask_phone(hers) == 302
    assert texts(sms)[-1]["to"] == PHONE
    give_token(hers, token_in(sms))
    lena.refresh_from_db()
    assert lena.phone == "+32470123447"
    noon.shift(MINUTE)
    hers.post("/account/phone/send/")
    assert texts(sms)[-1]["to"] == "+32470123447"
    assert give_token(hers, token_in(sms))["Location"] == "/account/"  # type: ignore[index]
    lena.refresh_from_db()
    assert lena.phone == PHONE
    assert texts(sms)[-1]["to"] == "+32470123447"
    assert "another mobile number" in texts(sms)[-1]["text"]
    assert told("lena@example.org")[-1] == "Your mobile number at PACSonWEB"


def test_without_a_confirmed_number_the_mail_address_agrees(hers: Client, lena: User, sms: Path) -> None:
    User.objects.update(phone_confirmed_at=None)
    ask_phone(hers)
    give_token(hers, token_in(sms))
    assert "open the link in the mail" in hers.get("/account/phone/").content.decode()
    assert press(newest(OLD)) == 302
    lena.refresh_from_db()
    assert (lena.phone, lena.phone_confirmed_at) == (PHONE, timezone.now())


def test_the_old_end_is_lost_so_seven_days_pass(
    hers: Client, lena: User, sms: Path, noon: time_machine.Traveller
) -> None:
    ask_mail(hers)
    hers.post("/account/change/mail/lost/")
    assert ContactChange.objects.get().opens_at is None  # the new end comes first
    press(newest(NEW))
    assert "can no longer read mail" in hers.get("/account/mail/").content.decode()
    hers.post("/account/change/mail/lost/")
    assert "25 November 2026" in str(mail.outbox[-1].body)
    assert mail.outbox[-1].to == ["lena@example.org"]
    assert texts(sms)[-1]["to"] == lena.phone
    assert STOP in texts(sms)[-1]["text"]
    noon.shift(DELAY - MINUTE)
    assert end_due(timezone.now()) == 0
    noon.shift(MINUTE)
    done = {work.name: work.count for work in run_due(timezone.now())}
    assert done["changes of contact details ended"] == 1
    lena.refresh_from_db()
    assert lena.username == MAIL


def test_where_nothing_runs_in_the_background_she_makes_the_change_herself(
    hers: Client, lena: User, noon: time_machine.Traveller
) -> None:
    ask_mail(hers)
    press(newest(NEW))
    hers.post("/account/change/mail/lost/")
    hers.post("/account/change/mail/finish/")
    lena.refresh_from_db()
    assert lena.username == "lena@example.org"
    noon.shift(DELAY)
    log_in(hers, lena)
    assert "change it now" in hers.get("/account/mail/").content.decode()
    hers.post("/account/change/mail/finish/")
    lena.refresh_from_db()
    assert lena.username == MAIL


def test_after_a_day_nothing_has_changed(hers: Client, lena: User, noon: time_machine.Traveller) -> None:
    ask_mail(hers)
    press(newest(NEW))
    noon.shift(timedelta(days=1))
    assert press(newest(OLD)) == 404
    end_due(timezone.now())
    lena.refresh_from_db()
    assert lena.username == "lena@example.org"
    assert ContactChange.objects.get().ended_at is not None


def test_asked_anew_the_older_links_are_dead(hers: Client, lena: User) -> None:
    ask_mail(hers)
    hers.post("/account/change/mail/stop/")
    older = newest(NEW)
    ask_mail(hers, "other@example.org")
    assert press(older) == 404
    assert press(newest(NEW)) == 302
    press(newest(OLD))
    lena.refresh_from_db()
    assert lena.username == "other@example.org"


def test_one_press_on_the_stop_link_stops_it(hers: Client, lena: User) -> None:
    ask_mail(hers)
    assert press(newest(STOP)) == 302
    assert press(newest(NEW)) == press(newest(OLD)) == press(newest(STOP)) == 404
    lena.refresh_from_db()
    assert lena.username == "lena@example.org"


def test_an_address_that_got_an_account_meanwhile_is_not_taken_from_it(hers: Client, lena: User) -> None:
    ask_mail(hers)
    press(newest(NEW))
    UserFactory(username=MAIL)
    assert press(newest(OLD)) == 404
    lena.refresh_from_db()
    assert lena.username == "lena@example.org"
    assert ContactChange.objects.get().ended_at is not None


@pytest.mark.parametrize(
    ("address", "said"), [("lena@example.org", "already"), ("no address", "valid"), ("", "Type the new mail address.")]
)
def test_what_cannot_be_meant_is_said_beside_the_field(hers: Client, address: str, said: str) -> None:
    assert said in hers.post("/account/mail/", {"mail": address}).content.decode()
    assert mail.outbox == []


def test_a_fixed_line_gets_no_token(hers: Client, sms: Path) -> None:
    assert "mobile number" in hers.post("/account/phone/", {"phone": "02 555 01 00"}).content.decode()
    assert texts(sms) == []


def test_before_it_is_asked_for_a_second_factor_is_given_once_more(hers: Client, noon: time_machine.Traveller) -> None:
    noon.shift(11 * MINUTE)
    for page in ("/account/mail/", "/account/phone/"):
        assert hers.get(page)["Location"] == f"/login/again/?next={page.replace('/', '%2F')}"
        assert hers.post(page, {"mail": MAIL, "phone": PHONE})["Location"].startswith("/login/again/")
    assert not ContactChange.objects.exists()


def test_the_log_says_what_kind_and_never_what(hers: Client, lena: User) -> None:
    ask_mail(hers)
    press(newest(NEW))
    press(newest(OLD))
    rows = AuditEvent.objects.filter(details__kind="mail").order_by("pk")
    assert [row.action for row in rows] == [AuditAction.CONTACT_CHANGE_ASKED, AuditAction.CONTACT_CHANGED]
    assert all(MAIL not in str(row.details) for row in AuditEvent.objects.all())


def test_after_ninety_days_it_is_forgotten(hers: Client, noon: time_machine.Traveller) -> None:
    ask_mail(hers)
    hers.post("/account/change/mail/stop/")
    noon.shift(KEPT - MINUTE)
    assert forget_changes(timezone.now()) == 0
    noon.shift(MINUTE)
    assert forget_changes(timezone.now()) == 1


def test_both_ends_hear_of_it_at_once(hers: Client) -> None:
    ask_mail(hers)
    assert sorted(letter.to for letter in mail.outbox) == [[MAIL], ["lena@example.org"]]
    assert [len(links_to(path)) for path in (NEW, OLD, STOP)] == [1, 1, 1]
