"""Reports as somebody reads them: each with the version that holds and those that it replaced."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from studies.models import ReportVersion


@dataclass(frozen=True)
class Reading:
    """One report; `earlier` newest first."""

    current: ReportVersion
    earlier: tuple[ReportVersion, ...]


def readings_of(versions: Iterable[ReportVersion]) -> list[Reading]:
    """From what `studies.access.open_report` gives: versions by report, oldest first."""
    readings = []
    for _report, of_report in groupby(versions, key=lambda version: version.report_id):
        *earlier, current = of_report
        readings.append(Reading(current, tuple(reversed(earlier))))
    return readings
