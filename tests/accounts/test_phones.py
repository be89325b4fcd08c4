"""Mobile numbers."""

import pytest

from accounts.phones import country_of, e164, masked, spelled, takes_messages


@pytest.mark.parametrize("text", ["0470 12 34 47", "0032 470/12.34.47", "+32470123447"])
def test_a_number_is_kept_in_one_form(text: str) -> None:
    assert e164(text, "BE") == "+32470123447"


@pytest.mark.parametrize("text", ["", "soon", "12", "0470 12 34 47 ext. 5", "+", "9" * 40])
def test_what_is_no_number_is_refused(text: str) -> None:
    assert e164(text, "BE") is None


def test_a_fixed_line_and_a_number_that_costs_take_no_messages() -> None:
    assert takes_messages("+32470123447")
    assert takes_messages("+33612345678")
    assert not takes_messages("+3225550100")
    assert not takes_messages("+3290012345")
    assert not takes_messages("nothing")


def test_a_number_tells_its_country_and_is_shown_by_its_end() -> None:
    assert country_of("+33612345678") == "FR"
    assert country_of("+99912345678") == ""
    assert masked("+32470123447") == "••• 47"
    assert spelled("+32470123447") == "+32 470 12 34 47"
