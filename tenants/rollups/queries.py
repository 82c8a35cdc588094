"""How far the consumer of each cell has come, and what areas are still to be told.

What figures are complete to stands beside each of them: see ``central``.
"""

from dataclasses import dataclass
from datetime import datetime

from tenants.rollups.kept import rows

_CELLS = """
SELECT c.name, r.complete_to, r.seen_at, coalesce(r.waiting, 0), coalesce(r.failure, '')
  FROM cell c LEFT JOIN rollup_cell r ON r.cell = c.name ORDER BY c.name
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


def cell_states() -> list[CellState]:
    """Return how far each cell's consumer has come."""
    names = CellState.__dataclass_fields__
    return [CellState(**dict(zip(names, row, strict=True))) for row in rows(_CELLS)]


def pending() -> int:
    """Return how many differences of bodies the areas do not have yet."""
    ((count,),) = rows("SELECT count(*) FROM rollup_pending")
    return int(count)
