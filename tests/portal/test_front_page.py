"""What anybody finds at the front: two doors, health, no robots, and errors in the portal's own hand."""

from collections.abc import Iterator

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from pytest_django import DjangoAssertNumQueries

from pacsonweb import urls
from portal import errors


def _fails(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("Anna Peeters 14.9.1951")


def _forbids(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def _suspects(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("secret")


urlpatterns = [path("fails", _fails), path("forbids", _forbids), path("suspects", _suspects), *urls.urlpatterns]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500


@pytest.fixture
def failing() -> Iterator[Client]:
    with override_settings(ROOT_URLCONF=__name__):
        yield Client(raise_request_exception=False)


def test_the_patients_form_is_right_there_and_the_professionals_door_beside_it(client: Client, db: None) -> None:
    page = client.get("/").content.decode()
    assert page.index('action="/patient/"') < page.index('href="/login/"')
    assert page.count("<h1") == 1


@pytest.mark.parametrize(("address", "said"), [("/", "about your code"), ("/login/", "about your account")])
def test_the_foot_of_a_page_speaks_to_whom_the_page_is_for(client: Client, db: None, address: str, said: str) -> None:
    assert client.get(address).content.decode().count("Questions about your") == 1
    assert said in client.get(address).content.decode()


def test_health_asks_for_no_session(
    client: Client, db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")
    assert not response.cookies


def test_robots_stay_outside(client: Client) -> None:
    assert client.get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"


@pytest.mark.parametrize("address", ["/", "/patient/", "/nowhere/"])
def test_nothing_is_kept_by_a_browser_or_a_proxy(client: Client, db: None, address: str) -> None:
    assert client.get(address).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/fails", 500, "Something went wrong on our side"),
        ("/forbids", 403, "You may not open this"),
        ("/suspects", 400, "We could not understand that"),
        ("/nowhere/", 404, "This page is not here"),
    ],
)
def test_errors_say_what_happened_and_nothing_else(
    failing: Client, db: None, address: str, status: int, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    response = failing.get(address)
    assert response.status_code == status
    page = response.content.decode()
    assert f"<h1>{words}</h1>" in page
    assert "dist/site.css" in page
    assert "Peeters" not in page
    assert "secret" not in page


def test_an_error_page_works_when_the_database_does_not(rf: RequestFactory) -> None:
    """Without the `db` fixture a query would be refused: none is asked."""
    request = rf.get("/", headers={"Accept-Language": "nl"}, HTTP_COOKIE="theme=dark")
    page = errors.server_error(request).content.decode()
    assert '<html lang="nl" data-bs-theme="dark"' in page
    assert errors.bad_request(request).status_code == 400


def test_an_unknown_host_is_refused_in_the_same_hand(client: Client) -> None:
    response = client.get("/", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert b"We could not understand that" in response.content


def test_a_form_from_elsewhere_is_refused_kindly(db: None) -> None:
    response = Client(enforce_csrf_checks=True).post("/patient/", {"code": "x"})
    assert response.status_code == 403
    assert b"Please send that once more" in response.content
