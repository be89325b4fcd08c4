"""The components of logging in and of one's own account."""

import re

import pytest

from .test_components import SCRIPT, rendered


def test_without_scripts_the_passkey_s_button_is_hidden_and_the_page_says_why() -> None:
    passkey = rendered("passkey", label="Use my passkey")
    assert re.search(r'<button type="submit" [^>]*data-passkey-button hidden>Use my passkey</button>', passkey)
    shown = re.findall(r'<p data-says="([a-z]+)">', passkey)
    assert shown == ["scriptless"]


def test_the_menu_of_the_account_marks_where_one_is() -> None:
    menu = rendered("account_menu", path="/account/sessions/", country="BE")
    assert '<a href="/account/sessions/" aria-current="page">' in menu
    assert menu.count("aria-current") == 1
    below = rendered("account_menu", path="/account/devices/add/app/", country="BE")
    assert '<a href="/account/devices/" aria-current="true">' in below
    assert below.count("aria-current") == 1
    assert '<a href="/account/" aria-current="true">' in rendered("account_menu", path="/account/mail/", country="BE")
    assert SCRIPT not in rendered("account_menu", path=SCRIPT, country="BE")


@pytest.mark.parametrize(("country", "offered"), [("BE", True), ("NL", False)])
def test_an_e_id_is_looked_after_in_belgium_only(country: str, offered: bool) -> None:
    assert ("e-ID" in rendered("account_menu", path="", country=country)) is offered
