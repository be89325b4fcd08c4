"""Who is meant, by mail address: a list to choose from would tell who has an account."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Physician


class PhysicianField(forms.EmailField):
    """Of a form that names a physician; cleaned, it is the physician."""

    default_error_messages = {"nobody": _("No physician has an account with this mail address.")}

    def __init__(self) -> None:
        super().__init__(label=_("Mail address of the physician"))

    def clean(self, value: str | None) -> Physician:
        address = str(super().clean(value)).strip().lower()
        physician = Physician.objects.filter(user__username=address).first()
        if physician is None:
            raise forms.ValidationError(self.error_messages["nobody"], code="nobody")
        return physician
