"""The form of an institution's settings: what each of them does, said beside it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from studies.admin.previewed import PreviewedForm
from studies.institutions.settings import CHANGEABLE
from studies.models import Institution
from studies.models.institution import CURRENCIES

# Every one of CHANGEABLE once, in groups: the name of a group, what to know of it, its settings.
GROUPS = (
    (_("Your institution"), "", ("name", "city", "time_zone", "desk_phone", "desk_hours")),
    (
        _("Codes"),
        _("How long a code opens the door, and who gets it from hand to hand only."),
        ("code_days", "code_days_maximum", "in_person_from_age", "in_person_to_age"),
    ),
    (
        _("Second factor"),
        _("What stands between a letter that somebody finds and the patient's images."),
        (
            "patient_second_factor",
            "second_factor_per_code",
            "otp_by_mail",
            "mail_when_sms_fails",
            "sms_countries",
            "sms_per_day",
        ),
    ),
    (
        _("Payment"),
        _("Nothing is asked for unless you say so here."),
        ("price_minor", "price_currency", "price_text", "free_copy_text"),
    ),
    (_("Physicians"), "", ("refuses_sms_login",)),
    (_("Openness and time"), "", ("patients_see_names", "study_years")),
)
_HELP = {
    "name": _("As patients read it, in letters and on pages."),
    "city": _("Stands after the name, so that nobody takes you for another."),
    "time_zone": _(
        "For times of day without a zone in what the machines send, and for the dates that you read here. "
        "For example Europe/Brussels."
    ),
    "desk_phone": _(
        "Patients who cannot come in are told to ring this number. "
        "With the country's prefix, for example +32 2 555 01 00."
    ),
    "desk_hours": _("Stand beside the number, for example Mo–Fr 8:00–17:30."),
    "code_days": _("Holds for new codes. Those already given out keep their end."),
    "code_days_maximum": _("Nobody can give out or prolong a code for more than this, counted from when it was made."),
    "in_person_from_age": _(
        "From this birthday on, codes are handed to the young patient in person, "
        "and nothing goes to a number or address that may be a parent's."
    ),
    "in_person_to_age": _("Up to and including this age. Later, codes and tokens may be sent again."),
    "patient_second_factor": _(
        "A stricter one holds at once, for codes already given out too: whoever came in without it has to come in "
        "again. It goes to the number or address that you hold. Without one, only a slip from your desk helps."
    ),
    "second_factor_per_code": _(
        "Your desk can then ask for a second factor on single codes, beside what is asked of everybody. "
        "Switched off again, those codes ask no more than all others."
    ),
    "otp_by_mail": _(
        "They go to the mail address that you hold. Otherwise only a slip of five passwords from your desk helps, "
        "except with codes that were sent by SMS: code and password never take the same way."
    ),
    "mail_when_sms_fails": _(
        "Whoever reads the patient's mail can then take the last step too. Otherwise such a patient needs your desk."
    ),
    "sms_countries": _(
        "Two letters each, with commas between: BE,NL. A number of any other country gets no SMS, "
        "and its patient needs your desk."
    ),
    "sms_per_day": _(
        "Once so many have gone out, no more do for a day, and patients need your desk. "
        "It keeps somebody who means harm from running up your bill. Zero: no SMS at all."
    ),
    "price_minor": _("In cents: 1250 is 12.50. Zero: nothing to pay. A new price holds for new codes only."),
    "price_currency": _("Of new codes. Those already given out keep theirs."),
    "price_text": _("Stands beside the amount, for example: for keeping your images online."),
    "free_copy_text": _("Stands above the price, in the letter and on the page. Without it nothing can be asked for."),
    "patients_see_names": _("On the patient's page “Who looked”. Otherwise they read the role alone."),
}


class SettingsForm(PreviewedForm):
    price_currency = forms.ChoiceField(
        label=_("Currency"), choices=[(name, name) for name in CURRENCIES], help_text=_HELP["price_currency"]
    )

    class Meta:
        model = Institution
        fields = CHANGEABLE
        help_texts = _HELP
