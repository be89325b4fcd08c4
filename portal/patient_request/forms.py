"""What a patient writes to the desk."""

from django import forms
from django.utils.translation import gettext_lazy as _

from studies.models import DeskMessage

MOST_CHARACTERS = DeskMessage._meta.get_field("text").max_length


class WrongDataForm(forms.Form):
    text = forms.CharField(
        label=_("Your message"),
        help_text=_("For example: my name is written with a z."),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write in a few words what is wrong.")},
    )


class StopForm(forms.Form):
    text = forms.CharField(
        label=_("Your message"),
        help_text=_("You need not give a reason."),
        required=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
