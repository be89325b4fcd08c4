"""What somebody says of themselves who was invited."""

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .confirming_forms import PasswordForm
from .forms import PHONE_HINT, read_mobile


class InvitedForm(PasswordForm):
    """A name, a number to be reached at, and a password."""

    field_order = ("title", "first_name", "last_name", "phone", "language", "password", "again")
    title = forms.CharField(
        label=_("Title (if you use one)"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "honorific-prefix"}),
    )
    first_name = forms.CharField(
        label=_("First name"),
        error_messages={"required": _("Type your first name.")},
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label=_("Last name"),
        error_messages={"required": _("Type your last name.")},
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    phone = forms.CharField(
        label=_("Mobile number"),
        error_messages={"required": _("Type your mobile number.")},
        help_text=PHONE_HINT,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    language = forms.ChoiceField(label=_("Language of our messages"), choices=settings.LANGUAGES, initial=get_language)

    def clean_phone(self) -> str:
        number, problem = read_mobile(self.cleaned_data["phone"], settings.ENVIRONMENT)
        if problem:
            raise forms.ValidationError(problem)
        return number

    def clean_password(self) -> str:
        """Not like the name that was just typed either."""
        self._user.first_name = self.cleaned_data.get("first_name", "")
        self._user.last_name = self.cleaned_data.get("last_name", "")
        return super().clean_password()
