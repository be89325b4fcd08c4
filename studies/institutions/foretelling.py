"""What a policy rule would do, told before it is saved: with real dates, by the rule that answers everybody else.

`studies.access` computes every date here; this module finds words for its answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.days import clock, weekday
from studies.access import Answer, Seen, Withheld, foreseen, foreseen_under, grant_under
from studies.models import Audience, PolicyCell, PolicyRule, ReportStatus, Request

from .policies import cells_of, modalities_of
from .queries import newest_reported, rules_beside
from .sentences import opening_of, reach_of, sentence_of


@dataclass(frozen=True)
class Example:
    """A request of the institution: what its patient can see as the policy is, and would see with the rule."""

    request: Request
    until_now: list[str]
    then: list[str]

    @property
    def differs(self) -> bool:
        return self.until_now != self.then


@dataclass(frozen=True)
class Foretold:
    """A rule in words: `says` in one sentence; `reach`: what for; `dates` for what arrives now; `opening`: what a
    patient needs to come in (for others empty); `example`: for patients, where there is one."""

    says: str
    reach: list[str]
    dates: list[str]
    opening: list[str]
    example: Example | None


def foretell(rule: PolicyRule, at: datetime) -> Foretold:
    """What a rule, saved or not, means at `at`, in the institution's time."""
    is_patients = rule.audience == Audience.PATIENT
    others = rules_beside(rule)
    with timezone.override(ZoneInfo(rule.institution.time_zone)):
        return Foretold(
            says=sentence_of(rule),
            reach=reach_of(rule, others),
            dates=_dates(cells_of([rule])[0], at),
            opening=opening_of(rule.institution) if is_patients and rule.in_list else [],
            example=_example(rule, others, at) if is_patients else None,
        )


def without(rule: PolicyRule) -> str:
    """What holds once a rule is taken away."""
    others = rules_beside(rule)
    for_all = next((other for other in others if not other.modality), None)
    if rule.modality and for_all is not None:
        return _("The rule for every modality holds instead: %(rule)s") % {"rule": sentence_of(for_all)}
    if others and not rule.modality:
        return _("Then only the kinds of examination with a rule of their own are shown to this audience.")
    return _("Then no rule is left for this, and nothing is shown.")


def _dates(cell: PolicyCell, at: datetime) -> list[str]:
    """What becomes of images that arrive at `at` and of a report that is final then."""
    final = grant_under(cell, at, ReportStatus.FINAL, at)
    preliminary = grant_under(cell, at, ReportStatus.PRELIMINARY, at)
    if final is None or preliminary is None:
        return []
    today = {"today": weekday(at), "clock": clock(at)}
    told = []
    if final.images.allowed:
        told.append(_("Images that arrive today, %(today)s, would be seen at once.") % today)
    elif final.images.opens_at is not None:
        told.append(
            _("Images that arrive today, %(today)s at %(clock)s, would be seen from %(day)s at %(opens)s.")
            % (today | _opens(final.images.opens_at))
        )
    if final.report.allowed:
        told.append(_("A report that is final today, %(today)s, would be seen at once.") % today)
    elif final.report.opens_at is not None:
        told.append(
            _("A report that is final today, %(today)s at %(clock)s, would be seen from %(day)s at %(opens)s.")
            % (today | _opens(final.report.opens_at))
        )
    if preliminary.report.allowed:
        told.append(_("A preliminary report would be seen at once, marked as preliminary."))
    elif preliminary.report.withheld is Withheld.PRELIMINARY:
        told.append(_("A preliminary report would not be seen."))
    return told


def _opens(moment: datetime) -> dict[str, str]:
    return {"day": weekday(moment), "opens": clock(moment)}


def _example(rule: PolicyRule, others: list[PolicyRule], at: datetime) -> Example | None:
    """The newest request that the rule is about."""
    request = newest_reported(rule.institution, modalities_of(rule, others))
    if request is None:
        return None
    cells = cells_of([rule, *others])
    return Example(request, _seen(foreseen(request, at)), _seen(foreseen_under(cells, request, at)))


def _seen(studies: Sequence[Seen]) -> list[str]:
    """What a patient sees of a request's studies, a sentence each for images and report."""
    if not studies:
        return [_("Nothing: the patient does not learn that the examination was made.")]
    told: list[str] = []
    for _study, grant in studies:
        for line in (_answer(_("Images"), grant.images), _answer(_("Report"), grant.report)):
            if line not in told:
                told.append(line)
    return told


def _answer(thing: str, answer: Answer) -> str:
    if answer.allowed and answer.since is not None:
        return _("%(thing)s: since %(day)s.") % {"thing": thing, "day": weekday(answer.since)}
    if answer.opens_at is not None:
        return _("%(thing)s: from %(day)s at %(opens)s.") % ({"thing": thing} | _opens(answer.opens_at))
    if answer.withheld is Withheld.AWAITED:
        return _("%(thing)s: not here yet.") % {"thing": thing}
    return _("%(thing)s: not shown.") % {"thing": thing}
