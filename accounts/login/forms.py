"""The forms of the two steps."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.second_factor.services import DIGITS


class LoginForm(forms.Form):
    """Username and password. The username is free text: what is not an address is simply not an account."""

    username = forms.CharField(
        label=_("Mail address"),
        max_length=254,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "inputmode": "email"}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=1024,  # Argon2 takes any length; nobody's patience or memory does
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    next = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)


class TokenForm(forms.Form):
    """The six digits that an authenticator app shows; spaces do not matter."""

    token = forms.CharField(
        label=_("Token"),
        help_text=_("The six digits that your authenticator app shows now."),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
    )

    def clean_token(self) -> str:
        token = "".join(str(self.cleaned_data["token"]).split())
        if not (token.isascii() and token.isdigit() and len(token) == DIGITS):
            raise forms.ValidationError(gettext("A token has six digits."))
        return token


def add_sentences(form: forms.Form, *sentences: str) -> None:
    """Say on top of the form why it was not accepted."""
    errors: list[Any] = [sentence for sentence in sentences if sentence]
    form.add_error(None, forms.ValidationError(errors))
