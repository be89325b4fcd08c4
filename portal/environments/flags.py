"""The flags of countries, as stripes: small enough for a menu, drawn by the page itself."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Stripe:
    x: int
    y: int
    width: int
    height: int
    colour: str


@dataclass(frozen=True)
class Flag:
    """A drawing of `width` by `height`, stretched by the page to its own proportions."""

    width: int
    height: int
    stripes: tuple[Stripe, ...]


def _upright(*colours: str) -> Flag:
    return Flag(len(colours), 1, tuple(Stripe(i, 0, 1, 1, colour) for i, colour in enumerate(colours)))


def _lying(*colours: str) -> Flag:
    return Flag(1, len(colours), tuple(Stripe(0, i, 1, 1, colour) for i, colour in enumerate(colours)))


FLAGS = {
    "AT": _lying("#c8102e", "#ffffff", "#c8102e"),
    "BE": _upright("#1a1a1a", "#ffd90c", "#d5001c"),
    "DE": _lying("#1a1a1a", "#d00000", "#ffce00"),
    "FR": _upright("#000091", "#ffffff", "#e1000f"),
    "IE": _upright("#169b62", "#ffffff", "#ff883e"),
    "IT": _upright("#008c45", "#f4f5f0", "#cd212a"),
    "LU": _lying("#ef3340", "#ffffff", "#00a3e0"),
    "NL": _lying("#ad1d25", "#ffffff", "#1e4785"),
}
