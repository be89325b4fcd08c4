"""Wrong tokens in a code's life: after 50 of them only the desk helps (DESIGN.md §4).

A try is reserved before it is checked and given back unless it was wrong, so that of many at once exactly as many are
checked as are left.
"""

from django.db.models import F

from studies.models import AccessCode

WRONG_IN_A_LIFE = 50
# Where the hospital does not know the day of birth, the date of birth keeps nobody out who knows the year.
WRONG_WITHOUT_A_BIRTHDAY = 8


def most_wrong(code: AccessCode) -> int:
    """How many wrong tokens a code bears; `code` comes with its patient."""
    return WRONG_IN_A_LIFE if code.request.patient.birth_day is not None else WRONG_WITHOUT_A_BIRTHDAY


def take_token_try(code: AccessCode) -> bool:
    """Reserve one try; False when the code has none left."""
    left = AccessCode.objects.filter(pk=code.pk, token_failures__lt=most_wrong(code))
    return bool(left.update(token_failures=F("token_failures") + 1))


def give_token_try_back(code: AccessCode) -> None:
    AccessCode.objects.filter(pk=code.pk, token_failures__gt=0).update(token_failures=F("token_failures") - 1)


def has_token_tries(code: AccessCode) -> bool:
    return code.token_failures < most_wrong(code)
