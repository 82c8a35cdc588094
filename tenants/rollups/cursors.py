"""Which bodies of a cell the centre has to look at, and how far it has come with each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from tenants.rollups.kept import Area, rows, run

# Where the register counts a body, beside where its figures are counted.
_REGISTER = """
  FROM place p
  JOIN body b ON b.id = p.body_id
  LEFT JOIN rollup_body r ON r.body_id = b.id
 WHERE p.cell_id = %(cell)s AND p.use = 'live'
"""
_AREA = "b.province_id, coalesce(b.district_id, b.province_id || '00'), b.kind, NOT b.is_training"
_IS_ELSEWHERE = f"""
    (r.place_id, r.generation, r.province, r.district, r.kind, r.is_counted)
    IS DISTINCT FROM (p.id, p.generation, {_AREA})
"""
_NOTICED = f"SELECT b.id, b.code {_REGISTER} AND b.code = ANY (%(codes)s) ORDER BY b.id"
_ELSEWHERE = f"SELECT b.id, b.code {_REGISTER} AND {_IS_ELSEWHERE}"
# Who waits longest comes first: one that cannot be read keeps nobody from being read.
_ELSEWHERE += " ORDER BY r.folded_at NULLS FIRST, b.id LIMIT %(most)s"
_LET_GO = """
UPDATE rollup_body SET place_id = '00000000-0000-0000-0000-000000000000', folded_at = %s
 WHERE body_id = %s
"""
_BEGIN = """
INSERT INTO rollup_body (body_id, place_id, generation, event_no, province, district, kind,
                         is_counted, folded_at)
SELECT id, '00000000-0000-0000-0000-000000000000', 0, 0, '', '', '', false, %(now)s
  FROM unnest(%(ids)s::uuid[]) AS id ORDER BY id
    ON CONFLICT (body_id) DO NOTHING
"""
_LOCK = """
SELECT body_id FROM rollup_body WHERE body_id = ANY (%(ids)s) ORDER BY body_id
   FOR UPDATE SKIP LOCKED
"""
_CURSORS = f"""
SELECT b.id, b.code, p.id, p.schema_name, p.generation, r.event_no, {_IS_ELSEWHERE},
       {_AREA}, r.province, r.district, r.kind, r.is_counted
  {_REGISTER} AND b.id = ANY (%(ids)s) ORDER BY b.id
"""
_MOVE = """
UPDATE rollup_body
   SET place_id = %(place_id)s, generation = %(generation)s, event_no = %(event_no)s,
       province = %(province)s, district = %(district)s, kind = %(kind)s,
       is_counted = %(is_counted)s, folded_at = %(now)s,
       last_entry_at = coalesce(%(last_entry_at)s, last_entry_at),
       last_closed_day = CASE WHEN %(knows_day)s THEN %(last_closed_day)s ELSE last_closed_day END
 WHERE body_id = %(body_id)s
"""
_SINCE = """
UPDATE rollup_closing c SET since = told.since
  FROM unnest(%(months)s::date[], %(since)s::timestamptz[]) AS told (starts_on, since)
 WHERE c.body_id = %(body_id)s AND c.starts_on = told.starts_on
   AND c.since IS DISTINCT FROM told.since
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """A body whose cursor this transaction holds.

    Attributes:
        is_anew: its figures stand for other books, or count elsewhere: they are read from the
            books as a whole.
        area: where the register counts it; None for a training body.
        counted_in: where its figures are counted by now; None: nowhere.
    """

    body_id: UUID
    code: str
    place_id: UUID
    schema: str
    generation: int
    event_no: int
    is_anew: bool
    area: Area | None
    counted_in: Area | None
    register: Area


def noticed(cell: str, codes: Collection[str]) -> list[UUID]:
    """Return those bodies that live in the cell, of those named."""
    return [id_ for id_, _ in rows(_NOTICED, {"cell": cell, "codes": sorted(codes)})]


def elsewhere(cell: str, *, most: int) -> list[UUID]:
    """Return bodies of the cell that moved in, began anew, are new, or are counted elsewhere."""
    return [id_ for id_, _ in rows(_ELSEWHERE, {"cell": cell, "most": most})]


def held(cell: str, body_ids: Sequence[UUID], *, now: datetime) -> list[Cursor]:
    """Hold the cursors of bodies to the end of the transaction; leave those that others hold.

    Where a body lives is asked after its cursor is held: whoever held it before may have moved it.
    """
    run(_BEGIN, {"ids": list(body_ids), "now": now})
    mine = [id_ for (id_,) in rows(_LOCK, {"ids": list(body_ids)})]
    return [_cursor(*row) for row in rows(_CURSORS, {"cell": cell, "ids": mine})]


def let_go(cursor: Cursor, *, now: datetime) -> None:
    """Let a held cursor stand at no place, so that its body is read anew in a later round."""
    run(_LET_GO, [now, cursor.body_id])


def move(
    cursor: Cursor,
    *,
    event_no: int,
    last_entry_at: datetime | None,
    since: dict[str, str | None] | None,
    last_closed_day: date | None,
    now: datetime,
) -> None:
    """Let a held cursor stand where its figures are now; ``since`` None: periods were not read."""
    province, district, kind = cursor.register
    run(
        _MOVE,
        {
            "body_id": cursor.body_id,
            "place_id": cursor.place_id,
            "generation": cursor.generation,
            "event_no": event_no,
            "province": province,
            "district": district,
            "kind": kind,
            "is_counted": cursor.area is not None,
            "now": now,
            "last_entry_at": last_entry_at,
            "knows_day": since is not None,
            "last_closed_day": last_closed_day,
        },
    )
    if since:
        facts = {"months": list(since), "since": list(since.values()), "body_id": cursor.body_id}
        run(_SINCE, facts)


def _cursor(*row: Any) -> Cursor:
    id_, code, place_id, schema, generation, event_no, is_anew, *areas = row
    register, is_counted = (areas[0], areas[1], areas[2]), areas[3]
    before, was_counted = (areas[4], areas[5], areas[6]), areas[7]
    return Cursor(
        body_id=id_,
        code=code,
        place_id=place_id,
        schema=schema,
        generation=generation,
        event_no=event_no,
        is_anew=is_anew,
        area=register if is_counted else None,
        counted_in=before if was_counted else None,
        register=register,
    )
