"""The answer to "may this viewer see this study": a value, never a permission stored somewhere."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from studies.models import Audience, ReportStatus


class Withheld(StrEnum):
    """Why something is not shown. The page has words for each."""

    AWAITED = "awaited"  # it has not arrived
    POLICY = "policy"  # the institution does not show it to this audience
    DELAY = "delay"  # it opens at `opens_at`
    HELD = "held"  # the institution holds this one back until `opens_at`
    PRELIMINARY = "preliminary"  # there is no final version yet
    CANCELLED = "cancelled"  # the report was cancelled
    CODE = "code"  # this access code does not open it


@dataclass(frozen=True)
class Answer:
    """`since`: allowed from when (UTC), if allowed. `opens_at`: when it will open, if known (DELAY, HELD)."""

    allowed: bool
    since: datetime | None = None
    withheld: Withheld | None = None
    opens_at: datetime | None = None


@dataclass(frozen=True)
class Grant:
    """Images yes/no, report yes/no, from when, because of which audience (the nearest one).

    `documents`: the PDFs among the images, any of which may be the report.
    """

    audience: Audience
    images: Answer
    documents: Answer
    report: Answer
    report_status: ReportStatus | None = None
