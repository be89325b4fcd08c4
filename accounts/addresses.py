"""Which address a request came from, and the networks it belongs to."""

from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# A client over a Unix socket has no address. It is trusted as a proxy only if TRUSTED_PROXIES names it.
UNIX_SOCKET = "unix"
UNKNOWN = "0.0.0.0"  # noqa: S104 - a value that stands for "no address", nothing is bound to it


def client_address(request: HttpRequest) -> str:
    """The client's IP address: `REMOTE_ADDR`, or what the trusted proxies say.

    TRUSTED_PROXIES (addresses or networks, or `unix`) are walked through from the right of X-Forwarded-For: the first
    address that is not a trusted proxy's is the client. What a client wrote further left is never believed. An
    unreadable entry stops the walk at the last proxy.
    """
    trusted = _networks(tuple(settings.TRUSTED_PROXIES))
    here = _address(request.META.get("REMOTE_ADDR", ""))
    if here is None and UNIX_SOCKET not in settings.TRUSTED_PROXIES:
        return UNKNOWN
    for entry in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        if here is not None and not any(here in network for network in trusted):
            break
        before = _address(entry)
        if before is None:
            break
        here = before
    return str(here) if here is not None else UNKNOWN


def network_of(address: str, v4_bits: int, v6_bits: int) -> str:
    """The network around an address, such as `192.0.2.0/24` or `2001:db8::/64`."""
    parsed = ip_address(address)
    return str(ip_network((parsed, v4_bits if parsed.version == 4 else v6_bits), strict=False))


@cache
def _networks(names: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ip_network(name, strict=False) for name in names if name != UNIX_SOCKET)


def _address(text: str) -> Address | None:
    try:
        parsed = ip_address(text.strip())
    except ValueError:
        return None
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return parsed.ipv4_mapped
        if parsed.scope_id is not None:  # an interface's name is of no use to anyone else
            return IPv6Address(int(parsed))
    return parsed
