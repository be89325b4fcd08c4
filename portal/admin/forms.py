"""What is asked before money goes back."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.staff.deeds import DeedForm
from portal.checkout.refunds import Wish, refundable


class RefundForm(DeedForm):
    """`wish` is the number of this wish: the same form sent twice gives the money back once."""

    wish = forms.UUIDField(widget=forms.HiddenInput)
    amount = forms.DecimalField(
        label=_("Amount"),
        min_value=0,
        decimal_places=2,
        max_digits=9,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        localize=True,
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("Kept in the audit log. No names of patients.")
    )
    access_ends = forms.BooleanField(label=_("The patient may no longer come in without paying"), required=False)

    def __init__(self, record: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(record, *args, **kwargs)
        self.fields["wish"].initial = uuid4()
        self.fields["amount"].initial = forms.DecimalField(decimal_places=2).to_python(
            f"{refundable(record) // 100}.{refundable(record) % 100:02d}"
        )
        self.fields["amount"].help_text = gettext("In %(currency)s.") % {"currency": record.currency}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            raise forms.ValidationError(_("Nothing was given back: write an amount and a reason."))
        cleaned["as_wish"] = Wish(
            cleaned["wish"], int(cleaned["amount"] * 100), cleaned["reason"], cleaned["access_ends"]
        )
        return cleaned
