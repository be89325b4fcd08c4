"""A grant in words: what is ready, what is not yet, why, and when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext as _

from studies.access import Answer, Grant, Withheld
from studies.models import ReportStatus


class Tone(StrEnum):
    """How a state is coloured (templates/components/pill/)."""

    READY = "ready"
    WAITING = "waiting"
    PROBLEM = "problem"
    QUIET = ""


@dataclass(frozen=True)
class State:
    """`short` is for a list, `title` and `reason` for a page; `at` is since or from when, where a date says more."""

    tone: Tone
    short: str
    title: str
    reason: str = ""
    at: datetime | None = None

    @property
    def is_ready(self) -> bool:
        return self.tone is Tone.READY

    @property
    def opens(self) -> bool:
        """Whether `at` lies ahead: the thing opens then."""
        return self.at is not None and self.tone is Tone.WAITING


def images_state(grant: Grant, institution: str) -> State:
    answer = grant.images
    match answer.withheld:
        case None:
            return State(Tone.READY, _("images"), _("Images"), at=answer.since)
        case Withheld.DELAY:
            reason = _("%(institution)s shows images some hours after they were made.") % {"institution": institution}
            return State(Tone.WAITING, _("images"), _("Images"), reason, answer.opens_at)
        case Withheld.AWAITED:
            reason = _("They have not arrived yet. You need not do anything.")
            return State(Tone.WAITING, _("images awaited"), _("Images"), reason)
        case Withheld.CODE:
            return State(Tone.QUIET, _("no images"), _("Images"), _("Your code does not open the images."))
    reason = _("%(institution)s does not show these images here.") % {"institution": institution}
    return State(Tone.QUIET, _("images not shared"), _("Images"), reason)


def report_state(grant: Grant, institution: str) -> State:
    answer = grant.report
    if answer.allowed:
        return _readable(answer, grant.report_status)
    match answer.withheld:
        case Withheld.DELAY:
            reason = _("%(institution)s shows every report after some days, whatever it says.") % {
                "institution": institution
            }
            return State(Tone.WAITING, _("report"), _("Report"), reason, answer.opens_at)
        case Withheld.HELD:
            reason = _("%(institution)s chose this day for your report.") % {"institution": institution}
            return State(Tone.WAITING, _("report"), _("Report"), reason, answer.opens_at)
        case Withheld.AWAITED:
            return State(Tone.WAITING, _("report awaited"), _("Report"), _("It has not been written yet."))
        case Withheld.PRELIMINARY:
            reason = _("There is a first version. It is shown when the final one is there.")
            return State(Tone.WAITING, _("report awaited"), _("Report"), reason)
        case Withheld.CANCELLED:
            reason = _("%(institution)s cancelled this report.") % {"institution": institution}
            return State(Tone.PROBLEM, _("report cancelled"), _("Report"), reason)
        case Withheld.CODE:
            return State(Tone.QUIET, _("no report"), _("Report"), _("Your code does not open the report."))
    reason = _("%(institution)s does not show this report here.") % {"institution": institution}
    return State(Tone.QUIET, _("report not shared"), _("Report"), reason)


def _readable(answer: Answer, status: ReportStatus | None) -> State:
    if status is ReportStatus.PRELIMINARY:
        reason = _("Preliminary: the final report may say something else.")
        return State(Tone.WAITING, _("preliminary report"), _("Report"), reason)
    if status is ReportStatus.CORRECTED:
        reason = _("Corrected: an earlier version said something else.")
        return State(Tone.READY, _("report corrected"), _("Report"), reason, answer.since)
    return State(Tone.READY, _("report"), _("Report"), at=answer.since)
