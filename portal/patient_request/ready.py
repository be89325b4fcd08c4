"""What is ready, what comes when, and why something is not shown here: to a patient, in words that frighten nobody."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from studies.access import Answer, Seen, Withheld
from studies.models import Audience, PolicyCell, ReportStatus, Study
from studies.overview.readiness import State, Tone
from studies.viewer.pictures import title_of

Waits = dict[tuple[int, str], tuple[timedelta, timedelta]]


def ready_states(seen: Sequence[Seen]) -> list[State]:
    """The images of each study, then its report; a report that is the same for all of several is said once, last."""
    waits = _waits([study for study, _grant in seen])
    shared = len(seen) > 1 and len({(grant.report, grant.report_status) for _study, grant in seen}) == 1
    states: list[State] = []
    for study, grant in seen:
        title = title_of(study) if len(seen) > 1 else ""
        images_wait, report_wait = waits.get((study.institution_id, study.modality), (timedelta(), timedelta()))
        states.append(_images(grant.images, title, images_wait))
        if not shared or study is seen[-1].study:
            about = "" if shared else title
            states.append(_report(grant.report, grant.report_status, about, report_wait))
    return states


def _waits(studies: Sequence[Study]) -> Waits:
    """How long each institution waits with a modality's images and reports, for patients. One query."""
    cells = PolicyCell.objects.filter(
        audience=Audience.PATIENT,
        institution__in={study.institution_id for study in studies},
        modality__in={study.modality for study in studies},
    )
    return {(cell.institution_id, cell.modality): (cell.images_after, cell.report_after) for cell in cells}


def _images(answer: Answer, study: str, wait: timedelta) -> State:
    title = _("Images: %(study)s") % {"study": study} if study else _("Images")
    if answer.allowed:
        return State(Tone.READY, "", title, at=answer.since)
    match answer.withheld:
        case Withheld.DELAY:
            reason = _("This hospital shows all images after %(wait)s, whatever they show.") % {"wait": spoken(wait)}
            return State(Tone.WAITING, "", title, reason, answer.opens_at)
        case Withheld.CODE:
            reason = _("Your code does not open them. The hospital's desk can tell you more.")
            return State(Tone.QUIET, "", title, reason)
        case Withheld.POLICY:
            reason = _("This hospital does not show images here. Its desk can tell you how to get them.")
            return State(Tone.QUIET, "", title, reason)
    return State(Tone.WAITING, "", title, _("They have not arrived yet. You can come back with the same code."))


def _report(answer: Answer, status: ReportStatus | None, study: str, wait: timedelta) -> State:
    title = _("Report: %(study)s") % {"study": study} if study else _("Report")
    if answer.allowed:
        corrected = _("It was corrected since.") if status is ReportStatus.CORRECTED else ""
        return State(Tone.READY, "", title, corrected, answer.since)
    match answer.withheld:
        case Withheld.DELAY:
            reason = _("This hospital shows every report after %(wait)s, whatever it says.") % {"wait": spoken(wait)}
            return State(Tone.WAITING, "", title, reason, answer.opens_at)
        case Withheld.HELD:
            reason = _("The hospital chose this day for your report. Your doctor can tell you more before then.")
            return State(Tone.WAITING, "", title, reason, answer.opens_at)
        case Withheld.PRELIMINARY:
            reason = _("The radiologist is still working on it. You will see it once it is final.")
            return State(Tone.WAITING, "", title, reason)
        case Withheld.CANCELLED:
            reason = _("The hospital cancelled this report. Its desk or your doctor can tell you more.")
            return State(Tone.QUIET, "", title, reason)
        case Withheld.CODE:
            reason = _("Your code does not open it. The hospital's desk can tell you more.")
            return State(Tone.QUIET, "", title, reason)
        case Withheld.POLICY:
            reason = _("This hospital does not show reports here. Your doctor can tell you what it says.")
            return State(Tone.QUIET, "", title, reason)
    return State(Tone.WAITING, "", title, _("It has not arrived yet. You can come back with the same code."))


def spoken(wait: timedelta) -> str:
    """`7 days`, `12 hours`: days where they are whole."""
    hours = round(wait / timedelta(hours=1))
    if hours % 24:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    days = hours // 24
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
