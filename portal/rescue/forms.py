"""What somebody types who lost their code."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.patient_login.forms import BirthForm
from studies.rescue.contacts import Asked, ContactFault, fault_of

_FAULTS = {
    ContactFault.EMPTY: _("Type the mobile number or the mail address that your hospital has."),
    ContactFault.NEITHER: _("This is neither a number nor a mail address. For example 0470 12 34 56."),
}


class LostForm(BirthForm):
    """Checked for its form alone: whether anybody has this number or address is never said."""

    field_order = ("contact", "day", "month", "year")
    contact = forms.CharField(
        label=_("Your mobile number or mail address"),
        help_text=_("The one that your hospital has. The new code goes there and nowhere else."),
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocorrect": "off"}),
    )

    def is_well_typed(self, today: date) -> bool:
        """Whether this can be a number or an address, and a date on which somebody was born who lives today."""
        if not self.is_valid():
            return False
        if not self.birth().is_possible(today):
            self.say_impossible_date()
        return self.is_valid()

    def asked(self) -> Asked:
        """What was typed, of a valid form."""
        return Asked(self.cleaned_data["contact"], self.birth())

    def clean_contact(self) -> str:
        contact: str = self.cleaned_data["contact"]
        fault = fault_of(contact)
        if fault is not None:
            raise forms.ValidationError(_FAULTS[fault])
        return contact
