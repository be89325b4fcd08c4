"""Light, dark, or as the device wishes: kept in a cookie, set on the page by the server."""

from enum import StrEnum

from django.conf import settings
from django.http import HttpRequest


class Theme(StrEnum):
    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


def theme_of(request: HttpRequest) -> Theme:
    """The theme this browser chose; AUTO for none and for nonsense."""
    chosen = request.COOKIES.get(settings.THEME_COOKIE_NAME, "")
    return Theme(chosen) if chosen in set(Theme) else Theme.AUTO
