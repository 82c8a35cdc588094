"""What the centre's figures are complete to, and how far each cell has come.

The figures themselves are tables by the same keys for bodies and areas (``models``).
"""

from dataclasses import dataclass
from datetime import date, datetime

from tenants.rollups.kept import rows

_CELLS = """
SELECT c.name, r.complete_to, r.seen_at, coalesce(r.waiting, 0), coalesce(r.failure, '')
  FROM cell c LEFT JOIN rollup_cell r ON r.cell = c.name ORDER BY c.name
"""
# A cell without live books has nothing that could be missing.
_WATERMARK = """
SELECT min(coalesce(r.complete_to, '-infinity'::timestamptz))::text,
       count(*) FILTER (WHERE r.complete_to IS NULL)
  FROM (SELECT DISTINCT cell_id FROM place WHERE use = 'live') AS used
  LEFT JOIN rollup_cell r ON r.cell = used.cell_id
"""
_BODIES = """
SELECT count(*), count(r.body_id)
  FROM place p JOIN body b ON b.id = p.body_id AND NOT b.is_training
  LEFT JOIN rollup_body r ON r.body_id = b.id AND r.place_id = p.id
 WHERE p.use = 'live'
   AND CASE %(level)s WHEN 'N' THEN true
                      WHEN 'P' THEN b.province_id = %(area)s
                      WHEN 'D' THEN coalesce(b.district_id, b.province_id || '00') = %(area)s
                      WHEN 'K' THEN b.kind = %(area)s ELSE false END
"""
_CLOSED = """
SELECT coalesce(sum(closed), 0) FROM area_closing
 WHERE level = %(level)s AND area = %(area)s AND starts_on = %(month)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellState:
    """How far the consumer of a cell has come; None: none has been there."""

    cell: str
    complete_to: datetime | None
    seen_at: datetime | None
    waiting: int
    failure: str

    def lag_seconds(self, now: datetime) -> float | None:
        """Return how far behind the clock the cell's figures may be."""
        return (now - self.complete_to).total_seconds() if self.complete_to else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watermark:
    """What stands beside every figure of an area.

    Attributes:
        complete_to: whatever was committed before is counted; None: some cell was never read.
        bodies: those of the area with live books, training bodies left out (N).
        folded: of them, those whose figures stand for these books (n).
        reported: of them, those that have closed the month asked for; None: no month was asked.
    """

    complete_to: datetime | None
    bodies: int
    folded: int
    reported: int | None


def cell_states() -> list[CellState]:
    """Return how far each cell's consumer has come."""
    names = CellState.__dataclass_fields__
    return [CellState(**dict(zip(names, row, strict=True))) for row in rows(_CELLS)]


def pending() -> int:
    """Return how many differences of bodies the areas do not have yet."""
    ((count,),) = rows("SELECT count(*) FROM rollup_pending")
    return int(count)


def complete_to() -> datetime | None:
    """Return the time to which every cell with live books is folded; None: not known of one."""
    ((earliest, missing),) = rows(_WATERMARK)
    return None if missing or earliest is None else datetime.fromisoformat(earliest)


def watermark(*, level: str, area: str, month: date | None = None) -> Watermark:
    """Return what the figures of an area stand for.

    Args:
        level: N the nation, P a province, D a district, K a kind of body.
        area: its code; of the nation nothing.
        month: its first day; asks how many bodies have closed it.
    """
    facts = {"level": level, "area": area, "month": month}
    ((bodies, folded),) = rows(_BODIES, facts)
    reported = int(rows(_CLOSED, facts)[0][0]) if month else None
    return Watermark(complete_to=complete_to(), bodies=bodies, folded=folded, reported=reported)
