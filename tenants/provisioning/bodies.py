"""Giving bodies their books, one or the whole nation.

Killed at any moment, it can be run again: see giving.py for a body, cells.py for a cell, stock.py
for the stock. Whoever has books is passed over.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from tenants.directory.models import Body, BodyState
from tenants.provisioning import cells, jobs
from tenants.provisioning.jobs import Wishes
from tenants.provisioning.server_list import answering_servers

_WITHOUT_BOOKS = (BodyState.REGISTERED, BodyState.PROVISIONING)


class NoSuchBody(Exception):
    """The register has no body of that code."""


def codes_of_province(province_code: str) -> list[str]:
    """Return the codes of a province's local bodies, training bodies left out."""
    bodies = Body.objects.filter(province_id=province_code, parent=None, is_training=False)
    return list(bodies.order_by("code").values_list("code", flat=True))


def first_codes(count: int) -> list[str]:
    """Return the first codes of the register, units after local bodies; for benches."""
    codes = Body.objects.filter(is_training=False).order_by("code").values_list("code", flat=True)
    local = list(codes.filter(parent=None)[:count])
    return [*local, *codes.exclude(parent=None)[: count - len(local)]]


def codes_without_books() -> list[str]:
    """Return the codes of every body and unit of the register that has no books yet."""
    bodies = Body.objects.filter(state__in=_WITHOUT_BOOKS).order_by("code")
    return list(bodies.values_list("code", flat=True))


def provision(
    *,
    codes: Iterable[str],
    now: datetime,
    after_each: Callable[[str], None] = lambda _code: None,
    cell: str | None = None,
) -> list[str]:
    """Give books to each body that has none; return the codes of those that got them now.

    Args:
        codes: bodies of the register; those with books are passed over.
        now: decides the fiscal years opened: the current one and the one before.
        after_each: called with each code when it is done, also for those passed over.
        cell: place them there; else each goes where placement_policy says.

    Raises:
        NoSuchBody: a code is not in the register; nothing was done for any.
        NoRoom: that cell is full; what was done so far stays.
    """
    return provision_many(codes=codes, now=now, wishes=Wishes(cell=cell, after_each=after_each))


def provision_many(*, codes: Iterable[str], now: datetime, wishes: Wishes) -> list[str]:
    """Do as ``provision`` does, as wished: for tens of thousands, several cells at once.

    Servers that do not answer are passed over, with the bodies that were placed there before.
    """
    codes = list(dict.fromkeys(codes))
    waiting = _without_books(codes)
    for code in codes:
        if code not in waiting:
            wishes.after_each(code)
    if not waiting:
        return []
    answering = answering_servers()
    cells.adopt_unlisted_cells(answering, capacity=wishes.capacity)
    ordered = [code for code in codes if code in waiting]
    made = jobs.run(jobs.jobs_for(ordered, answering, wishes), now=now, wishes=wishes)
    return [code for code in ordered if code in made]


def _without_books(codes: list[str]) -> set[str]:
    states = dict(Body.objects.filter(code__in=codes).values_list("code", "state"))
    if unknown := sorted(set(codes) - set(states)):
        raise NoSuchBody(", ".join(unknown))
    return {code for code, state in states.items() if state in _WITHOUT_BOOKS}
