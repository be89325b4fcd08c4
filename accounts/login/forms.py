"""The forms of the two steps."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import SignInFactor
from accounts.second_factor.backup_codes import CHARACTERS, plain
from accounts.second_factor.passkeys import MOST_CHARACTERS
from accounts.second_factor.totp import DIGITS


class LoginForm(forms.Form):
    """Username and password. The username is free text: what is not an address is simply not an account."""

    username = forms.CharField(
        label=_("Mail address"),
        error_messages={"required": _("Type your mail address.")},
        max_length=254,
        widget=forms.TextInput(
            # "webauthn": where the browser can, it offers a passkey here (Level 3 §5.1.11)
            attrs={
                "autocomplete": "username webauthn",
                "autocapitalize": "none",
                "spellcheck": "false",
                "inputmode": "email",
                "autofocus": True,
            }
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        error_messages={"required": _("Type your password.")},
        max_length=1024,  # Argon2 takes any length; nobody's patience or memory does
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    next = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)


class FactorForm(forms.Form):
    """What every form of the second step has: which way it is, and whether to leave the step out from now on."""

    field: str

    way = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    remember = forms.BooleanField(
        label=_("Do not ask for this in this browser for 30 days"),
        required=False,
        help_text=_("Only where nobody else uses this device."),
    )

    def __init__(self, *args: Any, may_be_remembered: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_be_remembered:
            del self.fields["remember"]

    @property
    def given(self) -> str:
        return str(self.cleaned_data[self.field])

    @property
    def wants_to_be_remembered(self) -> bool:
        return bool(self.cleaned_data.get("remember"))


class TokenForm(FactorForm):
    """The six digits that an authenticator app shows; spaces do not matter."""

    field = "token"
    field_order = ("token", "remember")

    token = forms.CharField(
        label=_("Token"),
        help_text=_("The six digits that your authenticator app shows now."),
        error_messages={"required": _("Type the digits here.")},
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )

    def clean_token(self) -> str:
        token = "".join(str(self.cleaned_data["token"]).split())
        if not (token.isascii() and token.isdigit() and len(token) == DIGITS):
            raise forms.ValidationError(gettext("A token has six digits."))
        return token


class SmsTokenForm(TokenForm):
    """The six digits of a text message."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["token"].help_text = _("The six digits of the newest text message.")


class BackupCodeForm(FactorForm):
    """A code of the sheet; case, spaces and dashes do not matter."""

    field = "code"
    field_order = ("code", "remember")

    code = forms.CharField(
        label=_("Backup code"),
        help_text=_("One that you have not used yet, such as 7QK4M-2XR9D. Cross it out afterwards."),
        error_messages={"required": _("Type a backup code.")},
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )

    def clean_code(self) -> str:
        code = plain(str(self.cleaned_data["code"]))
        if len(code) != CHARACTERS:
            raise forms.ValidationError(gettext("A backup code has ten letters and digits."))
        return code


class PasskeyForm(FactorForm):
    """What the browser answered; a script fills it in."""

    field = "credential"

    credential = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not 0 < len(cleaned.get("credential", "")) <= MOST_CHARACTERS:
            # Said of the whole form: a field that nobody sees has no place beside it.
            raise forms.ValidationError(gettext("Your browser did not hand over a passkey. Please try again."))
        return cleaned


FORMS: dict[SignInFactor, type[FactorForm]] = {
    SignInFactor.TOTP: TokenForm,
    SignInFactor.SMS: SmsTokenForm,
    SignInFactor.BACKUP_CODE: BackupCodeForm,
    SignInFactor.PASSKEY: PasskeyForm,
}


def add_sentences(form: forms.Form, *sentences: str) -> None:
    """Say on top of the form why it was not accepted."""
    errors: list[Any] = [sentence for sentence in sentences if sentence]
    form.add_error(None, forms.ValidationError(errors))
