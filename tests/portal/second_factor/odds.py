"""How often guessing gets in: formulas over the portal's own limits, so that whoever changes a limit sees the odds.

What the formulas take for granted, and nothing in the portal decides:

- a code's text, a token and a password are drawn evenly (`secrets`), and whoever guesses never guesses the same twice;
- dates of birth are spread evenly over the year: the odds hold while the 20 commonest days of a year are less than
  one birth in five;
- as many live codes as `LIVE_CODES`, which is about one for every inhabitant of Belgium.
"""

from datetime import timedelta
from math import prod

from accounts.challenges.services import DIGITS, TRIES
from accounts.throttling.limits import CODE, CODE_ADDRESS, CODE_ALARM, CODE_NETWORK, WindowLimit
from studies.access_codes.codes import ALPHABET, LENGTH
from studies.access_codes.slips import DIGITS as SLIP_DIGITS
from studies.access_codes.slips import PASSWORDS
from studies.access_codes.tries import WRONG_IN_A_LIFE, WRONG_WITHOUT_A_BIRTHDAY

GUESSES = 2_000_000
LIVE_CODES = 10_000_000
DAYS_OF_A_YEAR = 365
YEARS_OF_LIVES = 80
_HOUR = timedelta(hours=1)


def codes_there_are() -> int:
    """The last character checks the others and is no chance: 32^11 = 2^55."""
    return int(len(ALPHABET) ** (LENGTH - 1))


def hits_of_guesses(guesses: int, live: int, dates: int, space: int | None = None) -> float:
    """Expected hits = guesses x live codes / (codes there are x dates that a date of birth may be).

    With more addresses than the limits could ever stop: of those that are spread, no limit stops any.
    """
    return guesses * live / ((space or codes_there_are()) * dates)


def checked_in_an_hour(networks: int, addresses: int) -> int:
    """Wrong guesses that are looked at in an hour, of so many addresses in each of so many networks."""
    return networks * min(addresses * CODE_ADDRESS.failures, CODE_NETWORK.failures)


def hours_of(guesses: int, limit: WindowLimit) -> float:
    """How long one subject of a limit takes for so many guesses."""
    return guesses / limit.failures * (limit.window / _HOUR)


def hours_without_alarm(guesses: int) -> float:
    """How long so many guesses take if the operator is never to be told."""
    return guesses / CODE_ALARM.failures * (CODE_ALARM.window / _HOUR)


def share_of_dates(dates: int) -> float:
    """The thief who holds the code and knows that one of so many dates is right: 20 tries in the code's life."""
    assert CODE.ends_after is not None
    return min(1.0, CODE.ends_after / dates)


def wait_for_all_dates() -> timedelta:
    """How long the tries of a code's life take: each failure but the last makes the next one wait."""
    assert CODE.ends_after is not None
    return sum((CODE.wait_after(failures) for failures in range(1, CODE.ends_after)), timedelta())


def share_of_tokens(wrong: int, tokens: int = 10**DIGITS) -> float:
    """At least one right token among `wrong` tries in a code's life: each message bears five, and is a new chance.

    1 - (1 - 5 / tokens) ^ (tries / 5); how often messages are sent (5 an hour, 10 a day) only makes it slower.
    """
    tries = [min(TRIES, wrong - before) for before in range(0, wrong, TRIES)]
    none: float = prod(1 - each / tokens for each in tries)
    return 1 - none


def share_of_slips(wrong: int) -> float:
    """The same of a slip: tries x 5 passwords / 10^8. Wrong tries count together, whatever was typed."""
    return float(wrong * PASSWORDS / 10**SLIP_DIGITS)


def share_of_second_factor(wrong: int) -> float:
    """Whichever of the two is easier."""
    return max(share_of_tokens(wrong), share_of_slips(wrong))


def hits_of_thief(dates: int, *, knows_day: bool) -> float:
    """The thief who holds the code: a date by chance, and then a token or a password.

    `dates` are those that it may be by what the thief knows. `knows_day`: whether the hospital knows the day of birth;
    where it does not, fewer wrong tokens are borne.
    """
    return share_of_dates(dates) * share_of_second_factor(WRONG_IN_A_LIFE if knows_day else WRONG_WITHOUT_A_BIRTHDAY)
