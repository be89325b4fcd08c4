"""The country of an address, from a table on this machine: nobody is asked over the network.

The table is DB-IP's (CC BY 4.0, https://db-ip.com): a page that shows what comes from it links back to it.
"""

import logging
from functools import cache

import maxminddb
from django.conf import settings
from django_countries import countries

_log = logging.getLogger("pacsonweb.places")


def country_of(address: str | None) -> str:
    """ISO 3166 alpha-2, or an empty string where it is not known: a private address, or no table."""
    table = opened(str(settings.COUNTRY_DATABASE))
    if table is None or not address:
        return ""
    found = table.get(address)
    return str(found.get("country_code") or "")[:2] if isinstance(found, dict) else ""


def country_name(code: str) -> str:
    """The country's name in the page's language; empty for none."""
    return str(countries.name(code))


@cache
def opened(path: str) -> maxminddb.Reader | None:
    """A table by its path, opened once; None where there is none, or none that can be read."""
    try:
        return maxminddb.open_database(path)
    except (OSError, maxminddb.InvalidDatabaseError) as error:
        _log.warning("countries.not_known", extra={"fields": {"why": type(error).__name__}})
        return None
