"""What a policy rule says in one sentence, and what else stands between a patient and the images: pure functions."""

from enum import Enum, auto

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.money import in_words
from studies.models import Audience, Institution, PatientSecondFactor, PolicyRule


class _When(Enum):
    NEVER = auto()
    AT_ONCE = auto()
    LATER = auto()

    @classmethod
    def of(cls, allowed: bool, wait: int) -> "_When":
        if not allowed:
            return cls.NEVER
        return cls.LATER if wait else cls.AT_ONCE


WHO = {
    Audience.PATIENT: _lazy("A patient with a code"),
    Audience.REQUESTER: _lazy("The physician who asked for the examination"),
    Audience.COPY_RECIPIENT: _lazy("A physician who gets a copy"),
    Audience.GROUP_COLLEAGUE: _lazy("A colleague in the same group practice"),
    Audience.DELEGATE: _lazy("Somebody who stands in for such a physician"),
    Audience.SHARED: _lazy("A physician with whom the examination was shared"),
    Audience.BY_CODE: _lazy("A physician to whom the patient gave a code"),
    Audience.INSTITUTION: _lazy("A physician of your institution"),
    Audience.EMERGENCY: _lazy("A physician in an emergency"),
}
# By when the images are shown, then by when the report is.
_FOR_PATIENTS = {
    (_When.AT_ONCE, _When.AT_ONCE): _lazy(
        "%(who)s sees the images as soon as they arrive, and the report as soon as it is final, whatever it says."
    ),
    (_When.AT_ONCE, _When.LATER): _lazy(
        "%(who)s sees the images as soon as they arrive, and the report %(report)s after it is final, whatever it says."
    ),
    (_When.AT_ONCE, _When.NEVER): _lazy("%(who)s sees the images as soon as they arrive, but not the report."),
    (_When.LATER, _When.AT_ONCE): _lazy(
        "%(who)s sees the images %(images)s after they arrive, and the report as soon as it is final, whatever it says."
    ),
    (_When.LATER, _When.LATER): _lazy(
        "%(who)s sees the images %(images)s after they arrive, and the report %(report)s after it is final, "
        "whatever it says."
    ),
    (_When.LATER, _When.NEVER): _lazy("%(who)s sees the images %(images)s after they arrive, but not the report."),
    (_When.NEVER, _When.AT_ONCE): _lazy(
        "%(who)s sees no images, but the report as soon as it is final, whatever it says."
    ),
    (_When.NEVER, _When.LATER): _lazy(
        "%(who)s sees no images, but the report %(report)s after it is final, whatever it says."
    ),
    (_When.NEVER, _When.NEVER): _lazy("%(who)s sees that the examination was made, but neither images nor report."),
}
_FOR_OTHERS = _FOR_PATIENTS | {
    (_When.AT_ONCE, _When.AT_ONCE): _lazy(
        "%(who)s sees the images as soon as they arrive, and the report as soon as it is final."
    ),
    (_When.AT_ONCE, _When.LATER): _lazy(
        "%(who)s sees the images as soon as they arrive, and the report %(report)s after it is final."
    ),
    (_When.LATER, _When.AT_ONCE): _lazy(
        "%(who)s sees the images %(images)s after they arrive, and the report as soon as it is final."
    ),
    (_When.LATER, _When.LATER): _lazy(
        "%(who)s sees the images %(images)s after they arrive, and the report %(report)s after it is final."
    ),
    (_When.NEVER, _When.AT_ONCE): _lazy("%(who)s sees no images, but the report as soon as it is final."),
    (_When.NEVER, _When.LATER): _lazy("%(who)s sees no images, but the report %(report)s after it is final."),
}


def sentence_of(rule: PolicyRule) -> str:
    """Who sees what, and when: one sentence."""
    audience = Audience(rule.audience)
    who = {"who": WHO[audience]}
    if not rule.in_list:
        return _("%(who)s does not learn that the examination was made.") % who
    sentences = _FOR_PATIENTS if audience is Audience.PATIENT else _FOR_OTHERS
    said = sentences[_When.of(rule.images, rule.images_hours), _When.of(rule.report, rule.report_days)]
    return str(said) % (who | {"images": _hours(rule.images_hours), "report": _days(rule.report_days)})


def reach_of(rule: PolicyRule, others: list[PolicyRule]) -> list[str]:
    """What a rule is about, and which of the audience's other rules hold beside it."""
    if rule.modality:
        about = _("This rule is for one kind of examination only: %(modality)s.") % {
            "modality": rule.get_modality_display()
        }
        if any(not other.modality for other in others):
            return [about, _("All other examinations follow the rule for every modality.")]
        return [about, _("There is no rule for every modality: where none of its own is made, nothing is shown.")]
    apart = ", ".join(str(other.get_modality_display()) for other in others if other.modality)
    return [_("These follow rules of their own: %(modalities)s.") % {"modalities": apart}] if apart else []


def opening_of(institution: Institution) -> list[str]:
    """What a patient needs to come in, beside something to see: a sentence each, the most important one first."""
    return [*_factor(institution), _price(institution), _in_person(institution)]


def _factor(institution: Institution) -> list[str]:
    said = []
    match PatientSecondFactor(institution.patient_second_factor):
        case PatientSecondFactor.NONE:
            said.append(
                _("Letter and birthday open this: whoever holds the letter and knows the date of birth comes in.")
            )
        case PatientSecondFactor.SMS:
            said.append(_("Opening needs the letter and the date of birth, then a token by SMS."))
            if institution.mail_when_sms_fails:
                said.append(_("The token may go by mail where an SMS cannot be delivered."))
        case PatientSecondFactor.OTP if institution.otp_by_mail:
            said.append(
                _("Opening needs the letter and the date of birth, then a one-time password by mail or from a slip.")
            )
        case PatientSecondFactor.OTP:
            said.append(
                _("Opening needs the letter and the date of birth, then a one-time password from a slip of your desk.")
            )
    if institution.second_factor_per_code:
        said.append(_("Your desk can ask for a second factor on single codes."))
    return said


def _price(institution: Institution) -> str:
    if institution.price_minor:
        price = in_words(institution.price_minor, institution.price_currency, get_language() or "en")
        return _("Price: %(price)s, paid before anything opens.") % {"price": price}
    if institution.free_copy_text.strip():
        return _("Price: none, unless your desk sets one on a single code.")
    return _("Price: none.")


def _in_person(institution: Institution) -> str:
    ages = {"from": institution.in_person_from_age, "to": institution.in_person_to_age}
    return _("Codes for patients aged %(from)d to %(to)d are handed over in person only.") % ages


def _hours(count: int) -> str:
    """`48 hours`."""
    return ngettext("%(count)d hour", "%(count)d hours", count) % {"count": count}


def _days(count: int) -> str:
    """`7 days`."""
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}
