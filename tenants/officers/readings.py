"""Who read a body's books from outside (การเข้าดูบัญชีของผู้กำกับดูแล), for the body to see.

`access.py` writes the rows, in the question that lets a watcher in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tenants.officers.models import WatchersReading


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a watcher asked for.

    Attributes:
        number: grows by time; a page begins after that of the page before.
        roles: keys of roles.csv that let them in.
        asked: method and path.
    """

    number: int
    at: datetime
    officer_name_th: str
    roles: tuple[str, ...]
    asked: str


def readings_of(
    *, body_code: str, before: int | None, limit: int
) -> tuple[Sequence[Reading], int | None]:
    """Return a page of a body's readings, the latest first, and the number that the next needs.

    Args:
        body_code: of the body whose books were read.
        before: only those before this number.
        limit: at most so many.
    """
    rows = WatchersReading.objects.filter(body__code=body_code).order_by("-id")
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = [
        Reading(number=number, at=at, officer_name_th=name, roles=tuple(roles.split()), asked=asked)
        for number, at, name, roles, asked in rows.values_list(
            "id", "at", "officer__name_th", "roles", "asked"
        )[: limit + 1]
    ]
    return found[:limit], found[limit - 1].number if len(found) > limit else None
