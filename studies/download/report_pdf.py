"""A study's report as PDF/UA (ISO 14289-1), in the reader's language. Made when it is asked for, never stored."""

import json
from functools import cache
from pathlib import Path

import typst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.days import clock, day
from studies.models import ReportStatus
from studies.overview.people import Born, Head
from studies.reports.sections import sections
from studies.viewer.readings import Reading

_TEMPLATE = Path(__file__).with_name("report.typ")


def report_pdf(head: Head, readings: list[Reading]) -> bytes:
    """The versions that hold, one after the other. The same report gives the same bytes, whenever it is asked for."""
    told = {
        "language": get_language() or "en",
        "title": _("Report: %(title)s") % {"title": head.title},
        "facts": [[what, said] for what, said in _facts(head) if said],
        "reports": [_told(reading) for reading in readings],
        "page": _("Page"),
    }
    latest = max(reading.current.received_at for reading in readings)
    return _compiled(json.dumps(told), int(latest.timestamp()))


def _compiled(told: str, timestamp: int) -> bytes:
    # A compiler for each: threads must not share one.
    compiler = typst.Compiler(str(_TEMPLATE), font_paths=_fonts(), sys_inputs={"told": told})
    try:
        pdf = compiler.compile(pdf_standards=["ua-1"], timestamp=timestamp)
    except typst.TypstError:
        # PDF/UA forbids a character that no font here has, such as a name in a script of its own. Better a report with
        # a box in its place than none.
        pdf = compiler.compile(timestamp=timestamp)
    assert isinstance(pdf, bytes)  # noqa: S101 - only pictures come in several
    return pdf


def _facts(head: Head) -> list[tuple[str, str]]:
    return [
        (_("Patient"), head.patient),
        (_("Date of birth"), _born(head.born)),
        (_("Examination"), head.title),
        (_("Made on"), day(head.performed_at)),
        (_("Institution"), head.institution),
        (_("Requested by"), ", ".join(head.requesters)),
        (_("Accession number"), head.accession_number),
    ]


def _born(born: Born) -> str:
    return day(born.on) if born.on else born.part


def _told(reading: Reading) -> dict[str, object]:
    version = reading.current
    written = {"day": day(version.received_at), "time": clock(version.received_at), "author": version.author}
    return {
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


@cache
def _fonts() -> typst.Fonts:
    """This machine's too: names come in every script."""
    return typst.Fonts(include_system_fonts=True)
