"""What no password may be, beside Django's own rules.

Lists of common and breached passwords are short words mostly; who has to type twelve characters makes one of them
longer: `Password2026!`, `P@ssw0rdP@ssw0rd`, `qwertyuiop12`. So a password is taken apart before it is looked up in the
list that comes with Django (20,000, by how often breaches have them; NIST SP 800-63B §5.1.1.2).
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from accounts.models import User

_SHORTEST_STEM = 4
_LEAST_OWN = 8  # characters that have to be left without the names that everybody knows
_LEET = str.maketrans("@4310$5!7", "aaelossit")
_WALKS = [
    row * 2
    for row in (
        "abcdefghijklmnopqrstuvwxyz",
        "qwertyuiopasdfghjklzxcvbnm",
        "azertyuiopqsdfghjklmwxcvbn",
        "qwertzuiopasdfghjklyxcvbnm",
        "1234567890",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    )
]


class KnownStemValidator:
    """Refuses a listed password that was only made longer, and walks along the keyboard or the alphabet."""

    def validate(self, password: str, user: User | None = None) -> None:  # noqa: ARG002 - Django's signature
        listed = _listed()
        if password.casefold() in listed:
            return  # Django's own validator says so
        for stem in _stems(password.casefold()):
            if len(stem) >= _SHORTEST_STEM and (stem in listed or _is_walk(stem)):
                raise ValidationError(
                    gettext("This is a common password made longer, which is tried first. Take several words instead."),
                    code="password_known_stem",
                )

    def get_help_text(self) -> str:
        return gettext("Not a common password with something before or after it.")


class OwnNamesValidator:
    """Refuses a password that is little but the names that stand on the account."""

    def validate(self, password: str, user: User | None = None) -> None:
        if user is None:
            return
        rest = _plain(password)
        for name in sorted(_names(user), key=len, reverse=True):
            rest = rest.replace(name, "")
        if len(re.sub(r"[\W_]", "", rest)) < _LEAST_OWN:
            raise ValidationError(
                gettext("Without your name and your mail address too little is left of this password."),
                code="password_own_names",
            )

    def get_help_text(self) -> str:
        return gettext("Not your name or your mail address with a few characters more.")


def _names(user: User) -> set[str]:
    """What anybody knows of the account, word by word: names, the mail address, who runs the portal."""
    known = [user.first_name, user.last_name, user.username, settings.OPERATOR_NAME, "pacsonweb"]
    words = {word for text in known for word in re.split(r"[\W_\d]+", _plain(text))}
    joined = {re.sub(r"[\W_\d]", "", _plain(text)) for text in known}
    return {word for word in words | joined if len(word) > 2}


def _stems(password: str) -> Iterator[str]:
    """What is left without what people put around a word, doubled words halved, and 0 read as o."""
    for text in {password, password.translate(_LEET)}:
        joined = re.sub(r"[\W_]", "", text)
        letters = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)
        for stem in (joined, letters, re.sub(r"[\W\d_]", "", text) if _has_one_word(text) else ""):
            yield stem
            yield _unit(stem)


def _has_one_word(text: str) -> bool:
    return len(re.findall(r"[^\W\d_]+", text)) == 1


def _unit(text: str) -> str:
    """The shortest text of which `text` is a repetition."""
    return text[: (text + text).find(text, 1)] if text else ""


def _is_walk(text: str) -> bool:
    return len(text) > 5 and any(text in row or text[::-1] in row for row in _WALKS)


def _plain(text: str) -> str:
    """In lower case, without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))


@cache
def _listed() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)
