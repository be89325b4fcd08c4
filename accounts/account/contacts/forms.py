"""What is typed to change how an account is reached. Whether an address is known is never said."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.registration.forms import PHONE_HINT, read_mobile


class MailForm(forms.Form):
    """Another mail address. `user`: whose."""

    mail = forms.EmailField(
        label=_("New mail address"),
        error_messages={"required": _("Type the new mail address.")},
        help_text=_("Your own, not one that several people read. You will log in with it."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_mail(self) -> str:
        mail = str(self.cleaned_data["mail"]).lower()
        if mail == self._user.username:
            raise forms.ValidationError(gettext("This is your mail address already."))
        return mail


class PhoneForm(forms.Form):
    """Another mobile number. `user`: whose."""

    phone = forms.CharField(
        label=_("New mobile number"),
        error_messages={"required": _("Type the new mobile number.")},
        help_text=PHONE_HINT,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_phone(self) -> str:
        number, problem = read_mobile(self.cleaned_data["phone"], settings.ENVIRONMENT)
        if problem:
            raise forms.ValidationError(problem)
        if number == self._user.phone and self._user.phone_confirmed_at:
            raise forms.ValidationError(gettext("This is your mobile number already."))
        return number
