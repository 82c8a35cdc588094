"""Every place that holds books: the live ones, those of earlier generations, those restored."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connections

from tenants.directory.records import slot_role

_BOOKS = """
SELECT b.code, b.id::text AS body_id, b.epoch, place.use, place.generation, place.schema_name,
       c.name AS cell, c.host AS cell_host, c.port AS cell_port, place.slot
  FROM place
  JOIN body b ON b.id = place.body_id
  JOIN cell c ON c.name = place.cell_id
 WHERE place.use IN ('live', 'earlier', 'beside')
   AND NOT (place.use = 'live' AND b.state IN ('registered', 'provisioning'))
   AND (%(names)s::text[] IS NULL OR b.code = ANY (%(names)s)
        OR b.code || '_' || place.generation = ANY (%(names)s))
 ORDER BY c.name, b.code, place.generation, place.use
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """One schema of a body's books: where it is, and what the directory says it holds.

    It can be opened for reading whatever state its body is in: a suspended body's books are
    verified like any other's.
    """

    code: str
    body_id: str
    epoch: int
    use: str
    generation: int
    schema_name: str
    cell: str
    cell_host: str
    cell_port: int | None
    slot: int

    @property
    def state(self) -> str:
        """Read only, for whoever opens it by this record."""
        return "read_only"

    @property
    def state_message_th(self) -> str:
        """None: nobody is kept out by this record; nor has the state an end."""
        return ""

    state_message_en = state_message_th

    @property
    def state_until(self) -> None:
        """Never."""
        return

    @property
    def role(self) -> str:
        """The database role that may enter the schema."""
        return slot_role(self.slot)

    @property
    def server(self) -> dict[str, str]:
        """Connection parameters that differ from the default server's."""
        server = {"host": self.cell_host} if self.cell_host else {}
        return server | ({"port": str(self.cell_port)} if self.cell_port else {})

    @property
    def name(self) -> str:
        """What no other books have: the schema in its cell."""
        return f"{self.cell}/{self.schema_name}"


def books_of(names: Sequence[str] | None) -> list[Books]:
    """Return books by cell: one question to the control plane.

    Args:
        names: bodies' codes, or ``5901401_1`` for those of one generation; None for all bodies.
    """
    with connections["default"].cursor() as cursor:
        cursor.execute(_BOOKS, {"names": None if names is None else list(names)})
        fields = Books.__dataclass_fields__
        return [Books(**dict(zip(fields, row, strict=True))) for row in cursor.fetchall()]
