"""Sending text messages: the seam to whoever carries them."""

from typing import Protocol


class SmsNotSent(Exception):
    """The carrier refused the message or did not answer in time. Says why without the number and the text."""


class SmsSender(Protocol):
    def send(self, to: str, text: str) -> None:
        """Send `text` to the number `to` (E.164). Raises `SmsNotSent`; returns within 5 seconds either way."""
