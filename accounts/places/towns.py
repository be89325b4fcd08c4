"""The town of an address, where the operator has a table of towns; else its country."""

from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from .countries import country_name, country_of, opened


def place_of(address: str | None) -> str:
    """`Ghent, Belgium`, `Belgium`, or an empty string where nothing is known: a private address, or no table.

    Networks know roughly where their customers are: a town is a hint, and often the next bigger one.
    """
    if not address:
        return ""
    found = _towns(address)
    code = _code(found) or country_of(address)
    country = country_name(code) if code else ""
    return ", ".join(part for part in (_town(found), country) if part)


def _towns(address: str) -> dict[str, Any]:
    table = opened(str(settings.TOWN_DATABASE)) if settings.TOWN_DATABASE else None
    found = table.get(address) if table is not None else None
    return found if isinstance(found, dict) else {}


def _town(found: dict[str, Any]) -> str:
    """GeoIP2's layout has names by language, DB-IP's flat one a single name."""
    city = found.get("city")
    if not isinstance(city, dict):
        return str(city or "")
    names = city.get("names") or {}
    return str(names.get(get_language() or "en") or names.get("en") or "")


def _code(found: dict[str, Any]) -> str:
    country = found.get("country")
    code = country.get("iso_code") if isinstance(country, dict) else found.get("country_code")
    return str(code or "")[:2]
