"""What is typed on the way back into an account."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.staff.deeds import DeedForm


class ResetForm(forms.Form):
    """Where the mail goes; whether an account has it is never said."""

    mail = forms.EmailField(
        label=_("Mail address"),
        error_messages={"required": _("Type your mail address.")},
        help_text=_("The one with which you log in."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
    )

    def clean_mail(self) -> str:
        return str(self.cleaned_data["mail"]).lower()


class HowVerifiedForm(DeedForm):
    """What the service desk did to know that this is the owner."""

    how = forms.CharField(
        label=_("How you verified who this is"),
        help_text=_(
            "For example: called back on the number of the practice in the public register, spoke with the physician. "
            "Kept in the audit log, and read by the owner. No names of patients."
        ),
        min_length=10,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
