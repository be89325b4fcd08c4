"""What a patient writes to the desk."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from studies.models import DeskMessage

MOST_CHARACTERS = DeskMessage._meta.get_field("text").max_length


def _message(*, required: bool, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=_("Your message"),
        required=required,
        max_length=MOST_CHARACTERS,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write in a few words what is wrong.")},
    )


class WrongDataForm(forms.Form):
    text = _message(required=True, help_text=_("For example: my name is written with a z."))


class StopForm(forms.Form):
    text = _message(required=False, help_text=_("You need not give a reason."))
