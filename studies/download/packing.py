"""What somebody takes away as a ZIP: of one study, or of several of one request, and for whom."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from studies.access import NotVisible, Seen, Viewer, open_report
from studies.models import Audience, Study
from studies.overview.people import Head, head_of
from studies.viewer.pictures import pictures_of, title_of

from .contents import Examination, members_of
from .holdings import held_of
from .report_pdf import About
from .zips import Zip


class Content(StrEnum):
    """What somebody wants of a study; the value stands in the audit log and in the name of the file."""

    EVERYTHING = "images"
    PICTURES = "pictures"
    REPORT = "report"


@dataclass(frozen=True)
class Part:
    """One study of a package: because of which audience its viewer gets it, and what of it is inside."""

    study: Study
    audience: Audience
    images: bool
    report: bool


@dataclass(frozen=True)
class Package:
    """`parts`: the studies of which something is inside, in their order."""

    content: Content
    parts: tuple[Part, ...]
    zip: Zip

    @property
    def first(self) -> Study:
        """The study that names the file: the first one whose images are inside."""
        return next(part.study for part in self.parts if part.images)


def file_name(study: Study, content: Content, extension: str) -> str:
    """`images-2026-11-18.zip`: the day at the institution, and nothing of a patient."""
    return f"{content}-{_there(study):%Y-%m-%d}.{extension}"


def package_of(viewer: Viewer | None, seen: Sequence[Seen], content: Content, at: datetime) -> Package:
    """The ZIP of these studies' images as their viewer may have them now, with the reports that may be read.

    A study whose images are withheld, or of which there is nothing of this kind, is left out, and the page inside names
    it. Raises `NotVisible` where none is left, and `sums.Unavailable`.
    """
    heads = _heads([study for study, _grant in seen])
    inside = _examinations([study for study, grant in seen if grant.images.allowed], content, heads)
    if not inside:
        raise NotVisible
    first = next(iter(inside.values())).held.study
    with timezone.override(ZoneInfo(first.institution.time_zone)):
        told = _told(viewer, seen, heads, at)
        missing = [head for study, head in heads.items() if study not in inside]
        everything = content is Content.EVERYTHING
        members = members_of(list(inside.values()), list(told.values()), missing, originals=everything)
    parts = (Part(study, grant.audience, study.uuid in inside, study.uuid in told) for study, grant in seen)
    return Package(content, tuple(part for part in parts if part.images or part.report), Zip(members, _there(first)))


def _heads(studies: Sequence[Study]) -> dict[UUID, Head]:
    """Those of studies of one request. One query."""
    if not studies:
        return {}
    request = head_of(studies[0])
    return {study.uuid: replace(request, title=title_of(study), performed_at=study.performed_at) for study in studies}


def _examinations(studies: Sequence[Study], content: Content, heads: dict[UUID, Head]) -> dict[UUID, Examination]:
    """Those of these studies of which there is something to take away. Four queries."""
    held = {each.study.uuid: each for each in held_of(studies)}
    return {
        shown.study: Examination(heads[shown.study], held[shown.study], shown)
        for shown in pictures_of(studies)
        if shown.study in held and (shown.series or content is not Content.PICTURES)
    }


def _told(viewer: Viewer | None, seen: Sequence[Seen], heads: dict[UUID, Head], at: datetime) -> dict[UUID, About]:
    """What may be read of the reports about each study, the look audited."""
    versions = {study.uuid: open_report(viewer, study.uuid, at) for study, grant in seen if grant.report.allowed}
    return {study: About(heads[study], readable) for study, readable in versions.items() if readable}


def _there(study: Study) -> datetime:
    """When it was made, by the institution's clock."""
    return timezone.localtime(study.performed_at, ZoneInfo(study.institution.time_zone))
