"""The report as PDF, in the reader's language. Made when it is asked for, never stored."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.days import clock, day
from accounts.papers import pdf_of
from studies.models import ReportStatus, ReportVersion
from studies.overview.people import Born, Head
from studies.reports.sections import sections
from studies.viewer.readings import Reading, readings_of

_TEMPLATE = Path(__file__).with_name("report.typ")


@dataclass(frozen=True)
class About:
    """A study and the versions that may be read of the reports about it."""

    head: Head
    versions: Sequence[ReportVersion]

    @property
    def made(self) -> str:
        return f"{self.head.title}, {day(self.head.performed_at)}"


def report_pdf(told: Sequence[About]) -> bytes:
    """The versions that hold, one after the other; a report about several of these studies of one request comes once.

    The same reports give the same bytes, whenever they are asked for. There is at least one.
    """
    readings: dict[int, Reading] = {}
    about: dict[int, list[str]] = defaultdict(list)
    for each in told:
        for reading in readings_of(each.versions):
            readings.setdefault(reading.current.report_id, reading)
            about[reading.current.report_id].append(each.made)
    title = " · ".join(dict.fromkeys(each.head.title for each in told))
    everywhere = [each.made for each in told]
    reports = [_told(r, "" if about[pk] == everywhere else "; ".join(about[pk])) for pk, r in readings.items()]
    paper = {
        "lang": get_language() or "en",
        "title": _("Report: %(title)s") % {"title": title},
        "facts": [[what, said] for what, said in _facts(told) if said],
        "reports": reports,
        "page": _("Page"),
    }
    latest = max(reading.current.received_at for reading in readings.values())
    return pdf_of(_TEMPLATE, [paper], int(latest.timestamp()))


def _facts(told: Sequence[About]) -> list[tuple[str, str]]:
    head = told[0].head
    return [
        (_("Patient"), head.patient),
        (_("Date of birth"), _born(head.born)),
        *_examinations(told),
        (_("Institution"), head.institution),
        (_("Requested by"), ", ".join(head.requesters)),
        (_("Accession number"), head.accession_number),
    ]


def _examinations(told: Sequence[About]) -> list[tuple[str, str]]:
    if len(told) == 1:
        return [(_("Examination"), told[0].head.title), (_("Made on"), day(told[0].head.performed_at))]
    return [(_("Examination"), each.made) for each in told]


def _born(born: Born) -> str:
    return day(born.on) if born.on else born.part


def _told(reading: Reading, about: str) -> dict[str, object]:
    version = reading.current
    written = {"day": day(version.received_at), "time": clock(version.received_at), "author": version.author}
    return {
        "about": about,
        "signed": (_("%(author)s, %(day)s, %(time)s") if version.author else _("%(day)s, %(time)s")) % written,
        "status": _status(ReportStatus(version.status), written["day"]),
        "sections": [
            {"heading": section.heading, "paragraphs": section.paragraphs} for section in sections(version.text)
        ],
    }


def _status(status: ReportStatus, received: str) -> str:
    if status is ReportStatus.PRELIMINARY:
        return _("This report is preliminary. The final report may say something else.")
    if status is ReportStatus.CORRECTED:
        return _("This report was corrected on %(day)s. It replaces what was said before.") % {"day": received}
    return ""
