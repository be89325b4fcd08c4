"""A study as a ZIP to keep: what is in it, and for whom."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from studies.access import NotVisible, Viewer, find, open_report
from studies.models import Audience, Study
from studies.overview.people import Head, head_of
from studies.viewer.component import opening_position
from studies.viewer.pictures import SeriesPictures, StudyPictures, pictures_of
from studies.viewer.readings import readings_of

from .holdings import FOLDER, Held, HeldSeries, directory_of, held_of, originals_of
from .offline import Offline, OfflinePicture, OfflineSeries, offline_page
from .report_pdf import report_pdf
from .sums import Summed
from .zips import Member, Zip

REPORT = "report.pdf"


class Content(StrEnum):
    """What somebody wants of a study; the value stands in the audit log and in the name of the file."""

    EVERYTHING = "images"
    PICTURES = "pictures"
    REPORT = "report"


@dataclass(frozen=True)
class Package:
    """`audience`: because of which its viewer gets it; `with_report`: whether the report is in it."""

    study: Study
    content: Content
    audience: Audience
    with_report: bool
    zip: Zip


def file_name(study: Study, content: Content, extension: str) -> str:
    """`images-2026-11-18.zip`: the day at the institution, and nothing of a patient."""
    return f"{content}-{_there(study):%Y-%m-%d}.{extension}"


def package_for(viewer: Viewer | None, uuid: UUID, content: Content, at: datetime) -> Package:
    """The ZIP of a study's images as this viewer may have them now, with the report where it may be read.

    Raises `NotVisible`, also where pictures are wanted and there are none, and `sums.Unavailable`.
    """
    study, grant = find(viewer, uuid, at)
    if not grant.images.allowed:
        raise NotVisible
    with timezone.override(ZoneInfo(study.institution.time_zone)):
        head = head_of(study)
        report = report_pdf(head, readings_of(open_report(viewer, uuid, at))) if grant.report.allowed else b""
        members = _members(study, head, content, report)
    return Package(study, content, grant.audience, bool(report), Zip(members, _there(study)))


def _members(study: Study, head: Head, content: Content, report: bytes) -> list[Member]:
    held = held_of(study)
    shown = pictures_of([study])[0]
    series, pictures = _pictures(shown, held)
    everything = content is Content.EVERYTHING
    if not everything and not pictures:
        raise NotVisible
    page = Offline(
        head=head,
        series=series,
        originals=FOLDER if everything else "",
        report=REPORT if report else "",
        not_shown=shown.unreadable + shown.without_pictures + len(shown.documents),
    )
    members = [Member.of("index.html", offline_page(page))]
    members += [Member.of(REPORT, report)] if report else []
    members += [Member.of("DICOMDIR", directory_of(study, held)), *originals_of(held)] if everything else []
    return members + pictures


def _pictures(shown: StudyPictures, held: list[HeldSeries]) -> tuple[list[OfflineSeries], list[Member]]:
    """The series of the page, and the JPEGs that it shows."""
    by_instance = {each.instance.uuid: each for series in held for each in series.instances}
    series, members = [], []
    for ordinal, each in enumerate(shown.series, start=1):
        frames = _frames(each, by_instance)
        named = [f"pictures/{ordinal:04}/{number:04}.jpg" for number in range(1, len(frames) + 1)]
        pictures = [OfflinePicture(name, *size) for name, (_jpeg, size) in zip(named, frames, strict=True)]
        series.append(OfflineSeries(each.label, pictures, opening_position(each)))
        members += [
            Member(name, jpeg.crc32, path=jpeg.path, rest=jpeg.size)
            for name, (jpeg, _size) in zip(named, frames, strict=True)
        ]
    return series, members


def _frames(series: SeriesPictures, by_instance: dict[UUID, Held]) -> list[tuple[Summed, tuple[int, int]]]:
    """The JPEGs of a series in order, each with the width and height at which a page lays it out."""
    return [
        (jpeg, (stack.width, stack.height))
        for stack in series.stacks
        for jpeg in by_instance[stack.instance].sums.pictures
    ]


def _there(study: Study) -> datetime:
    """When it was made, by the institution's clock."""
    return timezone.localtime(study.performed_at, ZoneInfo(study.institution.time_zone))
