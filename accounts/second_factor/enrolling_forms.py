"""The forms of setting up a second factor."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.phones import e164, takes_messages
from accounts.registration.forms import PHONE_HINT

from .passkeys import MOST_CHARACTERS
from .totp import DIGITS


class NameForm(forms.Form):
    """What the owner calls the device."""

    name = forms.CharField(
        label=_("A name for it"),
        help_text=_("So that you know it again, for example: my phone."),
        error_messages={"required": _("Type a name.")},
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class AppForm(NameForm):
    """The token that a new app shows."""

    field_order = ("token", "name")

    token = forms.CharField(
        label=_("Token"),
        help_text=_("The six digits that the app shows now."),
        error_messages={"required": _("Type the digits here.")},
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = gettext("Authenticator app")

    def clean_token(self) -> str:
        token = "".join(str(self.cleaned_data["token"]).split())
        if not (token.isascii() and token.isdigit() and len(token) == DIGITS):
            raise forms.ValidationError(gettext("A token has six digits."))
        return token


class PasskeyForm(NameForm):
    """What the browser made; a script fills it in."""

    credential = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = gettext("Passkey")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not 0 < len(cleaned.get("credential", "")) <= MOST_CHARACTERS:
            # Said of the whole form: a field that nobody sees has no place beside it.
            raise forms.ValidationError(gettext("Your browser did not hand over a passkey. Please try again."))
        return cleaned


class NumberForm(forms.Form):
    """A mobile number, as people write it."""

    number = forms.CharField(
        label=_("Mobile number"),
        help_text=PHONE_HINT,
        error_messages={"required": _("Type your mobile number.")},
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._country = country

    def clean_number(self) -> str:
        number = e164(str(self.cleaned_data["number"]), self._country)
        if number is None or not takes_messages(number):
            raise forms.ValidationError(gettext("This is not a mobile number. Please look at it again."))
        return number


class ConfirmForm(AppForm):
    """The token that went to a new telephone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["token"].help_text = _("The six digits of the text message.")
        self.fields["name"].initial = gettext("My phone")
