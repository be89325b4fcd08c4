"""What was decided about a request's report, and by whom."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import User
from studies.models import Release, Request


@dataclass(frozen=True)
class Decision:
    """`by` is the name of who decided, empty where no account did."""

    release: Release
    by: str


def decisions_about(request: Request, most: int = 20) -> Sequence[Decision]:
    """The newest first. Two queries."""
    releases = list(Release.objects.filter(request=request)[:most])
    users = User.objects.filter(uuid__in={release.decided_by for release in releases if release.decided_by})
    names = {user.uuid: user.get_full_name() for user in users}
    return [Decision(release, names.get(release.decided_by, "") if release.decided_by else "") for release in releases]
