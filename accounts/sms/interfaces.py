"""Sending text messages: the seam to whoever carries them."""

from typing import Protocol


class SmsNotSent(Exception):
    """The carrier refused the message or did not answer in time. Says why without the number and the text."""


class SmsSender(Protocol):
    def send(self, to: str, text: str, reference: str = "") -> str:
        """Send `text` to the number `to` (E.164). Returns the carrier's number for it, empty where it has none.

        A carrier that tells later what became of the message does so with `reference`, where one is given. Raises
        `SmsNotSent`.
        """
