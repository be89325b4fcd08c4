"""What somebody fills in on the pages of their own account."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import IdentifierKind, News, Physician, PhysicianIdentifier, User
from accounts.registration.confirming_forms import PasswordForm
from accounts.registration.forms import register_choices
from accounts.registration.numbers import check, country_of_register

from .details import Wishes


class WishesForm(forms.Form):
    """`physician`: whose practice it is; None for whoever is none."""

    practice = forms.CharField(
        label=_("Practice or hospital"),
        help_text=_("Name and address."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    language = forms.ChoiceField(label=_("Language of pages and messages"), choices=settings.LANGUAGES)
    news = forms.ChoiceField(
        label=_("Tell me by mail when there is something new"),
        help_text=_("Such a mail never says about whom: no name, no examination."),
        choices=News.choices,
        widget=forms.RadioSelect,
    )

    def __init__(self, user: User, physician: Physician | None, sent: Any = None) -> None:
        initial = {"language": user.language, "news": user.news, "practice": physician.practice if physician else ""}
        super().__init__(sent, initial=initial)
        if physician is None:
            del self.fields["practice"]

    def wishes(self) -> Wishes:
        """What was filled in, of a valid form."""
        cleaned = self.cleaned_data
        return Wishes(cleaned["language"], News(cleaned["news"]), cleaned.get("practice"))


class OwnPasswordForm(PasswordForm):
    """The old password beside the new one."""

    field_order = ("old", "password", "again")

    old = forms.CharField(
        label=_("Your present password"),
        error_messages={"required": _("Type your present password.")},
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("New password")
        self.fields["again"].label = _("The new password again")


class NumberForm(forms.Form):
    """A number of a register that is to be noted, in the place of another one or beside it.

    A doubtful number is shown once more with the reason; what was looked at then goes on (`looked_at`).
    """

    replaces = forms.ModelChoiceField(
        label=_("Is it instead of another one?"),
        queryset=PhysicianIdentifier.objects.none(),
        required=False,
        empty_label=_("No, one more"),
    )
    register = forms.ChoiceField(label=_("Register"), choices=register_choices)
    number = forms.CharField(
        label=_("Number"),
        error_messages={"required": _("Type the number.")},
        max_length=60,
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
    )
    looked_at = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)

    def __init__(self, physician: Physician, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._country = str(physician.country) or settings.ENVIRONMENT
        self.doubt = ""
        replaces: Any = self.fields["replaces"]
        replaces.queryset = physician.identifiers.order_by("pk")
        replaces.to_field_name = "uuid"
        replaces.label_from_instance = lambda identifier: gettext("Instead of %(number)s") % {"number": identifier}
        if not physician.identifiers.exists():
            del self.fields["replaces"]

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if not (cleaned.get("register") and cleaned.get("number")):
            return cleaned
        checked = check(self.kind, self.country, cleaned["number"])
        if not checked.normalised:
            self.add_error("number", checked.sentence)
        elif checked.is_doubtful:
            self.doubt = checked.sentence
        return cleaned

    def asks_to_look_again(self) -> bool:
        """Whether the number of this valid form is doubtful and was not shown as such yet."""
        number = str(self.cleaned_data["number"])
        if not self.doubt or self.cleaned_data["looked_at"] == number:
            return False
        self.data = self.data.copy()  # type: ignore[attr-defined] # a form is bound to a QueryDict
        self.data["looked_at"] = number  # type: ignore[index]
        return True

    @property
    def kind(self) -> IdentifierKind:
        return IdentifierKind(self.cleaned_data["register"])

    @property
    def country(self) -> str:
        """The register's own, or that of the practice."""
        return country_of_register(self.kind, self._country)
