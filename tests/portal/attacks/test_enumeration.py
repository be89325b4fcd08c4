"""Nobody learns by words, time, size or status which codes, dates, links, patients or tokens there are."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.models import Challenge, ThrottleCounter
from studies.access_codes.codes import fresh, shown
from studies.access_codes.slips import issue_slip, use_slip_password
from studies.models import AccessCode, Institution, Patient, Rescue, Study
from tests.portal.second_factor.house import BORN, NUMBER, OTP, PRICED, SMS, House, come_in, only_code, wrong

from .watching import Seen, Watch

MINUTE = timedelta(minutes=1)
WRONG_DAY = BORN | {"day": "15"}


def _long_ago() -> Any:
    return timezone.now() - MINUTE


Spoil = Callable[[House], object]
# What a code can be; whoever types a wrong date learns of none of it.
STATES: dict[str, Spoil] = {
    "alive": lambda _: None,
    "used": lambda _: AccessCode.objects.update(first_used_at=_long_ago()),
    "taken back": lambda _: AccessCode.objects.update(revoked_at=_long_ago()),
    "ended": lambda _: AccessCode.objects.update(ended_at=_long_ago()),
    "expired": lambda _: AccessCode.objects.update(expires_at=_long_ago()),
    "not yet given out": lambda _: AccessCode.objects.update(issued_at=timezone.now() + MINUTE),
    "its hospital left": lambda _: Institution.objects.update(is_active=False),
    "nothing arrived": lambda _: Study.objects.update(arrived_at=None),
    "asks a token": lambda house: house.asks(SMS),
    "asks a password and a price": lambda house: house.asks(OTP, **PRICED),
    "of somebody who died": lambda _: Patient.objects.update(died=True),
    "of somebody born in that year": lambda _: Patient.objects.update(birth_month=None, birth_day=None),
    "no token left": lambda _: AccessCode.objects.update(token_failures=50),
}
DEAD = ("taken back", "ended", "not yet given out", "its hospital left")


@pytest.mark.parametrize("state", STATES)
def test_a_wrong_date_tells_nothing_of_the_code(house: House, watch: Watch, state: str) -> None:
    code = house.code()
    STATES[state](house)
    birth = WRONG_DAY | ({"year": "1950"} if state == "of somebody born in that year" else {})
    _refused_alike(watch, house, code, **birth)


@pytest.mark.parametrize("state", DEAD)
def test_the_right_date_tells_nothing_of_a_dead_code(house: House, watch: Watch, state: str) -> None:
    code = house.code()
    STATES[state](house)
    _refused_alike(watch, house, code)


def test_every_failure_up_to_the_last_is_answered_alike_and_so_is_what_comes_after(house: House, watch: Watch) -> None:
    code, invented = house.code(), shown(fresh())
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for failure in range(1, 24):
            answers = [watch(come_in, Client(), text, typed=text, **WRONG_DAY) for text in (code, invented)]
            assert _outside(answers[0]) == _outside(answers[1]), failure
            clock.shift(timedelta(days=1, seconds=1))
    assert only_code().ended_at is not None


@pytest.mark.parametrize("state", ["alive", "taken back", "expired", "asks a token"])
def test_a_link_tells_nothing_of_the_code(house: House, watch: Watch, state: str) -> None:
    code, invented = house.code(), shown(fresh())
    STATES[state](house)
    for method in ("get", "head", "post"):
        there, nowhere = (watch(getattr(Client(), method), f"/p/{text}") for text in (code, invented))
        assert there == nowhere
    pages, refusals = [], []
    for text in (code, invented):
        browser = Client()
        browser.get(f"/p/{text}")
        pages.append(watch(browser.get, "/patient/"))
        refusals.append(watch(browser.post, "/patient/", WRONG_DAY))
        ThrottleCounter.objects.all().delete()
    assert pages[0] == pages[1]
    assert refusals[0] == refusals[1]


HOLDERS: dict[str, tuple[dict[str, str], Spoil]] = {
    "the right one": ({"contact": NUMBER, **BORN}, lambda _: None),
    "another date": ({"contact": NUMBER, **WRONG_DAY}, lambda _: None),
    "another number": ({"contact": "+32470999999", **BORN}, lambda _: None),
    "by mail": ({"contact": "anna.peeters@mail.example", **BORN}, lambda _: None),
    "no such mail": ({"contact": "anna.wouters@mail.example", **BORN}, lambda _: None),
    "whose code was taken back": ({"contact": NUMBER, **BORN}, STATES["taken back"]),
    "who is represented": ({"contact": NUMBER, **BORN}, lambda _: Patient.objects.update(is_represented=True)),
    "who died": ({"contact": NUMBER, **BORN}, STATES["of somebody who died"]),
    "without a code": ({"contact": NUMBER, **BORN}, lambda _: AccessCode.objects.all().delete()),
}


def test_whoever_asks_for_another_code_sees_the_same(house: House, watch: Watch) -> None:
    house.code()
    answers = {}
    for number, (who, (typed, spoil)) in enumerate(HOLDERS.items()):
        spoil(house)
        answers[who] = watch(Client().post, "/patient/lost/", typed, REMOTE_ADDR=f"2001:db8:{number}::1")
    assert {who: answer for who, answer in answers.items() if answer != answers["the right one"]} == {}
    assert answers["the right one"].messages == 0
    assert Rescue.objects.count() == len(HOLDERS)


def test_asking_again_and_again_waits_alike_whoever_is_meant(house: House, watch: Watch) -> None:
    house.code()
    told = []
    for network, number in enumerate((NUMBER, "+32470999999")):
        with time_machine.travel(timezone.now().replace(second=0, microsecond=0), tick=False):
            told.append([_asked(watch, number, f"2001:db8:{network}::1") for _ in range(7)])
    assert told[0] == told[1]
    assert [answer.status for answer in told[0]] == [200] * 5 + [429] * 2


TOKENS: dict[str, Spoil] = {
    "too old": lambda _: Challenge.objects.update(expires_at=_long_ago()),
    "tried too often": lambda _: Challenge.objects.update(tries=5),
    "used": lambda _: Challenge.objects.update(used_at=_long_ago()),
    "replaced by another session's": lambda house: come_in(Client(), _texts_code(house)),
    "its tries are over": lambda _: AccessCode.objects.update(token_failures=50),
}


def _texts_code(house: House) -> str:
    """The code that the house gave out first, kept by the test in its folder."""
    return (house.folder / "code").read_text()


@pytest.mark.parametrize("state", TOKENS)
def test_a_token_that_cannot_be_used_answers_like_a_wrong_one(house: House, watch: Watch, state: str) -> None:
    """Else five tries a message would be as many as there are states."""
    house.asks(SMS)
    code, thief = house.code(), Client()
    (house.folder / "code").write_text(code)
    come_in(thief, code)
    token = house.token()
    TOKENS[state](house)
    _tokens_alike(watch, thief, token, wrong(token))


def test_a_wrong_token_answers_alike_however_near(house: House, watch: Watch) -> None:
    house.asks(SMS)
    thief = Client()
    come_in(thief, house.code())
    near = wrong(house.token())
    far = "".join(str((int(digit) + 5) % 10) for digit in house.token())
    _tokens_alike(watch, thief, near, far)


def test_a_used_password_of_a_slip_answers_like_one_that_never_was(house: House, watch: Watch) -> None:
    house.asks(OTP, otp_by_mail=False)
    thief, code = Client(), house.code()
    passwords = issue_slip(only_code(), SYSTEM, timezone.now())
    use_slip_password(only_code(), passwords[0], timezone.now())
    come_in(thief, code)
    never = wrong(max(passwords))
    _tokens_alike(watch, thief, passwords[0], never)


def test_the_page_of_the_token_shows_two_digits_of_the_number_and_no_more(house: House, watch: Watch) -> None:
    house.asks(SMS)
    browser = Client()
    come_in(browser, house.code())
    page = watch(browser.get, "/patient/token/").words
    assert "••• 47" in page
    assert not any(part in page for part in ("123447", "0470", "+32470", "anna.peeters"))
    assert not mail.outbox


def _refused_alike(watch: Watch, house: House, code: str, **birth: str) -> None:
    """This code and one that nobody has are answered alike, for the same work, and nothing is sent."""
    answers = []
    for typed in (code, shown(fresh())):
        answers.append(watch(come_in, Client(), typed, typed=typed, **birth))
        ThrottleCounter.objects.all().delete()
    assert answers[0] == answers[1]
    assert answers[0].status == 403
    assert (answers[0].messages, house.texts()) == (0, [])


def _asked(watch: Watch, number: str, place: str) -> Seen:
    return watch(Client().post, "/patient/lost/", {"contact": number, **BORN}, typed=number, REMOTE_ADDR=place)


def _tokens_alike(watch: Watch, thief: Client, *tokens: str) -> None:
    with time_machine.travel(timezone.now(), tick=False):  # the page counts the seconds until the next message
        answers = [watch(thief.post, "/patient/token/", {"token": typed}, typed=typed) for typed in tokens]
    assert answers[0] == answers[1]
    assert answers[0].messages == 0


def _outside(answer: Seen) -> tuple[object, ...]:
    return answer.status, answer.words, answer.size, answer.headers, answer.cookies
