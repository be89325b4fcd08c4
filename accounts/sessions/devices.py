"""What kind of device a browser runs on, as coarsely as somebody needs who asks "was that me?"."""

from enum import StrEnum


class Device(StrEnum):
    PHONE = "phone"
    TABLET = "tablet"
    COMPUTER = "computer"
    UNKNOWN = ""


def device_of(user_agent: str) -> Device:
    """By the words that browsers agree on (MDN, "Browser detection using the user agent string")."""
    if "iPad" in user_agent or "Tablet" in user_agent:
        return Device.TABLET
    if "Mobi" in user_agent or "iPhone" in user_agent:
        return Device.PHONE
    if "Android" in user_agent:
        return Device.TABLET
    return Device.COMPUTER if user_agent.startswith("Mozilla/") else Device.UNKNOWN
