"""Asking an authority about a certificate: the seam to its OCSP responder."""

from typing import Protocol


class NoAnswer(Exception):
    """The responder was not reached, did not answer in time, or answered something else. Says why, without more."""


class OcspCourier(Protocol):
    def ask(self, address: str, question: bytes) -> bytes:
        """Carry a question (a DER OCSPRequest) to the address of a responder. Returns its answer (DER), unchecked.

        Raises `NoAnswer`.
        """
