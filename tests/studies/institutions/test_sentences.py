"""A rule in one sentence, and what a patient needs to come in."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from studies.institutions.foretelling import foretell
from studies.institutions.sentences import opening_of, sentence_of
from studies.models import Audience, Institution, PolicyRule
from tests.factories import InstitutionFactory
from tests.factories.studies import NOON


@pytest.mark.parametrize(
    ("ruled", "said"),
    [
        (
            {"images": True, "report": True, "report_days": 1},
            "A patient with a code sees the images as soon as they arrive, "
            "and the report 1 day after it is final, whatever it says.",
        ),
        (
            {"images": True, "images_hours": 48, "report": True, "report_days": 7},
            "A patient with a code sees the images 48 hours after they arrive, "
            "and the report 7 days after it is final, whatever it says.",
        ),
        ({"images": True}, "A patient with a code sees the images as soon as they arrive, but not the report."),
        (
            {"report": True},
            "A patient with a code sees no images, but the report as soon as it is final, whatever it says.",
        ),
        ({}, "A patient with a code sees that the examination was made, but neither images nor report."),
        ({"in_list": False, "images": True}, "A patient with a code does not learn that the examination was made."),
    ],
)
def test_a_patient_s_rule_is_one_sentence(ruled: dict[str, Any], said: str) -> None:
    assert sentence_of(PolicyRule(audience=Audience.PATIENT, **ruled)) == said


def test_no_two_rules_of_an_audience_say_the_same() -> None:
    for audience in Audience:
        rules = [
            PolicyRule(audience=audience, images=images, images_hours=hours, report=report, report_days=days)
            for images, hours, report, days in product((True, False), (0, 5), (True, False), (0, 3))
            if (images or not hours) and (report or not days)
        ]
        assert len({sentence_of(rule) for rule in rules}) == len(rules) == 9


def test_no_two_audiences_are_the_same() -> None:
    assert len({sentence_of(PolicyRule(audience=audience)) for audience in Audience}) == len(Audience)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, ["Letter and birthday open this: whoever holds the letter and knows the date of birth comes in."]),
        (
            {"patient_second_factor": "sms", "mail_when_sms_fails": True},
            [
                "Opening needs the letter and the date of birth, then a token by SMS.",
                "The token may go by mail where an SMS cannot be delivered.",
            ],
        ),
        (
            {"patient_second_factor": "otp"},
            ["Opening needs the letter and the date of birth, then a one-time password by mail or from a slip."],
        ),
        (
            {"patient_second_factor": "otp", "otp_by_mail": False},
            ["Opening needs the letter and the date of birth, then a one-time password from a slip of your desk."],
        ),
        ({"second_factor_per_code": True}, ["Your desk can ask for a second factor on single codes."]),
        ({"price_minor": 500, "price_currency": "CHF"}, ["Price: CHF5.00, paid before anything opens."]),
        ({"free_copy_text": "Ask."}, ["Price: none, unless your desk sets one on a single code."]),
        (
            {"in_person_from_age": 12, "in_person_to_age": 15},
            ["Codes for patients aged 12 to 15 are handed over in person only."],
        ),
    ],
)
def test_what_a_patient_needs_to_come_in(settings: dict[str, Any], said: list[str]) -> None:
    told = [sentence.replace("\N{NO-BREAK SPACE}", "") for sentence in opening_of(Institution(**settings))]
    assert set(said) <= set(told)


@pytest.mark.django_db
def test_dates_are_those_of_the_institution_s_clock() -> None:
    far = InstitutionFactory(time_zone="Pacific/Auckland")
    rule = PolicyRule(institution=far, audience=Audience.PATIENT, report=True, report_days=7)
    at = NOON + timedelta(minutes=5)  # five past one at night, the next day, in Auckland
    assert foretell(rule, at).dates == [
        "A report that is final today, Thursday 19 November 2026 at 01:05, "
        "would be seen from Thursday 26 November 2026 at 01:05.",
        "A preliminary report would not be seen.",
    ]


@pytest.mark.django_db
def test_days_are_of_24_hours_when_the_clock_changes_too() -> None:
    rule = PolicyRule(institution=InstitutionFactory(), audience=Audience.PATIENT, report=True, report_days=7)
    before_summer = NOON.replace(year=2027, month=3, day=25)
    assert "would be seen from Thursday 1 April 2027 at 14:00." in foretell(rule, before_summer).dates[0]
