"""What a patient types: the token of a message, or a password of a slip."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.challenges.services import DIGITS
from studies.access_codes.slips import DIGITS as SLIP_DIGITS


class TokenForm(forms.Form):
    """Six or eight digits; spaces, dashes and dots do not matter."""

    token = forms.CharField(
        label=_("Token"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
        error_messages={"required": _("Type the digits here.")},
    )

    def ask_for_password(self) -> None:
        """Call the field what it is to somebody who has a slip and nothing else."""
        self.fields["token"].label = _("Password from your slip")

    def clean_token(self) -> str:
        typed = "".join(
            character for character in self.cleaned_data["token"] if character not in " \t\r\n\u00a0\u2009\u202f-–.·"
        )
        # As digits of any script are typed: `int` reads them all.
        if not (typed.isdecimal() and len(typed) in (DIGITS, SLIP_DIGITS)):
            raise forms.ValidationError(gettext("A token has 6 digits; a password of a slip has 8."))
        return "".join(str(int(digit)) for digit in typed)
