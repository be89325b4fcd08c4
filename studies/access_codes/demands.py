"""What a code asks of whoever comes in with it, beside itself and the date of birth. Pure functions."""

from studies.models import AccessCode, PatientSecondFactor

_STRENGTH = {PatientSecondFactor.NONE: 0, PatientSecondFactor.OTP: 1, PatientSecondFactor.SMS: 1}


def effective_second_factor(code: AccessCode) -> PatientSecondFactor:
    """The stricter of the institution's and, where it allows that, the code's own; of two alike the code's."""
    institution = code.request.institution
    general = PatientSecondFactor(institution.patient_second_factor)
    own = PatientSecondFactor(code.second_factor)
    if institution.second_factor_per_code and _STRENGTH[own] >= max(_STRENGTH[general], 1):
        return own
    return general


def is_satisfied(code: AccessCode, passed: PatientSecondFactor) -> bool:
    """Whether a session that passed this second factor may stay."""
    return _STRENGTH[passed] >= _STRENGTH[effective_second_factor(code)]


def owes_payment(code: AccessCode) -> bool:
    """What a code owes was fixed when it was issued."""
    return code.price_minor > 0 and code.settled_at is None


def is_open_to(code: AccessCode, passed: PatientSecondFactor) -> bool:
    """Whether a live code opens its request to somebody who passed this second factor."""
    return code.request.institution.is_active and not owes_payment(code) and is_satisfied(code, passed)
