"""Language and theme: chosen with one tap, remembered by this browser, and never a way out of the portal."""

import pytest
from django.test import Client
from django.utils import translation

from portal.environments import other_environments, present_environment


def test_a_language_is_remembered_and_the_page_stays(client: Client, db: None) -> None:
    response = client.post("/language/", {"language": "nl", "next": "/patient/"})
    assert response.headers["Location"] == "/patient/"
    page = client.get("/patient/").content.decode()
    assert '<html lang="nl"' in page
    assert client.get("/patient/").headers["Content-Language"] == "nl"


def test_the_browsers_wish_counts_until_somebody_chooses(client: Client, db: None) -> None:
    assert b'<html lang="fr"' in client.get("/", headers={"Accept-Language": "fr-BE,fr;q=0.9"}).content
    client.post("/language/", {"language": "de"})
    assert b'<html lang="de"' in client.get("/", headers={"Accept-Language": "fr-BE,fr;q=0.9"}).content


def test_a_language_that_is_not_spoken_here_changes_nothing(client: Client, db: None) -> None:
    response = client.post("/language/", {"language": "tlh"})
    assert not response.cookies


def test_a_theme_is_set_by_the_server(client: Client, db: None) -> None:
    assert b'data-bs-theme="auto"' in client.get("/").content
    client.post("/theme/", {"theme": "dark"})
    assert b'data-bs-theme="dark"' in client.get("/").content
    client.post("/theme/", {"theme": '"><script>'})
    assert b'data-bs-theme="dark"' in client.get("/").content


def test_a_cookie_with_nonsense_is_no_theme(client: Client, db: None) -> None:
    client.cookies["theme"] = "neon"
    assert b'data-bs-theme="auto"' in client.get("/").content


@pytest.mark.parametrize("address", ["/language/", "/theme/"])
@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "", "evil"]
)
def test_going_back_never_leaves_the_portal(client: Client, address: str, elsewhere: str) -> None:
    response = client.post(address, {"language": "nl", "theme": "dark", "next": elsewhere})
    assert response.headers["Location"] == "/"


@pytest.mark.parametrize("address", ["/language/", "/theme/"])
def test_looking_changes_nothing(client: Client, address: str) -> None:
    assert client.get(address).status_code == 405


def test_the_country_is_named_in_the_pages_language(settings: object) -> None:
    names = {}
    for language in ("nl", "fr", "de", "en"):
        with translation.override(language):
            names[language] = present_environment().name
    assert names == {"nl": "België", "fr": "Belgique", "de": "Belgien", "en": "Belgium"}


def test_the_other_countries_are_listed_by_name(settings: object) -> None:
    settings.ENVIRONMENTS = {"NL": "https://nl.example", "BE": "https://be.example", "FR": "https://fr.example"}  # type: ignore[attr-defined]
    with translation.override("de"):
        assert [other.name for other in other_environments()] == ["Frankreich", "Niederlande"]
