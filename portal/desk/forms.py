"""What is typed at the desk."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from phonenumbers import NumberParseException, PhoneNumberFormat

from studies.access_codes.births import Birth
from studies.access_codes.in_person import InPerson
from studies.access_codes.replacing import wishes_like
from studies.access_codes.services import Wishes
from studies.desk.services import Details
from studies.models import AccessCode, Institution, Patient, PatientSecondFactor, ReleaseKind, Request

NO_NAMES = _("Kept in the audit log. No names of patients.")
BOTH, IMAGES, REPORT = "both", "images", "report"
UNTIL_USED, AT_ONCE, BESIDE = "until_used", "at_once", "beside"


class SearchForm(forms.Form):
    sought = forms.CharField(
        label=_("Find a request"),
        help_text=_("Name, date of birth, accession number, or the reference that the patient's page showed (K7-42)."),
        max_length=100,
        widget=forms.SearchInput(attrs={"autocomplete": "off", "spellcheck": "false", "accesskey": "s"}),
    )

    def __init__(self, data: Any = None, *, is_focused: bool = True) -> None:
        super().__init__(data)
        self.fields["sought"].widget.attrs["autofocus"] = is_focused


class CodeForm(forms.Form):
    """Everything but the button has its usual value filled in."""

    handed_over = forms.BooleanField(label=_("I hand it over in person"), required=False)
    in_person = forms.CharField(
        label=_("To whom, and what shows that they may have it"), max_length=200, required=False, help_text=NO_NAMES
    )
    old = forms.ChoiceField(
        label=_("The code that works already"),
        choices=[
            (UNTIL_USED, _("works until the new one is used")),
            (AT_ONCE, _("is taken back at once: its letter went astray")),
            (BESIDE, _("stays: the new one is for somebody else")),
        ],
    )
    opens = forms.ChoiceField(
        label=_("The code opens"),
        choices=[(BOTH, _("images and report")), (IMAGES, _("images only")), (REPORT, _("report only"))],
    )
    days = forms.IntegerField(label=_("It works for, days"), min_value=1)
    second_factor = forms.ChoiceField(
        label=_("It asks for, beside the date of birth"),
        choices=PatientSecondFactor.choices,
        help_text=_("The institution's own setting holds if it asks for more."),
    )
    price = forms.DecimalField(label=_("Price"), min_value=0, max_value=1000, decimal_places=2)
    newest = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any = None, *, request: Request, in_person: InPerson | None, newest: str, live: AccessCode | None
    ) -> None:
        """`newest`: the newest code that was given out when the page was made, so that none is given out unseen.

        Whoever presses the button at once gives out a code that opens and asks what the `live` one does.
        """
        institution = request.institution
        like = wishes_like(live) if live is not None else Wishes()
        usual = {
            "opens": IMAGES if not like.report else BOTH if like.images else REPORT,
            "days": institution.code_days,
            "second_factor": like.second_factor,
            "price": f"{institution.price_minor / 100:.2f}",
            "newest": newest,
        }
        super().__init__(data, initial=usual, auto_id="code_%s")
        self._institution = institution
        self.fields["days"].max_value = institution.code_days_maximum  # type: ignore[attr-defined]
        self.fields["days"].widget.attrs["max"] = institution.code_days_maximum
        self._keep("handed_over", "in_person", wanted=in_person is not None)
        self._keep("old", wanted=live is not None)
        self._keep("second_factor", wanted=institution.second_factor_per_code)
        self._keep("price", wanted=bool(institution.free_copy_text.strip()) and live is None)

    def _keep(self, *names: str, wanted: bool) -> None:
        for name in names:
            if not wanted:
                del self.fields[name]

    def first_fields(self) -> list[forms.BoundField]:
        """What has to be filled in before the button."""
        return [self[name] for name in ("handed_over", "in_person", "old") if name in self.fields]

    def further_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("opens", "days", "second_factor", "price") if name in self.fields]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "handed_over" in self.fields and not cleaned.get("handed_over"):
            self.add_error("handed_over", _("This patient's codes are handed over in person only."))
        if "handed_over" in self.fields and not (cleaned.get("in_person") or "").strip():
            self.add_error("in_person", _("Say why this person may have it."))
        days = cleaned.get("days")
        if days is not None and days > self._institution.code_days_maximum:
            self.add_error("days", _("At most %(days)d days.") % {"days": self._institution.code_days_maximum})
        return cleaned

    @property
    def replaces(self) -> bool:
        """Of a valid form: whether the new code takes the place of the one that works already."""
        return bool(self.cleaned_data.get("old", BESIDE) != BESIDE)

    @property
    def takes_back(self) -> bool:
        """Of a valid form: whether that one opens nothing from now on."""
        return bool(self.cleaned_data.get("old") == AT_ONCE)

    @property
    def seen_newest(self) -> str:
        """The newest code when the page was made, as the browser sent it back."""
        return str(self["newest"].data or "")

    def wishes(self) -> Wishes:
        """Of a valid form."""
        cleaned = self.cleaned_data
        price = cleaned.get("price")
        return Wishes(
            images=cleaned["opens"] in (BOTH, IMAGES),
            report=cleaned["opens"] in (BOTH, REPORT),
            days=cleaned["days"],
            second_factor=PatientSecondFactor(cleaned.get("second_factor") or PatientSecondFactor.NONE),
            price_minor=None if price is None else int(price * 100),
            in_person=cleaned.get("in_person", ""),
        )


class PatientForm(forms.Form):
    """What the patient says at the desk. A mobile number is understood in the form of the institution's country."""

    day = forms.IntegerField(label=_("Day"), required=False, min_value=1, max_value=31)
    month = forms.IntegerField(label=_("Month"), required=False, min_value=1, max_value=12)
    year = forms.IntegerField(label=_("Year"), required=False, min_value=1850, max_value=2200)
    mobile = forms.CharField(label=_("Mobile number"), max_length=30, required=False)
    mail = forms.EmailField(label=_("Mail address"), required=False)
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("not known")), *settings.LANGUAGES]
    )
    is_represented = forms.BooleanField(
        label=_("Represented by somebody else"), required=False, help_text=_("Codes then go through the desk only.")
    )
    died = forms.BooleanField(label=_("Has died"), required=False, help_text=_("Codes then go through the desk only."))

    def __init__(self, data: Any = None, *, patient: Patient, institution: Institution) -> None:
        known = {"day": patient.birth_day, "month": patient.birth_month, "year": patient.birth_year}
        named = ("mobile", "mail", "language", "is_represented", "died")
        super().__init__(data, initial=known | {name: getattr(patient, name) for name in named}, auto_id="patient_%s")
        self._institution = institution
        for name in ("day", "month", "year", "mobile", "mail"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        for name in ("day", "month", "year"):
            self.fields[name].widget = forms.TextInput(
                attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 4}
            )

    def birth_fields(self) -> list[forms.BoundField]:
        return [self["day"], self["month"], self["year"]]

    def other_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("mobile", "mail", "language", "is_represented", "died")]

    def clean_mobile(self) -> str:
        text = str(self.cleaned_data["mobile"]).strip()
        if not text:
            return ""
        try:
            number = phonenumbers.parse(text, str(self._institution.country) or None)
        except NumberParseException:
            number = None
        if number is None or not phonenumbers.is_valid_number(number):
            raise forms.ValidationError(_("This is no telephone number. Write it as in +32 470 12 34 56."))
        return phonenumbers.format_number(number, PhoneNumberFormat.E164)

    def birth(self) -> Birth:
        """Of a valid form."""
        return Birth(self.cleaned_data["day"], self.cleaned_data["month"], self.cleaned_data["year"])

    def details(self) -> Details:
        """Of a valid form."""
        named = ("mobile", "mail", "language", "is_represented", "died")
        return Details(**{name: self.cleaned_data[name] for name in named})


class ReleaseForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("The patient reads the report"),
        choices=[
            (ReleaseKind.NOW, _("now: as soon as it is final")),
            (ReleaseKind.HOLD, _("not before a date")),
            (ReleaseKind.POLICY, _("when the policy says")),
        ],
        widget=forms.RadioSelect,
    )
    until = forms.DateField(
        label=_("Not before"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=NO_NAMES)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="release_%s")

    def until_moment(self, institution: Institution) -> datetime | None:
        """The beginning of that day at the hospital, for a hold."""
        day: date | None = self.cleaned_data["until"]
        if day is None or self.cleaned_data["kind"] != ReleaseKind.HOLD:
            return None
        return datetime.combine(day, time(), ZoneInfo(institution.time_zone))


class PreviewForm(forms.Form):
    on = forms.DateField(label=_("On another day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="preview_%s")

    def moment(self, institution: Institution) -> datetime | None:
        """The end of that day at the hospital; None where none was asked for."""
        if not self.is_bound or not self.is_valid():
            return None
        day: date = self.cleaned_data["on"]
        return datetime.combine(day, time(23, 59, 59), ZoneInfo(institution.time_zone))


class AnswerForm(forms.Form):
    answer = forms.CharField(label=_("What was done"), max_length=500, widget=forms.TextInput)

    def __init__(self, data: Any = None, *, message: str = "") -> None:
        super().__init__(data, auto_id=f"answer_{message}_%s")
