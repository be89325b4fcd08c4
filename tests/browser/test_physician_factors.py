"""A physician's second factors: set up at the first login, used at the next ones, looked after in between."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.utils import timezone
from playwright.sync_api import CDPSession, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.audit.actor import SYSTEM
from accounts.models import Passkey, User
from accounts.second_factor.services import add_phone, make_backup_codes
from accounts.second_factor.totp import step_of, token_at
from tests.browser.conftest import (
    DESKTOP,
    PHONE,
    PageMaker,
    accessible_without_scripts,
    assert_accessible,
    photograph,
)
from tests.browser.test_patient import fits
from tests.factories import PhysicianFactory, totp_of
from tests.factories.accounts import PASSWORD, app_of

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]

WIDTHS = [PHONE, DESKTOP]
LOOKS = [(DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light"), (PHONE, "dark")]


@dataclass(frozen=True)
class Door:
    """Where the portal is, whose account this is about, and where her text messages lie."""

    url: str
    lena: User
    messages: Path

    def type_password(self, page: Page) -> None:
        page.goto(f"{self.url}/login/")
        page.get_by_label("Mail address").fill(self.lena.username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Next").click()

    def log_out(self, page: Page) -> None:
        page.get_by_role("button", name="Log out").click()
        page.get_by_text("You are logged out.").wait_for()

    def token(self) -> str:
        found = re.search(r"\d{6}", json.loads(self.messages.read_text().splitlines()[-1])["text"])
        assert found
        return found.group()


@pytest.fixture
def door(live_server: LiveServer, settings: LazySettings, tmp_path: Path) -> Door:
    settings.SMS_URL = f"file://{tmp_path}"
    settings.PUBLIC_URL = live_server.url  # passkeys are bound to it
    lena = PhysicianFactory(user__username="lena@example.org", user__first_name="Lena", user__last_name="Dubois").user
    return Door(live_server.url, lena, tmp_path / "sms.jsonl")


class VirtualKey:
    """A platform authenticator of Chromium's (the CDP domain WebAuthn) that knows its holder's finger."""

    def __init__(self, page: Page) -> None:
        self._devtools: CDPSession = page.context.new_cdp_session(page)
        self._devtools.send("WebAuthn.enable", {"enableUI": False})
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        made = self._devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self._id = made["authenticatorId"]

    def touches(self, willing: bool) -> None:
        """Whether its holder touches it when asked; offered in a field, it would be taken at once otherwise."""
        self._devtools.send(
            "WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": self._id, "enabled": willing}
        )


@pytest.mark.parametrize("width", WIDTHS)
def test_a_passkey_from_the_first_login_to_the_only_step(door: Door, page_at: PageMaker, width: int) -> None:
    page = page_at(width)
    key = VirtualKey(page)
    door.type_password(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up a second factor")
    page.get_by_role("link", name="Passkey").click()
    page.get_by_label("A name for it").fill("My laptop")
    page.get_by_role("button", name="Make a passkey").click()
    page.get_by_role("link", name="Not now").click()
    expect(page).to_have_url(re.compile("/studies/$"))
    assert Passkey.objects.get().name == "My laptop"
    key.touches(False)
    door.log_out(page)

    door.type_password(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your passkey")
    key.touches(True)
    page.get_by_role("button", name="Use my passkey").click()
    expect(page).to_have_url(re.compile("/studies/$"))
    key.touches(False)
    door.log_out(page)

    page.goto(f"{door.url}/login/?next=/account/devices/")
    key.touches(True)  # and takes what the browser offers in the field of the mail address
    expect(page.get_by_role("heading", level=1)).to_have_text("Login and devices")
    expect(page.get_by_text("My laptop", exact=True).first).to_be_visible()
    key.touches(False)
    door.log_out(page)

    page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false")
    page.goto(f"{door.url}/login/?next=/account/sessions/")
    key.touches(True)
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sessions")


@pytest.mark.parametrize("width", WIDTHS)
def test_an_app_is_set_up_and_a_backup_code_gets_in_without_it(door: Door, page_at: PageMaker, width: int) -> None:
    page = page_at(width)
    door.type_password(page)
    page.get_by_role("link", name="Authenticator app").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    secret = (page.locator(".secret").text_content() or "").replace(" ", "").strip()
    page.get_by_label("Token").fill(token_at(secret, step_of(timezone.now())))
    page.get_by_label("A name for it").fill("My phone")
    page.get_by_role("button", name="Ready").click()
    page.get_by_role("button", name="Make backup codes").click()
    codes = page.locator(".backup-codes code").all_text_contents()
    assert len(codes) == 10
    photograph(page, f"backup-codes-{width}")
    page.get_by_role("link", name="I kept them").click()
    door.log_out(page)

    door.type_password(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your token")
    page.get_by_role("link", name="With a backup code").click()
    page.get_by_label("Backup code", exact=True).fill(codes[3].lower())
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(re.compile("/studies/$"))


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_token_by_sms_and_a_browser_that_is_remembered(
    door: Door, page_at: PageMaker, width: int, javascript: bool
) -> None:
    page = page_at(width, javascript=javascript)
    door.type_password(page)
    page.get_by_role("link", name="Token by SMS").click()
    page.get_by_label("Mobile number").fill("0470 12 34 47")
    page.get_by_role("button", name="Send me a token").click()
    page.get_by_label("Token").fill(door.token())
    page.get_by_role("button", name="Ready").click()
    page.get_by_role("link", name="Not now").click()
    door.log_out(page)

    door.type_password(page)
    sent = len(door.messages.read_text().splitlines())
    expect(page.get_by_text("••• 47")).to_be_visible()
    page.get_by_role("button", name="Send me a token").click()
    expect(page.get_by_text("We sent a text message")).to_be_visible()
    assert len(door.messages.read_text().splitlines()) == sent + 1
    page.get_by_label("Token").fill(door.token())
    page.get_by_label("Do not ask for this in this browser").check()
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(re.compile("/studies/$"))
    door.log_out(page)

    door.type_password(page)
    expect(page).to_have_url(re.compile("/studies/$"))


def test_without_scripts_a_passkey_is_kindly_refused(door: Door, page_at: PageMaker) -> None:
    page = page_at(PHONE, javascript=False)
    page.goto(f"{door.url}/login/")
    expect(page.get_by_text("Passkeys need JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Log in with a passkey")).to_be_hidden()


def test_a_passkey_that_is_not_given_is_no_dead_end(door: Door, page_at: PageMaker) -> None:
    app_of(door.lena)
    page = page_at(PHONE)
    page.goto(f"{door.url}/login/")
    VirtualKey(page)
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_text("No passkey was chosen.")).to_be_visible()
    assert_accessible(page)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_every_page_of_the_door_is_accessible(door: Door, page_at: PageMaker, width: int, scheme: str) -> None:
    page = page_at(width, scheme)
    page.goto(f"{door.url}/login/")
    look_at(page, f"login-{width}-{scheme}")
    door.type_password(page)
    look_at(page, f"set-up-{width}-{scheme}")
    for kind in ("app", "passkey", "phone"):
        page.goto(f"{door.url}/login/set-up/{kind}/")
        look_at(page, f"set-up-{kind}-{width}-{scheme}")
    page.get_by_label("Mobile number").fill("0470123447")
    page.get_by_role("button", name="Send me a token").click()
    page.get_by_label("Token").fill("12")
    page.get_by_role("button", name="Ready").click()
    look_at(page, f"set-up-phone-token-{width}-{scheme}")
    settled(door.lena)
    door.type_password(page)
    look_at(page, f"second-factor-totp-{width}-{scheme}")
    for name in ("passkey", "SMS", "backup code"):
        page.get_by_role("link", name=name).click()
        look_at(page, f"second-factor-{name.replace(' ', '-')}-{width}-{scheme}")


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_every_page_of_the_account_is_accessible(door: Door, page_at: PageMaker, width: int, scheme: str) -> None:
    settled(door.lena)
    page = page_at(width, scheme)
    for other in (page_at(DESKTOP), page):
        door.type_password(other)
        other.get_by_label("Token").fill(totp_of(door.lena))
        if other is page:
            other.get_by_label("Do not ask for this in this browser").check()
        other.get_by_role("button", name="Log in").click()
        other.wait_for_url(re.compile("/studies/$"))
    page.goto(f"{door.url}/account/devices/")
    look_at(page, f"devices-{width}-{scheme}")
    page.get_by_role("link", name="Remove Old phone").click()
    look_at(page, f"device-remove-{width}-{scheme}")
    page.goto(f"{door.url}/account/devices/backup-codes/")
    look_at(page, f"backup-codes-ask-{width}-{scheme}")
    page.goto(f"{door.url}/account/sessions/")
    look_at(page, f"sessions-{width}-{scheme}")
    page.goto(f"{door.url}/login/again/?next=/account/devices/")
    look_at(page, f"again-{width}-{scheme}")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_login_is_accessible_without_scripts(door: Door, page_at: PageMaker, width: int) -> None:
    page = page_at(width)
    accessible_without_scripts(page)
    page.goto(f"{door.url}/login/")
    assert_accessible(page)


def settled(lena: User) -> None:
    """An app, a passkey, a telephone and a sheet of codes; the app was used last."""
    at = timezone.now()
    app = app_of(lena)
    app.last_used_at = at
    app.save()
    Passkey.objects.create(user=lena, name="My laptop", credential_id="bm9uZQ", public_key=b"", created_at=at)
    add_phone(lena, "Old phone", "+32470123447", SYSTEM, at)
    make_backup_codes(lena, SYSTEM, at)
    app.last_used_at = timezone.now()
    app.save()


def look_at(page: Page, name: str) -> None:
    photograph(page, name)
    assert_accessible(page)
    assert fits(page)
