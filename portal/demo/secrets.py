"""Codes and passwords that one installation's demo always has: drawn from its SECRET_KEY, so no two share them.

Whoever holds the SECRET_KEY could know them; whoever holds it could open everything else too.
"""

from collections.abc import Callable
from itertools import count

from django.utils.crypto import salted_hmac

WORDS = (
    "amber anchor apple badger basket beacon birch biscuit bramble brook button candle "
    "canvas castle cedar cherry cinnamon clover cobalt comet copper coral cotton cricket "
    "daisy dolphin ember falcon feather fern ferry fiddle flint garden ginger glacier "
    "hazel heron honey island ivory jasmine juniper kettle lantern lemon linen maple "
    "marble meadow mustard nutmeg olive orchard otter pebble pepper plum quartz raven "
    "saffron silver thistle walnut"
)


def draws(*about: str) -> Callable[[int], int]:
    """A stream of integers from 0 to n - 1, the same for the same words about it; n is at most 2^16.

    Each is 256 bits modulo n, so that none is likelier than another by more than 2^-240.
    """
    numbers = count()

    def below(n: int) -> int:
        value = "/".join((*about, str(next(numbers))))
        return int(salted_hmac("portal.demo", value, algorithm="sha256").hexdigest(), 16) % n

    return below


def passphrase(username: str) -> str:
    """Four words of 64 and a number: 24 bits and a little more, enough for a demo of invented patients."""
    below, words = draws("password", username), WORDS.split()
    return "-".join([words[below(len(words))] for _ in range(4)] + [f"{below(90) + 10}"])
