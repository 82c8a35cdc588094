"""What the rest of the program knows of a body: plain values, never a model."""

from dataclasses import dataclass, replace
from datetime import datetime

from tenants.lifecycle.rules import EARLIER, lets


def slot_role(slot: int) -> str:
    """Return the database role of a place in a cell.

    Roles belong to a server, schemas to a cell. One role for each *place* therefore serves all the
    cells of a server, and a thousand of them the whole nation: a connection sees one cell only, and
    there the role has rights in one schema only.
    """
    return f"openlaas_slot_{slot:04d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyRecord:
    """A body with books: who it is, where it lives, whether it is open.

    ``state`` is the one of the moment asked for: a state whose end has passed is ``open``.
    ``generation`` is that of the books meant; those of an earlier one have the state ``earlier``.
    """

    code: str
    kind: str
    name_th: str
    full_name_th: str
    parent_code: str | None
    province_code: str
    province_th: str
    district_code: str | None
    district_th: str | None
    is_training: bool
    state: str
    state_message_th: str
    state_message_en: str
    state_until: datetime | None
    epoch: int
    schema_name: str
    cell: str
    cell_host: str
    cell_port: int | None
    slot: int
    generation: int

    @property
    def role(self) -> str:
        """The database role that may enter the body's schema."""
        return slot_role(self.slot)

    @property
    def server(self) -> dict[str, str]:
        """Connection parameters that differ from the default server's."""
        parameters = {}
        if self.cell_host:
            parameters["host"] = self.cell_host
        if self.cell_port:
            parameters["port"] = str(self.cell_port)
        return parameters

    @property
    def name(self) -> str:
        """What the books are asked for by: the code, of earlier books with their generation."""
        return f"{self.code}_{self.generation}" if self.state == EARLIER else self.code


def as_earlier(record: BodyRecord) -> BodyRecord:
    """Return books of an earlier generation: to be read, if the body's state lets that be."""
    if not lets(record.state).read:
        return record
    return replace(
        record, state=EARLIER, state_message_th="", state_message_en="", state_until=None
    )
