"""Proving the figures: those of bodies against their books, those of areas against their bodies.

The books are read anew, lines and not events, so that nothing of the way that figures usually come
is believed. What differs is told, and repaired by the same difference, so that areas follow.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

from django.db import transaction

from tenants.rollups import areas, books, consumer, cursors, kept
from tenants.rollups.books import Asked, Connection, Said
from tenants.rollups.cursors import Cursor
from tenants.rollups.figures import FIGURES, FOLDED, Figures, added, difference
from tenants.rollups.following import CellFollower, cells
from tenants.rollups.kept import Change
from tenants.rollups.models import RollupCheck
from tenants.rollups.totals import TOTAL, totals_of

_LIVE = """
SELECT p.cell_id, b.id FROM place p JOIN body b ON b.id = p.body_id
 WHERE p.use = 'live' AND (%(codes)s::varchar[] IS NULL OR b.code = ANY (%(codes)s::varchar[]))
 ORDER BY p.cell_id, b.id
"""
_IS_NOTICED = "SELECT 1 FROM shared.notice WHERE body_code = %s LIMIT 1"
_TOLD_AT_MOST = 1_000
_AT_ONCE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A row of a body's figures that is not what its books say.

    Attributes:
        amounts: what has to be added to the centre's row, by column.
    """

    body: str
    figure: str
    key: tuple[str, ...]
    amounts: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a recompute found.

    Attributes:
        passed_by: bodies that a consumer held, or that are to be read anew anyhow.
    """

    bodies: int
    passed_by: int
    drifts: list[Drift]
    area_drifts: list[areas.AreaDrift]
    is_repaired: bool

    @property
    def is_clean(self) -> bool:
        """Whether every figure is what it should be."""
        return not (self.drifts or self.area_drifts)


def recompute(
    *,
    codes: Sequence[str] | None,
    sample: int | None,
    seed: int | str,
    repair: bool,
    clock: Callable[[], datetime],
) -> Checked:
    """Compare figures with the books of bodies, then areas with bodies; write the result down.

    Args:
        codes: these bodies; None: of all that have books.
        sample: so many of them, by chance; None: all.
        seed: of the chance.
        repair: make them right; else only tell.
        clock: the time.

    Raises:
        psycopg.Error, django.db.Error: a cell or the control plane is away.
    """
    chosen = kept.rows(_LIVE, {"codes": list(codes) if codes is not None else None})
    if sample is not None and sample < len(chosen):
        chosen = sorted(Random(seed).sample(chosen, sample))  # noqa: S311 - no secret
    compared, drifts = _compare_all(chosen, repair=repair, clock=clock)
    areas.fold()
    area_drifts = areas.drift()
    if repair and area_drifts:
        areas.repair()
    found = Checked(
        bodies=compared,
        passed_by=len(chosen) - compared,
        drifts=drifts[:_TOLD_AT_MOST],
        area_drifts=area_drifts,
        is_repaired=repair,
    )
    _write_down(found, now=clock())
    return found


def _compare_all(
    chosen: Sequence[tuple[Any, ...]], *, repair: bool, clock: Callable[[], datetime]
) -> tuple[int, list[Drift]]:
    """Compare bodies, cell after cell; return how many, and what differs."""
    by_cell: dict[str, list[UUID]] = {}
    for cell, body_id in chosen:
        by_cell.setdefault(cell, []).append(body_id)
    compared, drifts = 0, list[Drift]()
    for name, server in cells(sorted(by_cell)) if by_cell else ():
        follower = CellFollower(name, server)
        try:
            for start in range(0, len(by_cell[name]), _AT_ONCE):
                some = by_cell[name][start : start + _AT_ONCE]
                count, found = _compare(
                    follower.connection(), name, some, repair=repair, clock=clock
                )
                compared += count
                drifts += found
        finally:
            follower.leave()
    return compared, drifts


def _compare(
    cell: Connection,
    name: str,
    body_ids: Sequence[UUID],
    *,
    repair: bool,
    clock: Callable[[], datetime],
) -> tuple[int, list[Drift]]:
    """Compare some bodies under their cursors' locks; return how many, and what differs."""
    drifts: list[Drift] = []
    with transaction.atomic(using=kept.CONTROL):
        held = [one for one in cursors.held(name, body_ids, now=clock()) if not one.is_anew]
        before = kept.figures_of([one.body_id for one in held], (*FIGURES, TOTAL.name))
        for one in held:
            all_known = before[one.body_id]
            totals = {TOTAL.name: all_known.pop(TOTAL.name, {})}
            said, names = _expected(cell, one)
            known = {figure: all_known.get(figure, {}) for figure in names}
            moved = difference({figure: said.figures.get(figure, {}) for figure in names}, known)
            drifts += _told(one, moved)
            drifts += _told(one, difference(_totals(added([all_known, moved])), totals))
            if repair:
                _repair_totals(one, all_known, totals)
            if repair and moved:
                told = [(one.area, moved)] if one.area else []
                kept.write([Change(body_id=one.body_id, moved=moved, told=told)])
                if len(names) == len(FIGURES):
                    consumer.stand(one, said, [], now=clock())
    return len(held), drifts


def _totals(figures: Figures) -> Figures:
    return {TOTAL.name: totals_of(figures)}


def _repair_totals(cursor: Cursor, known: Figures, totals: Figures) -> None:
    """Make totals the sums of the figures as they are: what is wrong with those moves both."""
    if moved := difference(_totals(known), totals):
        kept.add(TOTAL, [(cursor.body_id, moved[TOTAL.name])])


def _expected(cell: Connection, cursor: Cursor) -> tuple[Said, Sequence[str]]:
    """Return what the books say, and which figures the centre must have by now.

    What a notice still waits for is no drift: of such a body the journal up to its cursor counts.
    The books are read first: what changed before has a notice, unless the cursor is past it.
    """
    said = books.read(cell, cursor.schema, Asked(is_all=True))
    if cell.execute(_IS_NOTICED, [cursor.code]).fetchone() is None:
        return said, tuple(FIGURES)
    up_to_now = Asked(is_all=True, up_to=cursor.event_no)
    return books.read(cell, cursor.schema, up_to_now), FOLDED


def _told(cursor: Cursor, moved: Figures) -> list[Drift]:
    return [
        Drift(
            body=cursor.code,
            figure=name,
            key=key,
            amounts={
                column: str(amount)
                for column, amount in zip(_columns(name), amounts, strict=True)
                if amount
            },
        )
        for name, rows in sorted(moved.items())
        for key, amounts in sorted(rows.items())
    ]


def _columns(name: str) -> Iterable[str]:
    return (TOTAL if name == TOTAL.name else FIGURES[name]).amounts


def _write_down(checked: Checked, *, now: datetime) -> None:
    told = [*map(asdict, checked.drifts), *map(asdict, checked.area_drifts)]
    RollupCheck.objects.create(
        checked_at=now,
        bodies=checked.bodies,
        drifts=len(told),
        is_repaired=checked.is_repaired,
        told=told[:_TOLD_AT_MOST],
    )
