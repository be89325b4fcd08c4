"""Where somebody was, as far as a table on this machine tells."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import translation

from accounts.places.towns import place_of

from .tables import table_with

GEOIP2 = {"city": {"names": {"en": "Ghent", "fr": "Gand"}}, "country": {"iso_code": "BE"}}
FLAT = {"city": "Ghent", "country_code": "BE"}


@pytest.mark.parametrize("row", [GEOIP2, FLAT])
def test_a_table_of_towns_names_town_and_country(row: dict[str, Any], tmp_path: Path, settings: LazySettings) -> None:
    settings.TOWN_DATABASE = str(table_with(row, tmp_path / "towns.mmdb"))
    assert place_of("193.190.1.1") == "Ghent, Belgium"


def test_the_town_is_named_in_the_readers_language(tmp_path: Path, settings: LazySettings) -> None:
    settings.TOWN_DATABASE = str(table_with(GEOIP2, tmp_path / "towns.mmdb"))
    with translation.override("fr"):
        assert place_of("193.190.1.1") == "Gand, Belgique"


def test_without_a_table_of_towns_the_country_is_said(settings: LazySettings) -> None:
    settings.TOWN_DATABASE = ""
    assert place_of("193.190.1.1") == "Belgium"  # BELNET


def test_nothing_is_said_of_an_address_at_home_or_of_none(settings: LazySettings) -> None:
    settings.TOWN_DATABASE = ""
    assert place_of("192.168.1.20") == place_of("127.0.0.1") == place_of(None) == ""


def test_a_damaged_or_missing_table_says_nothing_and_breaks_nothing(tmp_path: Path, settings: LazySettings) -> None:
    (tmp_path / "damaged.mmdb").write_bytes(b"not a table")
    settings.TOWN_DATABASE, settings.COUNTRY_DATABASE = str(tmp_path / "damaged.mmdb"), str(tmp_path / "none.mmdb")
    assert place_of("193.190.1.1") == ""
