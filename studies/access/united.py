"""The newest studies of several branches, merged without reading more than a page of each.

Each branch is ordered and limited by itself, so that it stops early on its index; the merge is lazy. Django takes no
sliced querysets in a union on SQLite and no filter after one: the outer wrapper, and only that, is SQL of our own.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Q

from .audiences import Rows

# What a list continues after: the time and the primary key of its last study.
Position = tuple[datetime, int]


def newest(branches: Sequence[Rows], after: Position | None, size: int) -> list[int]:
    """Primary keys of at most `size` studies after a position, newest first, each once. One query."""
    pages = [_page(branch, after, size) for branch in branches]
    if len(pages) < 2:
        return [study for page in pages for _, study in page]
    parts = [page.query.sql_with_params() for page in pages]
    # Both halves are Django's own SQL; the values travel as parameters.
    merged = " UNION ALL ".join(f"SELECT * FROM ({sql}) part{number}" for number, (sql, _) in enumerate(parts))  # noqa: S608
    first = f"SELECT DISTINCT seen_at, seen_study FROM ({merged}) united ORDER BY 1 DESC, 2 DESC LIMIT %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(first, [*(value for _, params in parts for value in params), size])
        return [study for _, study in cursor.fetchall()]


def _page(branch: Rows, after: Position | None, size: int) -> Rows:
    """Keyset paging; the condition on both columns at once is slow on SQLite, in this form it is not on either."""
    if after is not None:
        at, study = after
        branch = branch.filter(seen_at__lte=at).filter(Q(seen_at__lt=at) | Q(seen_study__lt=study))
    return branch.order_by("-seen_at", "-seen_study").values_list("seen_at", "seen_study")[:size]
