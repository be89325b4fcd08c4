"""What lies in a ZIP: a page that shows the pictures, the reports, a directory with the originals, the pictures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from uuid import UUID

from studies.overview.people import Head
from studies.viewer.component import opening_position
from studies.viewer.pictures import SeriesPictures, StudyPictures

from .holdings import FOLDER, Held, HeldStudy, directory_of, originals_of
from .offline import Offline, OfflineExamination, OfflinePicture, OfflineSeries, offline_page
from .report_pdf import About, report_pdf
from .sums import Summed
from .zips import Member

REPORT = "report.pdf"


@dataclass(frozen=True)
class Examination:
    """A study that goes in: what stands over it, its files, and those of them that a page shows."""

    head: Head
    held: HeldStudy
    shown: StudyPictures


def members_of(
    examinations: Sequence[Examination], told: Sequence[About], missing: Sequence[Head], *, originals: bool
) -> list[Member]:
    """At least one examination; `told` are the reports, `missing` what else the request has and is not in it."""
    held = [each.held for each in examinations]
    folders, pictures = count(1), list[Member]()
    page = Offline(
        examinations=[_examination(each, folders, pictures) for each in examinations],
        originals=FOLDER if originals else "",
        report=REPORT if told else "",
        missing=missing,
    )
    members = [Member.of("index.html", offline_page(page))]
    members += [Member.of(REPORT, report_pdf(told))] if told else []
    members += [Member.of("DICOMDIR", directory_of(held)), *originals_of(held)] if originals else []
    return members + pictures


def _examination(each: Examination, folders: Iterator[int], members: list[Member]) -> OfflineExamination:
    """A study as the page shows it; its JPEGs join `members`, those of each series in the next of the folders."""
    files = {held.instance.uuid: held for held in each.held.instances}
    series = []
    for shown in each.shown.series:
        folder, frames = next(folders), _frames(shown, files)
        named = [f"pictures/{folder:04}/{number:04}.jpg" for number in range(1, len(frames) + 1)]
        pictures = [OfflinePicture(name, *size) for name, (_jpeg, size) in zip(named, frames, strict=True)]
        series.append(OfflineSeries(shown.label, pictures, opening_position(shown)))
        members += [
            Member(name, jpeg.crc32, path=jpeg.path, rest=jpeg.size)
            for name, (jpeg, _size) in zip(named, frames, strict=True)
        ]
    not_shown = each.shown.unreadable + each.shown.without_pictures + len(each.shown.documents)
    return OfflineExamination(each.head, series, not_shown)


def _frames(series: SeriesPictures, files: dict[UUID, Held]) -> list[tuple[Summed, tuple[int, int]]]:
    """The JPEGs of a series in order, each with the width and height at which a page lays it out."""
    return [
        (jpeg, (stack.width, stack.height)) for stack in series.stacks for jpeg in files[stack.instance].sums.pictures
    ]
