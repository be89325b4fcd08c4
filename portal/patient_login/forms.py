"""What a patient types: the code and the date of birth."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from studies.access_codes.births import Birth
from studies.access_codes.codes import CodeFault
from studies.access_codes.entries import Entry

NO_NUMBER = -1  # no date has it, so that whoever judges dates refuses it as impossible

_FAULTS = {
    CodeFault.EMPTY: _("Type the code from your letter."),
    CodeFault.LENGTH: _("A code has 12 letters and digits. Please compare it with your letter."),
    CodeFault.CHARACTER: _("There is something in it that no code has. Please compare it with your letter."),
    CodeFault.CHECK: _("One character is not right. Please compare the code with your letter, character by character."),
}


class WholeNumber(forms.CharField):
    """Digits as somebody types them, as an integer; None for nothing, NO_NUMBER for anything else."""

    def __init__(self, *, digits: int, autocomplete: str, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": autocomplete, "maxlength": digits + 4})
        super().__init__(required=False, widget=widget, **kwargs)

    def to_python(self, value: object) -> int | None:  # type: ignore[override]
        text = str(value or "").strip()
        if not text:
            return None
        return int(text) if text.isdecimal() and len(text) <= 4 else NO_NUMBER


class BirthForm(forms.Form):
    """A date of birth in three fields."""

    day = WholeNumber(label=_("Day"), digits=2, autocomplete="bday-day")
    month = WholeNumber(label=_("Month"), digits=2, autocomplete="bday-month")
    year = WholeNumber(label=_("Year"), digits=4, autocomplete="bday-year")

    def __init__(self, *args: Any, from_link: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.from_link = from_link

    def birth_fields(self) -> list[forms.BoundField]:
        return [self["day"], self["month"], self["year"]]

    def birth(self) -> Birth:
        """What was typed, of a valid form."""
        return Birth(self.cleaned_data["day"], self.cleaned_data["month"], self.cleaned_data["year"])

    def say_impossible_date(self) -> None:
        """Put beside the fields that nobody was born then."""
        if self.cleaned_data["year"] is None:
            self.add_error("year", _("Write your year of birth too, with four digits."))
        else:
            self.add_error("day", _("This date cannot be. Please check day, month and year, for example 27 3 1951."))


class PatientForm(BirthForm):
    """The code and the date of birth; what is wrong with them is for `access_codes.enter` to say."""

    field_order = ("code", "day", "month", "year")
    code = forms.CharField(
        label=_("Code"),
        help_text=_("12 letters and digits, as on your letter. Capitals and dashes do not matter."),
        max_length=100,
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "autocorrect": "off"}
        ),
    )

    def say_what_is_mistyped(self, entry: Entry) -> None:
        """Put beside the fields what `entry` says of them."""
        if entry.code_fault is not None:
            self.from_link = False
            self.add_error("code", _FAULTS[entry.code_fault])
        if entry.impossible_date:
            self.say_impossible_date()
