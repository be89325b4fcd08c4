"""Messages through Twilio's REST API (https://www.twilio.com/docs/messaging/api/message-resource)."""

from dataclasses import dataclass, field

from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http import HttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from .interfaces import SmsNotSent

TIMEOUT_SECONDS = 2.5  # to connect, and again to answer: five in all


@dataclass(frozen=True)
class TwilioSms:
    """`sender` is the number (E.164) or the name the message comes from."""

    account: str
    token: str = field(repr=False)
    sender: str
    http: HttpClient = field(default_factory=lambda: TwilioHttpClient(timeout=TIMEOUT_SECONDS, max_retries=0))

    def send(self, to: str, text: str) -> None:
        client = Client(self.account, self.token, http_client=self.http)
        try:
            client.messages.create(to=to, from_=self.sender, body=text)
        except TwilioRestException as error:
            raise SmsNotSent(f"Twilio answered {error.status}, code {error.code}") from None
        except (TwilioException, RequestException) as error:
            raise SmsNotSent(f"Twilio did not answer: {type(error).__name__}") from None
