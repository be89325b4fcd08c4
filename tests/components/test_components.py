"""Each component alone: what a person notices of it, and that what comes from outside stays text."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.template.loader import render_to_string

from accounts.registration.forms import NumberRow, RegisterForm
from accounts.registration.standing import Step
from portal.environments import Environment
from portal.environments.flags import FLAGS
from portal.patient_login.desks import Desk
from portal.patient_login.forms import PatientForm
from studies.models import ReportStatus, ReportVersion
from studies.overview.readiness import State, Tone

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
SCRIPT = "<script>alert(1)</script>"


def rendered(name: str, **context: object) -> str:
    return " ".join(render_to_string(f"components/{name}/{name}.html", context).split())


class Address(forms.Form):
    mail = forms.EmailField(label="Mail address", help_text="As on your card.")
    stay = forms.BooleanField(label="Stay here", required=False)


def test_a_button_submits_its_form_unless_it_leads_somewhere() -> None:
    assert '<button type="submit" class="button">Log in</button>' in rendered("button", label="Log in")
    link = rendered("button", label="Log in", href="/login/", kind="quiet", wide=True)
    assert link == '<a class="button button--quiet button--wide" href="/login/">Log in</a>'
    heard = rendered("button", label="Forget", about=SCRIPT)
    assert 'Forget<span class="visually-hidden"> &lt;script&gt;alert(1)&lt;/script&gt;</span>' in heard


def test_a_field_says_what_it_wants_and_what_was_wrong_right_beside_it() -> None:
    field = Address({"mail": "nonsense"})["mail"].as_field_group()
    assert '<label for="id_mail">Mail address</label>' in field
    assert 'id="id_mail_helptext">As on your card.' in field
    assert 'id="id_mail_error"' in field
    assert 'aria-describedby="id_mail_helptext id_mail_error"' in field
    assert 'aria-invalid="true"' in field


def test_a_form_begins_with_a_summary_that_leads_to_the_fields() -> None:
    form = str(Address({"mail": ""}))
    assert form.index('role="alert"') < form.index('<label for="id_mail"')
    assert '<a href="#id_mail">This field is required.</a>' in form
    assert 'tabindex="-1" autofocus>' in form
    assert 'role="alert"' not in str(Address())


def test_a_tick_box_stands_before_its_label() -> None:
    field = Address()["stay"].as_field_group()
    assert field.index('type="checkbox"') < field.index("Stay here")


def test_what_is_still_ahead_is_a_line_each_and_leads_to_the_reasons() -> None:
    opens = State(Tone.WAITING, "", "Report", "This hospital shows every report after 7 days.", NOON)
    states = [opens, State(Tone.WAITING, "", "Images: CT", "So far."), State(Tone.QUIET, "", SCRIPT, "By its policy.")]
    ahead = rendered("ahead", states=states)
    assert "Report, from Wednesday 18 November 2026 at 13:00" in ahead
    assert "Images: CT: not here yet" in ahead
    assert "&lt;script&gt;alert(1)&lt;/script&gt;: not shown here" in ahead
    assert '<a class="link" href="#ready">' in ahead
    assert not [state.reason for state in states if state.reason in ahead]


def test_a_date_of_birth_is_three_fields_under_one_question() -> None:
    form = PatientForm({"code": "", "day": "31", "month": "2", "year": "1951"})
    form.full_clean()
    form.add_error("day", "This date cannot be.")
    birth = rendered("birth", form=form)
    assert birth.count("<input") == 3
    assert birth.count('inputmode="numeric"') == 3
    assert birth.index("<legend>Date of birth</legend>") < birth.index("This date cannot be.") < birth.index("<input")
    assert 'autocomplete="bday-year"' in birth


def test_the_environment_menu_names_this_country_and_the_others() -> None:
    here = Environment("BE", "Belgium", "https://be.example", FLAGS["BE"])
    there = Environment("JP", "Japan", "https://jp.example", None)
    menu = rendered("environment_menu", environment=here, environments=[there])
    assert menu.startswith("<details")
    assert '<a href="https://jp.example"> Japan </a>' in menu
    assert "no other country" not in menu
    assert "no other country" in rendered("environment_menu", environment=here, environments=[])


@pytest.mark.parametrize("code", sorted(FLAGS))
def test_a_flag_is_drawn_by_the_page_itself_and_is_no_news_to_a_screen_reader(code: str) -> None:
    flag = rendered("flag", flag=FLAGS[code])
    assert flag.count("<rect") == 3
    assert 'aria-hidden="true"' in flag


def test_a_desk_has_a_number_to_tap() -> None:
    desks = [Desk("AZ Sint-Example, Brussels", "+32 2 555 01 00", "tel:+32-2-555-01-00", "Mon-Fri 8-18")]
    listed = rendered("desks", desks=desks)
    assert '<a class="desks__phone" href="tel:+32-2-555-01-00">+32 2 555 01 00</a>' in listed
    assert "The number is on your letter." in rendered("desks", desks=[])


def test_the_letter_shows_where_the_code_stands() -> None:
    assert "7QK4-M2XR-9DTH" in rendered("letter")


def test_the_languages_are_named_in_themselves_and_keep_the_page() -> None:
    menu = rendered("language_menu", next="/patient/")
    for name in ("Nederlands", "Français", "Deutsch", "English"):
        assert f">{name}</button>" in menu
    assert '<input type="hidden" name="next" value="/patient/">' in menu
    assert 'lang="en" aria-current="true"' in menu


def test_the_theme_of_now_is_marked() -> None:
    menu = rendered("theme_menu", theme="dark", next="/")
    assert 'value="dark" aria-current="true"' in menu
    assert menu.count("aria-current") == 1


def test_a_report_has_headings_paragraphs_and_a_state() -> None:
    text = f"FINDINGS\nNormal.\nStill normal.\n\n{SCRIPT}\nConclusion: nothing new."
    version = ReportVersion(status=ReportStatus.CORRECTED, text=text, author="Dr E. Lambert", received_at=NOON)
    report = rendered("report", report=version)
    assert "<h3>Findings</h3>" in report
    assert "<h3>Conclusion</h3>" in report
    assert "Corrected" in report
    assert "Dr E. Lambert · 18 November 2026" in report
    assert SCRIPT not in report


def test_a_notice_about_a_problem_is_an_alert() -> None:
    assert 'role="alert"' in rendered("notice", title="No", text="Try again.", tone="problem")
    assert 'role="alert"' not in rendered("notice", text=SCRIPT)
    assert SCRIPT not in rendered("notice", text=SCRIPT)


def test_a_pill_has_its_tone() -> None:
    assert rendered("pill", text="report", tone="ready") == '<span class="pill pill--ready">report</span>'


def test_messages_are_told_politely() -> None:
    class Message:
        level_tag = "success"

        def __str__(self) -> str:
            return "Saved."

    assert 'role="status"' in rendered("messages", messages=[Message()])
    assert rendered("messages", messages=[]) == ""


def test_logging_out_is_a_form() -> None:
    assert '<form method="post" action="/logout/">' in rendered("logout")


def test_the_brand_leads_home_where_there_is_a_home() -> None:
    assert rendered("brand", href="/").startswith('<a class="brand" href="/">')
    assert rendered("brand", href="").startswith("<span")


def test_a_minute_later_is_another_clock_time() -> None:
    early = ReportVersion(status=ReportStatus.FINAL, text="x", received_at=NOON)
    late = ReportVersion(status=ReportStatus.FINAL, text="x", received_at=NOON + timedelta(minutes=1))
    assert "13:00" in rendered("report", report=early)  # noon UTC, in Brussels
    assert "13:01" in rendered("report", report=late)


def test_a_way_in_steps_says_what_was_done_what_is_now_and_what_comes() -> None:
    steps = [
        Step("Asked", NOON, is_now=False),
        Step(SCRIPT, None, is_now=True),
        Step("Checked", None, is_now=False),
    ]
    shown = rendered("steps", steps=steps)
    assert shown.index("18 November 2026, 13:00") < shown.index('aria-current="step"') < shown.index("still to come")
    assert shown.count("aria-current") == 1
    assert SCRIPT not in shown


def test_a_row_of_a_number_asks_to_look_again_only_where_something_is_doubtful() -> None:
    form = RegisterForm()
    row = NumberRow(form["register_1"], form["number_1"], "")
    quiet = rendered("number_row", row=row, legend="Your registration number", help="")
    doubtful = rendered("number_row", row=replace(row, doubt=SCRIPT), legend="Number", help="Digits")
    assert "<legend>Your registration number</legend>" in quiet
    assert "look at it again" not in quiet
    assert "look at it again" in doubtful
    assert SCRIPT not in doubtful
