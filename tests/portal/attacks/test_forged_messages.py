"""What reaches the open doors for machines from anybody at all: `/webhooks/...`."""

import json
from typing import Any

import pytest
from django.test import Client
from twilio.request_validator import RequestValidator

from accounts.models import Challenge
from tests.portal.second_factor.house import SMS, House, come_in, is_in, type_token

NUMBERS = ["\0", "tr_\0", "\n", "\u202e", "ключ", "💶", "x" * 101, "x" * 5000, "' OR 1=1 --", "%", "../x"]
HALF_A_PAIR = "\ud800"  # JSON can say it, no database can keep it


@pytest.mark.django_db
@pytest.mark.parametrize("number", NUMBERS)
def test_mollies_door_answers_every_number_alike(client: Client, number: str) -> None:
    answer = client.post("/webhooks/mollie/", {"id": number})
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.django_db
@pytest.mark.parametrize("number", [*NUMBERS, HALF_A_PAIR, 5, None, [], {"id": "x"}, True])
@pytest.mark.parametrize("field", ["id", "payment_intent"])
def test_stripes_door_answers_every_number_alike(client: Client, field: str, number: Any) -> None:
    event = json.dumps({"data": {"object": {field: number}}})
    answer = client.post("/webhooks/stripe/", event, content_type="application/json")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("status", ["undelivered", "delivered", "failed", "received", "'", ""])
def test_twilios_word_replayed_later_moves_nothing(house: House, settings: Any, status: str) -> None:
    """Somebody who recorded one signed message sends it again after its token was used, and once more."""
    house.asks(SMS, mail_when_sms_fails=True)
    browser = Client()
    come_in(browser, house.code())
    type_token(browser, house.token())
    settings.SMS_URL, settings.PUBLIC_URL = "twilio://AC1:token@/?from=+32460000000", "https://portal.example"
    path, said = f"/webhooks/twilio/?message={Challenge.objects.get().uuid}", {"MessageStatus": status}
    signature = RequestValidator("token").compute_signature(f"https://portal.example{path}", said)
    for _ in range(3):
        assert Client().post(path, said, headers={"X-Twilio-Signature": signature}).status_code == 204
    assert Challenge.objects.count() == 1
    assert len(house.texts()) == 1
    assert is_in(browser)
