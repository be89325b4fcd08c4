"""What letters and slips say, in the patient's language: never a date of birth, an examination or a department."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.money import in_words
from portal.patient_login.desks import desk_of
from portal.templatetags.days import day
from studies.access_codes import IssuedCode
from studies.access_codes.demands import effective_second_factor, owes_payment
from studies.models import AccessCode, Institution, PatientSecondFactor, Request

from .links import door, qr_of
from .printing import Letter, Slip


@contextmanager
def speaking_to(request: Request) -> Iterator[None]:
    """The patient's language, where it is known, and the hospital's time."""
    language = request.patient.language or translation.get_language() or settings.LANGUAGE_CODE
    with translation.override(language), timezone.override(ZoneInfo(request.institution.time_zone)):
        yield


def letter_with(issued: IssuedCode, at: datetime) -> Letter:
    """The letter that carries a code which was issued just now."""
    code = issued.code
    institution = code.request.institution
    with speaking_to(code.request):
        until = day(code.expires_at)
        return Letter(
            lang=translation.get_language() or "en",
            title=_("Your access code"),
            institution=institution.name_and_city,
            date=day(at),
            name=code.request.patient.display_name,
            lead=_("%(institution)s has something ready for you to see and read on the internet.")
            % {"institution": institution.name},
            code_label=_("Access code"),
            code=issued.text,
            until=_("Works until %(day)s.") % {"day": until},
            qr=qr_of(issued.text),
            qr_alt=_("A QR code that opens the portal with your access code filled in"),
            steps_title=_("What to do"),
            steps=_steps(code, until),
            price_title=_("What it costs"),
            price=_price(code),
            desk_title=_("Questions?"),
            desk=desk_lines(institution),
        )


def slip_with(code: AccessCode, passwords: Sequence[str], at: datetime) -> Slip:
    """The slip of a code's one-time passwords, to be kept apart from its letter."""
    institution = code.request.institution
    with speaking_to(code.request):
        return Slip(
            lang=translation.get_language() or "en",
            title=_("Your one-time passwords"),
            institution=institution.name_and_city,
            date=day(at),
            name=code.request.patient.display_name,
            lead=_("Each of these passwords works once, together with your access code and your date of birth."),
            passwords=[f"{password[:4]} {password[4:]}" for password in passwords],
            steps_title=_("What to do"),
            steps=[
                _("Go to %(address)s and type your access code and your date of birth.") % {"address": door()},
                _("When the page asks for a one-time password, type the first one that is left. Then cross it out."),
                _("Keep this sheet apart from the letter with your access code."),
                _("No password left, or the sheet is lost? The desk gives you a new one."),
            ],
            desk_title=_("Questions?"),
            desk=desk_lines(institution),
        )


def desk_lines(institution: Institution) -> list[str]:
    """Whom to ask, and when somebody is there."""
    desk = desk_of(institution)
    first = _("The desk of %(institution)s") % {"institution": institution.name}
    return [first, *(line for line in (desk.phone, desk.hours) if line)]


def _steps(code: AccessCode, until: str) -> list[str]:
    """Five lines."""
    return [
        _("Scan the square with the camera of your phone. Or type %(address)s into a browser, and then the code.")
        % {"address": door()},
        _("Type your date of birth. It is not in this letter, so that the letter alone opens nothing."),
        _what_follows(code),
        _("Come back with the same code as often as you like, until %(day)s.") % {"day": until},
        _keep_it(code),
    ]


def _what_follows(code: AccessCode) -> str:
    match effective_second_factor(code), owes_payment(code):
        case PatientSecondFactor.SMS, True:
            return _("You pay once. Then a token comes to your mobile phone by SMS: type it.")
        case PatientSecondFactor.SMS, False:
            return _("A token comes to your mobile phone by SMS: type it.")
        case PatientSecondFactor.OTP, True:
            return _("You pay once. Then type a one-time password, from a mail that the page sends you or from a slip.")
        case PatientSecondFactor.OTP, False:
            return _("Type a one-time password, from a mail that the page sends you or from a slip of the desk.")
        case _, True:
            return _("You pay once. Then you see what is ready, and from when the rest is.")
    return _("You see at once what is ready, and from when the rest is.")


def _keep_it(code: AccessCode) -> str:
    if effective_second_factor(code) is PatientSecondFactor.NONE:
        return _("Keep this letter safe: whoever has it and knows your date of birth sees what you see.")
    return _("Keep this letter safe. If it is lost, the desk gives you another code.")


def _price(code: AccessCode) -> list[str]:
    """How to have it for nothing stands above the price."""
    if not owes_payment(code):
        return []
    institution = code.request.institution
    asked = _("Here: %(amount)s, once.") % {
        "amount": in_words(code.price_minor, code.price_currency, translation.get_language() or "en")
    }
    return [text for text in (institution.free_copy_text.strip(), asked, institution.price_text.strip()) if text]
