"""Whether a page speaks one language alone: no text of it is what another language says."""

from functools import cache

from babel.messages.mofile import read_mo
from playwright.sync_api import Page

from tests.programs import ROOT

# Texts of the page's own language, with the names that stand in for a text; not what is said to be in another one, what
# the hospital wrote, nor the portal's name.
_TEXTS = """() => {
  const own = document.documentElement, found = new Set();
  const isOwn = (element) =>
    element.closest("[lang]") === own && !element.closest("[data-report], .brand, script, style");
  for (const element of document.querySelectorAll("body, body *")) {
    if (!isOwn(element)) continue;
    for (const name of ["alt", "aria-label", "placeholder", "title"]) found.add(element.getAttribute(name) ?? "");
    for (const node of element.childNodes)
      if (node.nodeType === Node.TEXT_NODE) found.add(node.textContent.replace(/\\s+/g, " ").trim());
  }
  return [...found, document.title.split(" · ")[0]].filter(Boolean);
}"""


@cache
def texts_of(language: str) -> frozenset[str]:
    """Everything that the portal says in a language, as its catalogue has it; English is what the others translate."""
    with (ROOT / "locale" / (language if language != "en" else "nl") / "LC_MESSAGES" / "django.mo").open("rb") as file:
        catalogue = read_mo(file)
    texts: set[str] = set()
    for message in catalogue:
        said = (message.id if language == "en" else message.string) or ""
        texts.update([said] if isinstance(said, str) else said)
    return frozenset(texts - {""})


def foreign_texts(page: Page, language: str) -> list[str]:
    """The texts of a page that only another language than this one has."""
    others = frozenset().union(*(texts_of(other) for other in ("nl", "fr", "de", "en") if other != language))
    texts: list[str] = page.evaluate(_TEXTS)
    return [text for text in texts if text in others - texts_of(language)]
