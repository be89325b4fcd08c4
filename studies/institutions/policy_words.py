"""A policy rule in plain words, so that nobody has to read numbers to know who sees what."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from studies.models import PolicyRule


def in_words(rule: PolicyRule) -> list[str]:
    """What the rule says, a sentence each: the study itself, its images, its report."""
    if not rule.in_list:
        return [_("Does not learn that the study exists.")]
    return [_("Sees that the study exists."), _images(rule), _report(rule)]


def _images(rule: PolicyRule) -> str:
    if not rule.images:
        return _("Does not see the images.")
    if not rule.images_hours:
        return _("Sees the images as soon as they arrive.")
    hours = rule.images_hours
    return ngettext(
        "Sees the images %(hours)d hour after they arrive.", "Sees the images %(hours)d hours after they arrive.", hours
    ) % {"hours": hours}


def _report(rule: PolicyRule) -> str:
    if not rule.report:
        return _("Does not read the report.")
    if not rule.report_days:
        return _("Reads the report as soon as it is final.")
    days = rule.report_days
    return ngettext(
        "Reads the report %(days)d day after it became final.",
        "Reads the report %(days)d days after it became final.",
        days,
    ) % {"days": days}
