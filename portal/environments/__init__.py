"""The portals of the countries: this one, and the others that are known by name and address only (decision 11)."""

from dataclasses import dataclass

from babel import Locale
from django.conf import settings
from django.utils.translation import get_language

from .flags import FLAGS, Flag


@dataclass(frozen=True)
class Environment:
    """`code`: ISO 3166 country code; `name`: the country in the page's language."""

    code: str
    name: str
    url: str
    flag: Flag | None


def _environment(code: str) -> Environment:
    name = Locale.parse((get_language() or "en").replace("-", "_")).territories.get(code, code)
    return Environment(code, name, settings.ENVIRONMENTS[code], FLAGS.get(code))


def present_environment() -> Environment:
    return _environment(settings.ENVIRONMENT)


def other_environments() -> list[Environment]:
    """Every other country's portal, by name."""
    others = [_environment(code) for code in settings.ENVIRONMENTS if code != settings.ENVIRONMENT]
    return sorted(others, key=lambda environment: environment.name)
