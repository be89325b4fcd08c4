"""Messages through Twilio's REST API (https://www.twilio.com/docs/messaging/api/message-resource)."""

from dataclasses import dataclass, field
from urllib.parse import quote

from django.http import QueryDict
from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http import HttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from .interfaces import SmsNotSent

TIMEOUT_SECONDS = 2.5  # to connect, and again between packets of the answer


@dataclass(frozen=True)
class TwilioSms:
    """`sender` is the number (E.164) or the name the message comes from.

    `callback` is the address (https) where Twilio tells what became of a message; empty: nowhere.
    """

    account: str
    token: str = field(repr=False)
    sender: str
    callback: str = ""
    http: HttpClient = field(default_factory=lambda: TwilioHttpClient(timeout=TIMEOUT_SECONDS, max_retries=0))

    def send(self, to: str, text: str, reference: str = "") -> str:
        client = Client(self.account, self.token, http_client=self.http)
        told = {"status_callback": f"{self.callback}?message={quote(reference)}"} if self.callback and reference else {}
        try:
            return str(client.messages.create(to=to, from_=self.sender, body=text, **told).sid)
        except TwilioRestException as error:
            raise SmsNotSent(f"Twilio answered {error.status}, code {error.code}") from None
        except (TwilioException, RequestException) as error:
            raise SmsNotSent(f"Twilio did not answer: {type(error).__name__}") from None

    def has_signed(self, address: str, posted: QueryDict, signature: str) -> bool:
        """Whether Twilio itself sent this to `address`, which is the exact one that it was given, with its query."""
        return bool(RequestValidator(self.token).validate(address, posted, signature))
