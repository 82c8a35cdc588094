"""What bodies do now: minutes with entries and documents, and when each body was last active.

Note [Active bodies without counting them]
A body has one last minute. An area's minute keeps how many bodies were last active in it: when a
body is active again it leaves its old minute and comes into the new one. So the bodies of the last
quarter of an hour are a sum of fifteen rows, however many bodies there are; and a day counts a body
at its first minute of the day.

An entry belongs to the minute in which it was recorded. A document, or a period, tells no time when
its figures are copied: it belongs to the minute in which the centre learnt of it, which is seconds
later, or the length of an outage. A body that is read anew has done nothing.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tenants.rollups import areas
from tenants.rollups.cursors import Cursor
from tenants.rollups.figures import Figures, added
from tenants.rollups.folding import Event
from tenants.rollups.kept import CONTROL, Area, Change, rows, run

KEPT_MINUTES = timedelta(hours=2)
KEPT_DAYS = timedelta(days=2)
COUNTED_AGAIN = timedelta(minutes=10)  # sign-ins: for a transaction that commits late

_LAST = """
SELECT body_id, province, district, kind, minute FROM rollup_activity WHERE body_id = ANY (%s)
"""
_MOVE = """
INSERT INTO rollup_activity (body_id, province, district, kind, minute)
SELECT * FROM unnest(%(ids)s::uuid[], %(provinces)s::varchar[], %(districts)s::varchar[],
                     %(kinds)s::varchar[], %(minutes)s::timestamptz[])
    ON CONFLICT (body_id)
    DO UPDATE SET province = excluded.province, district = excluded.district,
                  kind = excluded.kind, minute = excluded.minute
"""
# Counted as a whole, minute by minute: counted twice it is the same. An officer of several bodies
# signs in at the first of them by code; one of no body, such as a watcher, at none.
_SIGN_INS = """
INSERT INTO area_minute AS kept (level, area, minute, sign_ins)
SELECT at.level, at.area, signed.minute, count(*)
  FROM (SELECT date_trunc('minute', s.created_at) AS minute, place.*
          FROM sign_in s
         CROSS JOIN LATERAL (
               SELECT b.province_id AS province,
                      coalesce(b.district_id, b.province_id || '00') AS district, b.kind
                 FROM appointment a JOIN body b ON b.id = a.body_id AND NOT b.is_training
                WHERE a.officer_id = s.officer_id AND a.ended_at IS NULL
                  AND a.from_date <= %(today)s AND (a.to_date IS NULL OR a.to_date >= %(today)s)
                ORDER BY b.code LIMIT 1) AS place
         WHERE s.created_at BETWEEN %(since)s AND %(now)s) AS signed,
       LATERAL (VALUES ('N', ''), ('P', province), ('D', district), ('K', kind)) AS at (level, area)
 GROUP BY 1, 2, 3
    ON CONFLICT (level, area, minute) DO UPDATE SET sign_ins = excluded.sign_ins
        WHERE kept.sign_ins <> excluded.sign_ins
"""
_PRUNE_MINUTES = "DELETE FROM area_minute WHERE minute < %s"
_PRUNE_DAYS = "DELETE FROM area_day WHERE day < %s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What a held body has done: entries by the minute of their recording, new documents."""

    body_id: UUID
    area: Area
    entries: Counter[datetime]
    documents: int
    learnt_at: datetime

    @property
    def last(self) -> datetime:
        """The last minute in which it was active."""
        return max(self.entries, default=self.learnt_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Last:
    area: Area
    minute: datetime


def act_of(
    cursor: Cursor, events: Sequence[Event], moved: Figures, about: Collection[str], now: datetime
) -> Act | None:
    """Return what a body has done, by what was folded of it; None: nothing that counts. Pure.

    Args:
        cursor: the body's, held.
        events: those that were folded.
        moved: the difference of its figures.
        about: what its notices are about; a step of a document need not move any figure.
        now: the clock.
    """
    if cursor.is_anew or cursor.area is None or not (events or moved or about):
        return None
    documents = sum((amounts[0] for amounts in moved.get("documents", {}).values()), Decimal(0))
    learnt_at = minute_of(now)
    return Act(
        body_id=cursor.body_id,
        area=cursor.area,
        entries=Counter(minute_of(event.recorded_at) for event in events),
        documents=max(0, int(documents)),
        learnt_at=learnt_at,
    )


def minute_of(moment: datetime) -> datetime:
    """Return the beginning of a moment's minute. Pure."""
    return moment.replace(second=0, microsecond=0)


def note(acts: Sequence[Act], *, now: datetime) -> list[Change]:
    """Keep when bodies were last active, under their cursors' locks; return what areas are told."""
    if not acts:
        return []
    last = {
        body_id: _Last(area=(province, district, kind), minute=minute)
        for body_id, province, district, kind, minute in rows(_LAST, [[a.body_id for a in acts]])
    }
    moved = [one for one in acts if one.body_id not in last or last[one.body_id].minute < one.last]
    if moved:
        ordered = sorted(moved, key=lambda one: one.body_id)
        run(
            _MOVE,
            {
                "ids": [one.body_id for one in ordered],
                "provinces": [one.area[0] for one in ordered],
                "districts": [one.area[1] for one in ordered],
                "kinds": [one.area[2] for one in ordered],
                "minutes": [one.last for one in ordered],
            },
        )
    return [
        Change(body_id=one.body_id, moved={}, told=_told(one, last.get(one.body_id), now=now))
        for one in acts
    ]


def _told(act: Act, before: _Last | None, *, now: datetime) -> list[tuple[Area, Figures]]:
    """Return what the body's areas are told of an act; ``before``: when it was active last."""
    told = [(act.area, added(_done(act)))]
    if before is not None and act.last <= before.minute:
        return told
    told.append((act.area, {"minute": {_key(act.last): _bodies(1)}}))
    day = timezone.localdate(act.last)
    if before is None or timezone.localdate(before.minute) < day:
        told.append((act.area, {"day": {(day.isoformat(),): (Decimal(1),)}}))
    # A minute that was pruned would come back, with less than nobody in it.
    if before is not None and before.minute >= minute_of(now - KEPT_MINUTES):
        told.append((before.area, {"minute": {_key(before.minute): _bodies(-1)}}))
    return told


def _done(act: Act) -> Iterable[Figures]:
    for minute, entries in act.entries.items():
        yield {"minute": {_key(minute): (Decimal(entries), Decimal(0), Decimal(0))}}
    if act.documents:
        documents = (Decimal(0), Decimal(act.documents), Decimal(0))
        yield {"minute": {_key(act.learnt_at): documents}}


def _key(minute: datetime) -> tuple[str]:
    return (minute.isoformat(),)


def _bodies(count: int) -> tuple[Decimal, Decimal, Decimal]:
    return (Decimal(0), Decimal(0), Decimal(count))


def look(*, now: datetime, back: timedelta = COUNTED_AGAIN) -> None:
    """Count the sign-ins of the last minutes by area, and forget minutes and days of long ago.

    Args:
        now: the clock.
        back: how far; as far as nobody has looked.
    """
    with transaction.atomic(using=CONTROL):
        areas.alone()
        today = timezone.localdate(now)
        run(_SIGN_INS, {"since": minute_of(now - back), "now": now, "today": today})
        run(_PRUNE_MINUTES, [minute_of(now - KEPT_MINUTES)])
        run(_PRUNE_DAYS, [timezone.localdate(now - KEPT_DAYS)])
