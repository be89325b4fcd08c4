"""A browser as its owner would call it: "Firefox on Windows"."""

from django.utils.translation import gettext
from ua_parser import parse

# ua-parser tells a browser's phone edition apart; to whoever asks "was that me?" it is the same browser.
_PLAIN = {
    "Mobile Safari": "Safari",
    "Chrome Mobile": "Chrome",
    "Chrome Mobile iOS": "Chrome",
    "HeadlessChrome": "Chrome",
    "Firefox Mobile": "Firefox",
    "Firefox iOS": "Firefox",
    "Edge Mobile": "Edge",
    "Mac OS X": "macOS",
}


def browser_words(user_agent: str) -> str:
    """By the browser's own words, which may be false; "An unknown browser" where they say nothing."""
    told = parse(user_agent)
    browser = _plain(told.user_agent.family) if told.user_agent else ""
    system = _plain(told.os.family) if told.os else ""
    if browser and system:
        return gettext("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or gettext("An unknown browser")


def _plain(family: str) -> str:
    return _PLAIN.get(family, family)
