"""The check on other languages' words sees one wherever it stands, and leaves alone what may be there."""

import pytest

from tests.browser.conftest import PageMaker

from .languages import foreign_texts

pytestmark = pytest.mark.needs("chromium")

PAGE = """<html lang="de"><title>{title} · PACSonWEB</title><body>
  <form><button lang="fr">Français</button></form>
  <main><h1>Zahlung</h1><p>Peeters <b>{text}</b></p><img alt="{alt}"><div data-report>Bone</div></main></body></html>"""


@pytest.mark.parametrize(
    ("title", "text", "alt", "foreign"),
    [
        ("Zahlung", "Abmelden", "Schädel", []),
        ("Zahlung", "Log out", "Schädel", ["Log out"]),
        ("Zahlung", "Abmelden", "Afmelden", ["Afmelden"]),
        ("Payment", "Se déconnecter", "", ["Se déconnecter", "Payment"]),
    ],
)
def test_a_word_of_another_language_is_seen(
    page_at: PageMaker, title: str, text: str, alt: str, foreign: list[str]
) -> None:
    page = page_at()
    page.set_content(PAGE.format(title=title, text=text, alt=alt))
    assert foreign_texts(page, "de") == foreign
