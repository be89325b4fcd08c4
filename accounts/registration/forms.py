"""The form of an application, checked for its form alone: whether the address is known is never said."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.models import IdentifierKind, Profession
from accounts.phones import e164, takes_messages

from .asking import Application, ClaimedNumber
from .numbers import check, country_of_register, registers_of

ROWS = (1, 2)
PHONE_HINT = _("For example 0470 12 34 56, or +33 6 12 34 56 78 with the prefix of another country.")
NO_NUMBER = _("This is not a telephone number. For example 0470 12 34 56.")
NOT_MOBILE = _("A token comes by text message: please give a mobile number.")


def country_choices() -> list[tuple[str, str]]:
    """Every country by its name in the reader's language, the portal's own first."""
    own = settings.ENVIRONMENT
    return [(own, str(countries.name(own))), *((code, name) for code, name in countries if code != own)]


def register_choices() -> list[tuple[str, str]]:
    """The registers, those of the portal's own country first."""
    own = registers_of(settings.ENVIRONMENT)
    kinds = [*own, *(kind for kind in IdentifierKind if kind not in own and kind != IdentifierKind.NATIONAL)]
    if IdentifierKind.NATIONAL not in kinds:
        kinds.append(IdentifierKind.NATIONAL)
    return [(kind.value, _name_of(kind)) for kind in kinds]


def _name_of(kind: IdentifierKind) -> str:
    if kind is IdentifierKind.NATIONAL:
        return gettext("Another national register")
    return f"{kind.label} ({countries.name(country_of_register(kind, ''))})"


@dataclass(frozen=True)
class NumberRow:
    """The two fields of one number, and the sentence that asks to look at it again; empty where nothing is doubtful."""

    register: forms.BoundField
    number: forms.BoundField
    doubt: str


class RegisterForm(forms.Form):
    """Who somebody is, by which numbers hospitals know them, and how to reach them.

    A doubtful number is shown once more with the reason; what was looked at then goes on (`looked_at`).
    """

    profession = forms.ChoiceField(
        label=_("Profession"),
        choices=[("", _("Please choose")), *Profession.choices],
        error_messages={"required": _("Choose your profession.")},
    )
    speciality = forms.CharField(
        label=_("Speciality (for specialists)"),
        help_text=_("For example cardiology."),
        max_length=100,
        required=False,
    )
    title = forms.CharField(
        label=_("Title (if you use one)"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "honorific-prefix"}),
    )
    first_name = forms.CharField(
        label=_("First name"),
        error_messages={"required": _("Type your first name.")},
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label=_("Last name"),
        error_messages={"required": _("Type your last name.")},
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    country = forms.ChoiceField(
        label=_("Country in which you practise"),
        choices=country_choices,
        initial=lambda: settings.ENVIRONMENT,
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )
    practice = forms.CharField(
        label=_("Practice or hospital"),
        error_messages={"required": _("Say where you practise.")},
        help_text=_("Name and address, so that we can see that it is you."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    mail = forms.EmailField(
        label=_("Mail address"),
        error_messages={"required": _("Type your mail address.")},
        help_text=_("Your own, not one that several people read. You will log in with it."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )
    phone = forms.CharField(
        label=_("Mobile number"),
        error_messages={"required": _("Type your mobile number.")},
        help_text=PHONE_HINT,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    language = forms.ChoiceField(label=_("Language of our messages"), choices=settings.LANGUAGES, initial=get_language)
    looked_at = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.numbers: list[ClaimedNumber] = []
        self.doubts: dict[str, str] = {}
        own = registers_of(settings.ENVIRONMENT)
        for row in ROWS:
            usual = own[min(row, len(own)) - 1]
            self.fields[f"register_{row}"] = forms.ChoiceField(
                label=_("Register"), choices=register_choices, initial=usual.value
            )
            self.fields[f"number_{row}"] = forms.CharField(
                label=_("Number"), max_length=60, required=False, widget=forms.TextInput(attrs={"spellcheck": "false"})
            )

    def number_rows(self) -> list[NumberRow]:
        return [
            NumberRow(self[f"register_{row}"], self[f"number_{row}"], self.doubts.get(f"number_{row}", ""))
            for row in ROWS
        ]

    def clean_mail(self) -> str:
        return str(self.cleaned_data["mail"]).lower()

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if cleaned.get("profession") == Profession.SPECIALIST and not cleaned.get("speciality"):
            self.add_error("speciality", gettext("Please say in what you are a specialist."))
        self._read_phone()
        for row in ROWS:
            self._read_number(row)
        if not any(self.data.get(f"number_{row}", "").strip() for row in ROWS):
            self.add_error("number_1", gettext("Type at least one number: it is what hospitals know you by."))
        return cleaned

    def asks_to_look_again(self) -> bool:
        """Whether a number of this valid form is doubtful and was not shown as such yet. The page to show then says so,
        and goes on with the same numbers when it is sent again."""
        doubtful = " ".join(sorted(str(self.cleaned_data[name]) for name in self.doubts))
        if not doubtful or self.cleaned_data["looked_at"] == doubtful:
            return False
        self.data = self.data.copy()  # type: ignore[attr-defined] # a form is bound to a QueryDict
        self.data["looked_at"] = doubtful  # type: ignore[index]
        return True

    def application(self) -> Application:
        """What was typed, of a valid form."""
        cleaned = self.cleaned_data
        return Application(
            profession=Profession(cleaned["profession"]),
            speciality=cleaned["speciality"],
            title=cleaned["title"],
            first_name=cleaned["first_name"],
            last_name=cleaned["last_name"],
            country=cleaned["country"],
            practice=cleaned["practice"],
            mail=cleaned["mail"],
            phone=cleaned["phone"],
            language=cleaned["language"],
            numbers=tuple(dict.fromkeys(self.numbers)),
        )

    def _read_phone(self) -> None:
        if "phone" not in self.cleaned_data:
            return
        number, problem = read_mobile(self.cleaned_data["phone"], self.cleaned_data.get("country", ""))
        if problem:
            self.add_error("phone", problem)
        else:
            self.cleaned_data["phone"] = number

    def _read_number(self, row: int) -> None:
        typed = self.cleaned_data.get(f"number_{row}", "")
        country = self.cleaned_data.get("country")
        register = self.cleaned_data.get(f"register_{row}")
        if not (typed and country and register):
            return
        kind = IdentifierKind(register)
        usual = registers_of(country)
        if kind is IdentifierKind.NATIONAL and kind not in usual:
            names = " / ".join(str(other.label) for other in usual)
            self.add_error(
                f"register_{row}",
                gettext("For %(country)s, choose %(registers)s.")
                % {"country": countries.name(country), "registers": names},
            )
            return
        checked = check(kind, country_of_register(kind, country), typed)
        if not checked.normalised:
            self.add_error(f"number_{row}", checked.sentence)
            return
        self.numbers.append(ClaimedNumber(kind, country_of_register(kind, country), checked.normalised))
        if checked.is_doubtful:
            self.doubts[f"number_{row}"] = checked.sentence
        elif kind not in usual:
            self.doubts[f"number_{row}"] = gettext("%(register)s is not a register of %(country)s.") % {
                "register": kind.label,
                "country": countries.name(country),
            }


def read_mobile(text: str, country: str) -> tuple[str, str]:
    """(number as E.164, what is wrong with it): one of the two is empty."""
    number = e164(text, country or settings.ENVIRONMENT)
    if number is None:
        return "", str(NO_NUMBER)
    return (number, "") if takes_messages(number) else ("", str(NOT_MOBILE))
