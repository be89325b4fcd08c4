"""What is typed on the way from the mail to the service desk: a password, a token, another number, an answer."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.challenges.services import DIGITS
from accounts.models import User

from .forms import read_mobile


class PasswordForm(forms.Form):
    """A password of one's own choosing, typed twice: it cannot be seen. `user`: whose it will be, for what it may not
    resemble."""

    password = forms.CharField(
        label=_("Password"),
        error_messages={"required": _("Choose a password.")},
        help_text=_(
            "At least 12 characters. Several words in a row are easy to remember and hard to guess. Not your name, "
            "and nothing that you use elsewhere."
        ),
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("The same password again"),
        error_messages={"required": _("Type the same password again.")},
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        validate_password(password, self._user)
        return password

    def clean(self) -> dict[str, Any]:
        password, again = self.cleaned_data.get("password"), self.cleaned_data.get("again")
        if password and again and password != again:
            self.add_error("again", gettext("The two are not the same. Please type your password again."))
        return self.cleaned_data


class PhoneTokenForm(forms.Form):
    """Six digits; spaces, dashes and dots do not matter."""

    token = forms.CharField(
        label=_("Token"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
        error_messages={"required": _("Type the digits here.")},
    )

    def clean_token(self) -> str:
        typed = "".join(sign for sign in self.cleaned_data["token"] if sign not in " \t\u00a0\u2009\u202f-–.·")
        if not (typed.isdecimal() and len(typed) == DIGITS):
            raise ValidationError(gettext("A token has 6 digits."))
        return "".join(str(int(digit)) for digit in typed)  # digits of any script


class NumberForm(forms.Form):
    """Another mobile number. `country`: where a number without a prefix is from."""

    phone = forms.CharField(
        label=_("Another mobile number"),
        error_messages={"required": _("Type your mobile number.")},
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )

    def __init__(self, country: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._country = country

    def clean_phone(self) -> str:
        number, problem = read_mobile(self.cleaned_data["phone"], self._country)
        if problem:
            raise ValidationError(problem)
        return number


class AnswerForm(forms.Form):
    """The answer to a question of the service desk."""

    answer = forms.CharField(
        label=_("Your answer"),
        error_messages={"required": _("Type your answer.")},
        help_text=_("Never write about a patient here."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
