"""A code in the place of another one."""

from studies.models import AccessCode, PatientSecondFactor

from .services import Wishes


def wishes_like(code: AccessCode) -> Wishes:
    """A new code that opens what this one opens, and asks as much; whoever lost a letter wins and loses nothing by it.

    `code` comes with its request and institution.
    """
    per_code = code.request.institution.second_factor_per_code
    return Wishes(
        images=code.images,
        report=code.report,
        second_factor=PatientSecondFactor(code.second_factor) if per_code else PatientSecondFactor.NONE,
    )
