"""A round of the consumer of one cell: what is new there is brought into the centre's figures.

Note [Once, wherever it is killed]
1. Notices are read; they stay where they are.
2. In one transaction of the control plane: the bodies' cursors are held, what is new of them is
   read from the cell, their figures are added to, what areas are to be told is left, the cursors
   move. What is read was committed after the notices were read at the latest.
3. The notices are deleted.
Killed before 2 ends, nothing has happened. Killed before 3, the notices are read again: events up
to the cursor are passed by, and what is copied is compared with what the centre has. Two consumers
never hold one cursor; who finds it held leaves its notices for the next round.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
import structlog
from django.db import transaction

from tenants.rollups import activity, books, cursors, folding, kept
from tenants.rollups.activity import Act
from tenants.rollups.books import Connection, Said
from tenants.rollups.cursors import Cursor
from tenants.rollups.figures import COPIED, FIGURES, Figures, added, difference, negated
from tenants.rollups.folding import Event
from tenants.rollups.kept import CONTROL, Change

NOTICES_AT_ONCE = 1_000
BODIES_AT_ONCE = 100  # in a transaction: how long a cursor is held
ANEW_AT_ONCE = 20
EVENTS_AT_ONCE = 500  # of a body: one that imports a year lets the others have their turn

_NOTICES = """
SELECT id, body_code, about FROM shared.notice ORDER BY id LIMIT %s
"""
_FOLLOWED = "DELETE FROM shared.notice WHERE id = ANY (%s)"
_WAITING = "SELECT count(*) FROM shared.notice"
_CLOCK = "SELECT clock_timestamp()"
_EVENTS = """
SELECT at.body_code, o.event_no, o.recorded_at, o.payload
  FROM unnest(%(codes)s::varchar[], %(generations)s::smallint[], %(after)s::bigint[])
       AS at (body_code, generation, after),
       LATERAL (SELECT event_no, recorded_at, payload FROM shared.outbox
                 WHERE body_code = at.body_code AND generation = at.generation
                   AND event_no > at.after ORDER BY event_no LIMIT %(most)s) AS o
 ORDER BY at.body_code, o.event_no
"""
_ROUND = """
INSERT INTO rollup_cell (cell, complete_to, seen_at, waiting, failure)
VALUES (%(cell)s, %(complete_to)s, %(now)s, %(waiting)s, %(failure)s)
    ON CONFLICT (cell)
    DO UPDATE SET complete_to = coalesce(excluded.complete_to, rollup_cell.complete_to),
                  seen_at = excluded.seen_at, waiting = excluded.waiting,
                  failure = excluded.failure
"""
# What a body's books or events may do to us: it is read anew from its books in a later round.
_NOT_FOLDED = (psycopg.Error, LookupError, TypeError, ValueError, ArithmeticError)
_Move = tuple[Cursor, Said, Sequence[Event]]
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What a round found.

    Attributes:
        followed: notices that are gone now.
        complete_to: the cell's clock when it began, if it left nothing.
        failed: bodies that could not be folded, and why; they are read anew in a later round.
    """

    cell: str
    notices: int
    followed: int
    bodies: int
    events: int
    anew: int
    waiting: int
    complete_to: datetime | None
    failed: dict[str, str]

    @property
    def is_idle(self) -> bool:
        """Whether there was nothing to do."""
        return not (self.notices or self.anew)

    @property
    def is_getting_on(self) -> bool:
        """Whether something was done: if nothing was, what is left is held, failed or to come."""
        return bool(self.followed or self.events or self.anew)


@dataclass(slots=True, kw_only=True)
class _Work:
    """A round under way: what notices are about, and what was done of it; ``more`` is left."""

    clock: Callable[[], datetime]
    about: dict[str, set[str]]
    seen: set[str] = field(default_factory=set)
    more: set[str] = field(default_factory=set)
    failed: dict[str, str] = field(default_factory=dict)
    events: int = 0
    anew: int = 0

    @classmethod
    def of(cls, notices: Sequence[tuple[Any, ...]], clock: Callable[[], datetime]) -> "_Work":
        """Begin with what notices (id, code of a body, what changed) are about."""
        about: dict[str, set[str]] = defaultdict(set)
        for _, code, what in notices:
            about[code].add(what)
        return cls(clock=clock, about=about)


