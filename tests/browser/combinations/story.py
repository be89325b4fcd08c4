"""One story for every combination: from the letter in hand to the images and the report, and out again.

It finds its way by addresses, names of fields and roles, so that it is the same in every language.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Locator, Page, expect

from portal.letters.links import link_of
from tests.browser.test_patient import come_in, fits

from .choosing import Combination, Entrance, Factor
from .house import REPORT, House, Letter
from .languages import foreign_texts

Look = Callable[[Page, str], None]
BORN = {"day": "14", "month": "9", "year": "1951"}


@dataclass(frozen=True)
class Told:
    """A story on its way. `look` is called at each page, with a name for it."""

    page: Page
    house: House
    combination: Combination
    look: Look

    def at(self, address: str, heading: str, name: str) -> None:
        """Here is the page of this address, headed by this text (of the English source) in the patient's language."""
        expect(self.page).to_have_url(re.compile(f"{re.escape(address)}$"))
        expect(self.page.locator("h1")).to_have_text(self.says(heading))
        self.is_well(name)

    def is_well(self, name: str) -> None:
        """The page speaks the patient's language and no other, and nothing is wider than the window."""
        expect(self.page.locator("html")).to_have_attribute("lang", self.combination.language)
        foreign = foreign_texts(self.page, self.combination.language)
        assert not foreign, f"{name} says in another language: {foreign}"
        assert fits(self.page), f"{name} is wider than the window"
        self.look(self.page, name)

    def says(self, text: str) -> str:
        """A text of the English source, as the patient reads it."""
        with translation.override(self.combination.language):
            return gettext(text)

    def form(self, address: str) -> Locator:
        return self.page.locator(f"form[action='{address}']")


def tell(page: Page, house: House, combination: Combination, look: Look = lambda _page, _name: None) -> None:
    """The whole story; fails where a patient would be stuck, misled, or let in without what is asked."""
    told = Told(page, house, combination, look)
    letter = house.letter(combination)
    _type_what_the_letter_says(told, letter)
    if combination.pays:
        _pay(told)
    if combination.factor is not Factor.NONE:
        _pass_the_second_factor(told, letter)
    _see_images_and_report(told)
    _log_out(told)


def _type_what_the_letter_says(told: Told, letter: Letter) -> None:
    page = told.page
    if told.combination.entrance is Entrance.LINK:
        page.goto(link_of(letter.code))
        told.at("/patient/", "See your images", "entrance")
        form = told.form("/patient/")
        for name, value in BORN.items():
            form.locator(f"[name={name}]").fill(value)
        form.get_by_role("button").click()
    else:
        page.goto(told.house.address)
        told.at(f"{told.house.address}/", "See your images", "entrance")
        come_in(page, letter.code, **BORN)


def _pay(told: Told) -> None:
    page = told.page
    told.at("/patient/payment/", "Payment", "payment")
    assert not any(told.house.messages.iterdir()), "no token is sent before the payment"
    told.form("/patient/payment/").get_by_role("button").click()
    expect(page.locator("h1")).to_have_text(told.says("A played payment"))
    told.is_well("service")
    page.locator("button[name=outcome][value=paid]").click()
    told.at("/patient/payment/return/", "Thank you, that is paid", "paid")
    page.get_by_role("main").locator("a[href='/patient/payment/']").click()


def _pass_the_second_factor(told: Told, letter: Letter) -> None:
    page, factor = told.page, told.combination.factor
    told.at("/patient/token/", "One more step", "token")
    if told.combination.pays and factor is not Factor.SLIP:
        assert not any(told.house.messages.iterdir()), "none is sent before the button is pressed"
        told.form("/patient/token/send/").first.get_by_role("button").click()
        told.at("/patient/token/", "One more step", "sent")
    if factor is Factor.SLIP:
        token = letter.password
    else:
        (token,) = told.house.tokens(factor)
        masked = "••• 47" if factor is Factor.SMS else "a•••@m•••.example"
        expect(page.get_by_text(masked).first).to_be_visible()
    form = told.form("/patient/token/")
    form.locator("[name=token]").fill(token)
    form.get_by_role("button").click()


def _see_images_and_report(told: Told) -> None:
    page = told.page
    told.at("/patient/request/", "CT 1", "request")
    expect(page.get_by_role("heading", level=2).first).to_have_text(told.says("What is ready"))
    picture = page.locator("img[data-image]").first
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") > 0
    expect(page.locator("[data-report]").get_by_text(REPORT.splitlines()[1])).to_be_visible()
    expect(page.locator("[data-report] h2")).to_have_text(told.says("Report"))


def _log_out(told: Told) -> None:
    told.form("/logout/").get_by_role("button").click()
    told.at(f"{told.house.address}/", "See your images", "goodbye")
    expect(told.page.get_by_text(told.says("You are logged out."))).to_be_visible()
    told.page.goto(f"{told.house.address}/patient/request/")
    expect(told.page).to_have_url(re.compile("/patient/$"))
