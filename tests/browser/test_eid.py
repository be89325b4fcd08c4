"""Logging in by card, with a stand-in for the browser's extension: what it says, the page says in plain words."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from cryptography.x509 import ocsp
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import EidCard, User
from tests.accounts.eid.authority import COURIER, Authority, Card, LocalCourier, Responder
from tests.accounts.eid.door import bound, pin, refusals
from tests.browser.conftest import (
    DESKTOP,
    PHONE,
    PageMaker,
    accessible_without_scripts,
    assert_accessible,
    photograph,
)
from tests.factories import PhysicianFactory, totp_of
from tests.factories.accounts import PASSWORD, app_of

from .physicians import Served

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]

LOOKS = [(DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light"), (PHONE, "dark")]
LOG_IN = "Log in with my e-ID"
# The public messages of the Web eID extension: each action is acknowledged, then succeeds or fails with a code.
EXTENSION = """
(() => {
  const told = (window.webEid = TOLD);
  window.addEventListener("message", async (event) => {
    const action = event.data?.action;
    if (event.source !== window || !["web-eid:status", "web-eid:authenticate"].includes(action)) return;
    if (!/^[0-9]+[.][0-9]+[.][0-9]+$/.test(event.data.libraryVersion)) throw new Error("no version");
    const say = (message) => window.postMessage(message, event.origin);
    say({ action: `${action}-ack` });
    const code = told[action];
    if (code) return say({ action: `${action}-failure`, error: { code, name: "Error", message: "for developers" } });
    if (action === "web-eid:status")
      return say({ action: `${action}-success`, library: "2.0.0", extension: "2.3.0", nativeApp: "2.7.0" });
    const token = JSON.parse(await window.askCard(event.data.challengeNonce, window.location.origin));
    say({ action: `${action}-success`, ...token });
  });
})();
"""


@dataclass
class Desk:
    """A computer with a card in its reader, in front of a portal that believes its authority."""

    served: Served
    authority: Authority
    card: Card
    nonces: list[str] = field(default_factory=list)

    def with_extension(self, page: Page, **failing: str) -> Page:
        """`status`, `authenticate`: the code with which the extension fails there."""

        def ask_card(nonce: str, origin: str) -> str:
            self.nonces.append(nonce)
            return self.card.token(origin, nonce)

        page.expose_function("askCard", ask_card)
        told = {f"web-eid:{action}": code for action, code in failing.items()}
        page.add_init_script(EXTENSION.replace("TOLD", json.dumps(told)))
        return page

    def open(self, page: Page, path: str = "/login/eid/") -> Page:
        page.goto(f"{self.served.url}{path}")
        return page

    def answering(self, responder: Responder) -> None:
        about, issuer = self.card.certificate, self.authority.certificate
        LocalCourier.answers = lambda _, question: responder.answer(question, about, issuer, timezone.now())


@pytest.fixture
def lena() -> User:
    user: User = PhysicianFactory(user__username="lena@example.org").user
    app_of(user)
    return user


@pytest.fixture
def desk(live_server: LiveServer, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    settings.PUBLIC_URL = live_server.url
    settings.EID_CERTIFICATES = str(tmp_path)
    settings.EID_OCSP_COURIER = COURIER
    monkeypatch.setattr(LocalCourier, "answers", None)
    authority = Authority()
    pin(tmp_path, authority.certificate)
    desk = Desk(Served(live_server.url), authority, authority.card())
    desk.answering(authority.responder)
    return desk


def press(page: Page, name: str = LOG_IN) -> None:
    page.get_by_role("button", name=name).click()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_physician_comes_in_with_a_card(desk: Desk, lena: User, page_at: PageMaker, width: int) -> None:
    bound(desk.card.certificate, lena)
    page = desk.with_extension(page_at(width))
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    desk.open(page, "/studies/")
    page.get_by_role("link", name="Log in with your e-ID").click()
    expect(page.get_by_text("Web eID is ready. Put your card into the reader.")).to_be_visible()
    press(page)
    page.wait_for_url(f"{desk.served.url}/studies/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert len(desk.nonces) == 1
    assert problems == []


def test_a_card_is_bound_by_logging_in_once(desk: Desk, lena: User, page_at: PageMaker) -> None:
    page = desk.open(desk.with_extension(page_at(PHONE)))
    press(page)
    expect(page.get_by_role("heading", name="Your card opens no account yet")).to_be_visible()
    press(page, "Log in once to bind this card")
    page.get_by_label("Mail address").fill(lena.username)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Next")
    page.locator("input[name=token]").fill(totp_of(lena))
    press(page, "Log in")
    expect(page.get_by_role("heading", name="An e-ID opens your account")).to_be_visible()
    assert EidCard.objects.get().user == lena


def test_a_card_is_bound_and_taken_off_on_the_account_page(desk: Desk, lena: User, page_at: PageMaker) -> None:
    page = desk.open(desk.served.logged_in(desk.with_extension(page_at()), lena), "/account/eid/")
    press(page, "Bind my card")
    expect(page.get_by_text("Your e-ID is bound to your account.")).to_be_visible()
    page.get_by_role("link", name="Take it off").click()
    press(page, "Take it off")
    expect(page.get_by_text("Your e-ID no longer opens your account.")).to_be_visible()
    expect(page.get_by_role("button", name="Bind my card")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_before_what_matters_the_card_is_shown_once_more(
    desk: Desk, lena: User, page_at: PageMaker, width: int, scheme: str
) -> None:
    bound(desk.card.certificate, lena)
    page = desk.with_extension(page_at(width, scheme))
    with time_machine.travel(timezone.now() - timedelta(minutes=15)):
        desk.served.logged_in(page, lena)
    desk.open(page, "/account/devices/add/app/")
    page.get_by_role("link", name="With my e-ID").click()
    expect(page.get_by_text("Web eID is ready.")).to_be_visible()
    look_at(page, f"eid-again-{width}-{scheme}")
    page.evaluate("window.webEid['web-eid:authenticate'] = 'ERR_WEBEID_USER_CANCELLED'")
    press(page, "Go on with my e-ID")
    expect(page.get_by_text("You closed the window of Web eID")).to_be_visible()
    page.evaluate("delete window.webEid['web-eid:authenticate']")
    press(page, "Go on with my e-ID")
    page.wait_for_url(f"{desk.served.url}/account/devices/add/app/")


def test_without_the_extension_the_page_says_so_within_seconds(desk: Desk, page_at: PageMaker) -> None:
    page = desk.open(page_at(PHONE))
    expect(page.get_by_text("Looking for Web eID on this computer…")).to_be_visible()
    expect(page.get_by_text("Web eID is missing in this browser")).to_be_visible(timeout=3_000)
    expect(page.get_by_role("button", name=LOG_IN)).to_be_enabled()
    assert_accessible(page)
    photograph(page, "eid-extension-missing-390")


@pytest.mark.parametrize(
    ("action", "code", "said"),
    [
        ("status", "ERR_WEBEID_NATIVE_UNAVAILABLE", "The program of Web eID is missing on this computer"),
        ("status", "ERR_WEBEID_EXTENSION_UNAVAILABLE", "Web eID is missing in this browser"),
        ("status", "ERR_WEBEID_VERSION_MISMATCH", "Web eID is out of date on this computer"),
        (
            "status",
            "ERR_WEBEID_CONTEXT_INSECURE",
            "An e-ID works only where the address of this page begins with https.",
        ),
        ("authenticate", "ERR_WEBEID_USER_CANCELLED", "You closed the window of Web eID"),
        ("authenticate", "ERR_WEBEID_USER_TIMEOUT", "No card was read"),
        ("authenticate", "ERR_WEBEID_NATIVE_FATAL", "The card or the reader does not answer"),
        ("authenticate", "ERR_WEBEID_ACTION_PENDING", "A window of Web eID is open already"),
        ("authenticate", "ERR_WEBEID_UNKNOWN_ERROR", "That did not work."),
        ("authenticate", "a code of the future", "That did not work."),
    ],
)
def test_what_goes_wrong_is_said_with_what_to_do(
    desk: Desk, page_at: PageMaker, action: str, code: str, said: str
) -> None:
    page = desk.open(desk.with_extension(page_at(PHONE), **{action: code}))
    if action == "authenticate":
        press(page)
    expect(page.get_by_text(said)).to_be_visible()
    expect(page.get_by_text("for developers")).to_have_count(0)
    expect(page.locator("[data-says]:visible")).to_have_count(1)
    expect(page.get_by_role("button", name=LOG_IN)).to_be_enabled()
    assert_accessible(page)


def test_who_cancelled_can_try_again_at_once(desk: Desk, lena: User, page_at: PageMaker) -> None:
    bound(desk.card.certificate, lena)
    page = desk.open(desk.with_extension(page_at(), authenticate="ERR_WEBEID_USER_CANCELLED"))
    press(page)
    expect(page.get_by_text("You closed the window of Web eID")).to_be_visible()
    page.evaluate("delete window.webEid['web-eid:authenticate']")
    press(page)
    page.wait_for_url(f"{desk.served.url}/studies/")


def test_a_blocked_card_is_refused_in_one_sentence(desk: Desk, lena: User, page_at: PageMaker) -> None:
    bound(desk.card.certificate, lena)
    desk.answering(desk.authority.responder.answering(status=ocsp.OCSPCertStatus.REVOKED))
    page = desk.open(desk.with_extension(page_at(PHONE)))
    press(page)
    expect(page.get_by_role("alert")).to_have_text("Your card was blocked. Please ask your municipality about it.")
    assert refusals() == ["ocsp.revoked"]
    assert_accessible(page)
    photograph(page, "eid-refused-390")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"status": 429, "body": '{"sentence": "You can try again at 14:35."}'}, "You can try again at 14:35."),
        ({"status": 503, "body": ""}, "The portal did not answer."),
    ],
)
def test_a_portal_that_gives_no_number_is_told_of(
    desk: Desk, page_at: PageMaker, answer: dict[str, Any], said: str
) -> None:
    page = desk.with_extension(page_at())
    page.route("**/login/eid/nonce/", lambda route: route.fulfill(content_type="application/json", **answer))
    desk.open(page)
    press(page)
    expect(page.get_by_text(said)).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_every_page_is_accessible(desk: Desk, lena: User, page_at: PageMaker, width: int, scheme: str) -> None:
    page = desk.open(desk.with_extension(page_at(width, scheme)))
    expect(page.get_by_text("Web eID is ready.")).to_be_visible()
    look_at(page, f"eid-login-{width}-{scheme}")
    press(page)
    expect(page.get_by_role("heading", name="Your card opens no account yet")).to_be_visible()
    look_at(page, f"eid-unbound-{width}-{scheme}")
    desk.open(desk.served.logged_in(page, lena), "/account/eid/")
    expect(page.get_by_text("Web eID is ready.")).to_be_visible()
    look_at(page, f"eid-account-{width}-{scheme}")
    bound(desk.card.certificate, lena)
    look_at(desk.open(page, "/account/eid/"), f"eid-account-bound-{width}-{scheme}")
    look_at(desk.open(page, "/account/eid/remove/"), f"eid-remove-{width}-{scheme}")


def test_without_scripts_the_page_says_what_it_needs(desk: Desk, page_at: PageMaker) -> None:
    page = desk.open(page_at(PHONE, javascript=False))
    expect(page.get_by_text("An e-ID needs JavaScript, which this browser does not run.")).to_be_visible()
    expect(page.get_by_role("button", name=LOG_IN)).to_have_count(0)
    expect(page.get_by_role("link", name="Log in with a password instead")).to_be_visible()
    photograph(page, "eid-no-script-390")
    again = page_at(PHONE)
    accessible_without_scripts(again)
    assert_accessible(desk.open(again))


def look_at(page: Page, name: str) -> None:
    photograph(page, name)
    assert_accessible(page)