def consume(
    cell: Connection,
    name: str,
    *,
    clock: Callable[[], datetime],
    looks_for_movers: bool = True,
    after_step: Callable[[str], None] = lambda _step: None,
) -> Round:
    """Bring what is new in a cell into the figures of its bodies; areas come behind.

    Args:
        cell: the owner's connection to it, in autocommit.
        name: the cell's.
        clock: what is written down as the time of folding.
        looks_for_movers: ask for bodies that live or count elsewhere now, which costs as many rows
            as the cell has bodies; those with notices are recognised anyhow.
        after_step: told "read", "written" and "followed"; for whoever kills it there.

    Raises:
        psycopg.Error: the cell is away.
        django.db.Error: the control plane is away.
    """
    began = _one(cell, _CLOCK)
    notices = cell.execute(_NOTICES, [NOTICES_AT_ONCE]).fetchall()
    work = _Work.of(notices, clock)
    elsewhere = cursors.elsewhere(name, most=ANEW_AT_ONCE) if looks_for_movers else []
    body_ids = list(dict.fromkeys([*elsewhere, *cursors.noticed(name, work.about)]))
    after_step("read")
    for start in range(0, len(body_ids), BODIES_AT_ONCE):
        with transaction.atomic(using=CONTROL):
            held = cursors.held(name, body_ids[start : start + BODIES_AT_ONCE], now=clock())
            _fold(cell, held, work)
        after_step("written")
    work.more |= _held_by_others(body_ids, name, work.seen)
    followed = [id_ for id_, code, _ in notices if code not in work.more]
    if followed:
        cell.execute(_FOLLOWED, [followed])
    after_step("followed")
    is_all = len(notices) < NOTICES_AT_ONCE and len(elsewhere) < ANEW_AT_ONCE
    return Round(
        cell=name,
        notices=len(notices),
        followed=len(followed),
        bodies=len(work.seen),
        events=work.events,
        anew=work.anew,
        waiting=_one(cell, _WAITING) if notices else 0,
        complete_to=began if is_all and not (work.more or work.failed) else None,
        failed=work.failed,
    )


def write_down(name: str, found: Round | None, *, now: datetime, failure: str = "") -> None:
    """Keep how far the consumer of a cell has come, or why it could not."""
    if found is not None and found.failed and not failure:
        failure = "; ".join(f"{code}: {why}" for code, why in sorted(found.failed.items()))
    kept.run(
        _ROUND,
        {
            "cell": name,
            "complete_to": found.complete_to if found else None,
            "now": now,
            "waiting": found.waiting if found else 0,
            "failure": failure[:300],
        },
    )


def _held_by_others(body_ids: Sequence[UUID], name: str, seen: set[str]) -> set[str]:
    """Return the bodies of this cell whose cursor another consumer held."""
    if len(seen) == len(body_ids):
        return set()
    query = "SELECT b.code FROM body b JOIN place p ON p.body_id = b.id AND p.use = 'live'"
    found = kept.rows(
        f"{query} WHERE b.id = ANY (%(ids)s) AND p.cell_id = %(cell)s",
        {"ids": list(body_ids), "cell": name},
    )
    return {code for (code,) in found} - seen


