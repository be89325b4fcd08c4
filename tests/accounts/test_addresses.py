"""Where a request really came from."""

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from accounts.addresses import client_address, network_of

ELSEWHERE = "203.0.113.9"


def address(remote: str, forwarded: str | None = None) -> str:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return client_address(RequestFactory().get("/", headers=headers, REMOTE_ADDR=remote))


def test_without_proxies_what_a_client_claims_is_ignored() -> None:
    assert address("192.0.2.1", ELSEWHERE) == "192.0.2.1"


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("192.0.2.1", "192.0.2.1"),
        (f"{ELSEWHERE}, 192.0.2.1", "192.0.2.1"),
        ("192.0.2.1, 10.0.0.7", "192.0.2.1"),
        (f"{ELSEWHERE}, 192.0.2.1, 10.0.0.7, 10.1.2.3", "192.0.2.1"),
        ("10.0.0.7", "10.0.0.7"),
        ("not an address", "10.0.0.1"),
        (f"{ELSEWHERE}, not an address, 10.0.0.7", "10.0.0.7"),
        ("", "10.0.0.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::1"),
    ],
)
def test_behind_trusted_proxies_the_rightmost_stranger_counts(settings: Settings, forwarded: str, client: str) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    assert address("10.0.0.1", forwarded) == client


def test_a_stranger_in_front_of_the_proxies_is_not_believed(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    assert address("192.0.2.1", ELSEWHERE) == "192.0.2.1"


def test_a_unix_socket_is_a_proxy_only_where_it_is_named(settings: Settings) -> None:
    assert address("", ELSEWHERE) == "0.0.0.0"
    settings.TRUSTED_PROXIES = ["unix"]
    assert address("", f"10.0.0.7, {ELSEWHERE}") == ELSEWHERE


def test_an_address_lies_in_its_network() -> None:
    assert network_of("192.0.2.77", 24, 48) == "192.0.2.0/24"
    assert network_of("2001:db8:1:2:3::4", 24, 48) == "2001:db8:1::/48"
    assert network_of("2001:db8:1:2:3::4", 32, 64) == "2001:db8:1:2::/64"
