"""No address given from outside leads a patient out of the portal."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.portal.second_factor.house import BORN, PRICED, SMS, House, come_in

EVIL = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "/\t/evil.example/",
    "/\n/evil.example/",
    "\\\\evil.example/",
    "http:evil.example",
    "https:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "https://localhost:8000@evil.example/",
    "/%2f/evil.example/",
]
NAMES = ("next", "return", "return_url", "redirect", "redirect_to", "url", "way", "back")


@pytest.mark.parametrize("evil", EVIL)
def test_no_door_of_the_patients_leads_where_somebody_says(house: House, evil: str, settings: Any) -> None:
    settings.PAYMENT_URL = "local:"
    house.asks(SMS, **PRICED)
    browser = Client()
    typed = dict.fromkeys(NAMES, evil)
    doors = ["/patient/", "/patient/lost/", "/patient/token/", "/patient/token/send/", "/patient/token/way/"]
    doors += ["/patient/payment/return/", "/patient/request/", "/language/", "/theme/", "/logout/", "/p/x"]
    first = browser.post("/patient/", {"code": house.code(), **BORN, **typed}, query_params=typed)
    answers = [first]
    for door in doors:
        answers += [browser.get(door, typed), browser.post(door, typed, query_params=typed)]
    leads = [answer.headers["Location"] for answer in answers if "Location" in answer.headers]
    assert leads
    assert {urlsplit(lead).netloc for lead in leads} == {""}
    assert all(lead.startswith("/") and "\\" not in lead and not lead.startswith("//") for lead in leads)


@pytest.mark.parametrize("evil", EVIL)
def test_nobody_who_paid_is_led_elsewhere(house: House, evil: str, settings: Any) -> None:
    settings.PAYMENT_URL = "local:"
    house.asks(SMS, **PRICED)
    browser = Client()
    come_in(browser, house.code())
    typed = dict.fromkeys(NAMES, evil)
    checkout = browser.post("/patient/payment/", typed, query_params=typed).headers["Location"]
    assert checkout.startswith("/patient/payment/local/")
    back = browser.post(checkout, {"outcome": "paid", **typed}, query_params=typed).headers["Location"]
    assert back == "http://localhost:8000/patient/payment/return/"


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "Forwarded", "Origin", "Referer"])
def test_a_header_from_outside_names_no_host(house: House, header: str, settings: Any) -> None:
    settings.PAYMENT_URL = "local:"
    house.asks(SMS, **PRICED)
    browser = Client(headers={header: "evil.example"})
    come_in(browser, house.code())
    checkout = browser.post("/patient/payment/").headers["Location"]
    back = browser.post(checkout, {"outcome": "paid"}).headers["Location"]
    assert back == "http://localhost:8000/patient/payment/return/"
    assert "evil" not in browser.get("/patient/payment/return/").content.decode()
    assert "evil" not in str(house.texts())


@pytest.mark.django_db
def test_another_host_is_not_answered() -> None:
    assert Client(headers={"Host": "evil.example"}).get("/patient/").status_code == 400