def _fold(cell: Connection, bodies: Sequence[Cursor], work: _Work) -> None:
    """Fold what is new of held bodies."""
    events = _events(cell, [one for one in bodies if not one.is_anew])
    before = kept.figures_of([one.body_id for one in bodies if one.is_anew], FIGURES)
    before |= kept.figures_of([one.body_id for one in bodies if not one.is_anew], COPIED)
    changes, moves, acts = list[Change](), list[_Move](), list[Act]()
    for one in bodies:
        work.seen.add(one.code)
        follow = folding.in_order(events[one.code], after=one.event_no)
        try:
            said = books.read(cell, one.schema, _asked(one, work.about))
            changes.append(_change(one, said, follow, before[one.body_id], work.about))
        except _NOT_FOLDED as error:
            if cell.closed or cell.broken:
                raise
            _log.warning("rollups_body_not_folded", body=one.code, error=str(error))
            work.failed[one.code] = f"{type(error).__name__}: {error}"
            cursors.let_go(one, now=work.clock())
            continue
        moves.append((one, said, follow))
        about = work.about.get(one.code, set()) - {books.ENTRY}
        if act := activity.act_of(one, follow, changes[-1].moved, about, work.clock()):
            acts.append(act)
        is_behind_a_gap = len(follow) < len(events[one.code])
        if is_behind_a_gap or len(follow) == EVENTS_AT_ONCE:
            work.more.add(one.code)
    kept.write([*changes, *activity.note(acts, now=work.clock())])
    for one, said, folded in moves:
        stand(one, said, folded, now=work.clock())
        work.events += len(folded)
        work.anew += one.is_anew


def _asked(cursor: Cursor, about: dict[str, set[str]]) -> books.Asked:
    if cursor.is_anew:
        return books.Asked(is_all=True)
    return books.asked_by(about.get(cursor.code, set()))


def _change(
    cursor: Cursor,
    said: Said,
    events: Sequence[Event],
    before: Figures,
    about: dict[str, set[str]],
) -> Change:
    if cursor.is_anew:
        return anew(cursor, said.figures, before)
    asked = _asked(cursor, about)
    known = {name: before.get(name, {}) for name in asked.copied}
    if "documents" in known:  # only the kinds that were counted again
        rows = known["documents"].items()
        known["documents"] = {key: row for key, row in rows if key[-1] in asked.kinds}
    moved = added([difference(said.figures, known), folding.of_events(events)])
    told = [(cursor.area, moved)] if cursor.area else []
    return Change(body_id=cursor.body_id, moved=moved, told=told)


def anew(cursor: Cursor, now: Figures, before: Figures) -> Change:
    """Return the change that makes figures what the books say, wherever they were counted."""
    moved = difference(now, before)
    if cursor.area == cursor.counted_in:
        told = [(cursor.area, moved)] if cursor.area else []
    else:
        told = [(cursor.area, now)] if cursor.area else []
        told += [(cursor.counted_in, negated(before))] if cursor.counted_in else []
    return Change(body_id=cursor.body_id, moved=moved, told=told)


def stand(cursor: Cursor, said: Said, events: Sequence[Event], *, now: datetime) -> None:
    """Let a held cursor stand behind what was read of the books, or the last of the events."""
    last = events[-1] if events else None
    event_no = last.event_no if last else cursor.event_no
    cursors.move(
        cursor,
        event_no=said.event_no if said.event_no is not None else event_no,
        last_entry_at=last.recorded_at if last else said.recorded_at,
        since=said.since,
        last_closed_day=said.last_closed_day,
        now=now,
    )


def _events(cell: Connection, bodies: Sequence[Cursor]) -> dict[str, list[Event]]:
    """Return what the outbox tells of bodies after their cursors, in one question."""
    found: dict[str, list[Event]] = defaultdict(list)
    if not bodies:
        return found
    facts = {
        "codes": [one.code for one in bodies],
        "generations": [one.generation for one in bodies],
        "after": [one.event_no for one in bodies],
        "most": EVENTS_AT_ONCE,
    }
    for code, event_no, recorded_at, payload in cell.execute(_EVENTS, facts):
        found[code].append(Event(event_no=event_no, recorded_at=recorded_at, payload=payload))
    return found


def _one(cell: Connection, query: str) -> Any:
    found = cell.execute(query).fetchone()
    assert found is not None  # one row, always
    return found[0]
