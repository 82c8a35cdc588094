"""A change of a body's live place that was begun: what it makes of the two places, and which.

It is a row (``models.Move``) from its first moment, so that whoever comes after a crash knows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from accounting.errors import Refusal
from tenants.directory.models import Body, Place, PlaceUse
from tenants.lifecycle.models import What
from tenants.lifecycle.rules import refusal
from tenants.moving.models import Move, Purpose
from tenants.provisioning.placement import take_place
from tenants.releases.schema_lock import Held

Clock = Callable[[], datetime]
AfterStep = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What a purpose makes of the two places.

    Attributes:
        what: the kind of change that the body's history tells.
        left_as: what the old place is afterwards.
        comes_from: what the new place may have been before.
        opens_with_outbox: the outbox has to be told anew before anybody may post again; else it is
            right when the directory switches.
    """

    what: What
    left_as: PlaceUse
    comes_from: tuple[PlaceUse, ...] = (PlaceUse.MAKING,)
    opens_with_outbox: bool = False


WAYS = {
    Purpose.MOVE: Way(what=What.PLACE, left_as=PlaceUse.KEPT),
    Purpose.GENERATION: Way(what=What.GENERATION, left_as=PlaceUse.EARLIER),
    Purpose.SWAP: Way(
        what=What.PLACE,
        left_as=PlaceUse.KEPT,
        comes_from=(PlaceUse.BESIDE, PlaceUse.KEPT),
        opens_with_outbox=True,
    ),
}


@dataclass(slots=True, kw_only=True)
class Switch:
    """A change of place under way, and how it is told of.

    Attributes:
        clock: the time of now.
        after_step: called with the name of each step that is done.
        closed_since: by the monotonic clock, when writing was refused.
        held: the locks of the schemas, while somebody works on them.
    """

    move: Move
    clock: Clock
    after_step: AfterStep
    closed_since: float = 0.0
    held: Held | None = None

    @property
    def way(self) -> Way:
        """What its purpose makes of the two places."""
        return WAYS[Purpose(self.move.purpose)]

    @property
    def is_swap(self) -> bool:
        """Whether the new place has books already, that must not be taken away."""
        return PlaceUse.MAKING not in self.way.comes_from

    @property
    def body(self) -> Body:
        """Whose books they are."""
        return self.move.body

    @property
    def old(self) -> Place:
        """The place that the books have, or had."""
        return Place.objects.select_related("cell", "body").get(
            cell_id=self.move.from_cell, schema_name=self.move.from_schema
        )

    @property
    def new(self) -> Place:
        """The place that they get."""
        return Place.objects.select_related("cell", "body").get(
            cell_id=self.move.to_cell, schema_name=self.move.to_schema
        )


def unfinished(code: str) -> Move | None:
    """Return the move that a command left behind when it was killed."""
    moves = Move.objects.select_related("body")
    return moves.filter(body__code=code, finished_at=None).first()


def live_place(body: Body) -> Place | None:
    """Return where the body's books are; None while it has none."""
    if body.state in {"registered", "provisioning"}:
        return None
    places = Place.objects.select_related("cell", "body")
    return places.filter(body=body, use=PlaceUse.LIVE).first()


def begin(
    *, body: Body, purpose: Purpose, new: Place, reason: str, moved_by: str, now: datetime
) -> Move:
    """Note that a place is to be the live one; in the caller's transaction."""
    old = live_place(body)
    assert old is not None  # the caller has refused otherwise
    return Move.objects.create(
        body=body,
        purpose=purpose,
        reason=reason,
        from_cell=old.cell_id,
        from_schema=old.schema_name,
        to_cell=new.cell_id,
        to_schema=new.schema_name,
        begun_at=now,
        moved_by=moved_by[:80],
    )


def take_new_place(*, body: Body, generation: int, cell: str | None, now: datetime) -> Place:
    """Take a place for the body's books to come; in the caller's transaction.

    Raises:
        NoRoom: the cell, or every open cell, is full.
    """
    return take_place(
        body=body,
        schema_name=_free_name(body),
        use=PlaceUse.MAKING,
        generation=generation,
        now=now,
        cell_name=cell,
    )


def _free_name(body: Body) -> str:
    """Return a schema's name that no place has, in any cell."""
    taken = set(
        Place.objects.filter(schema_name__startswith=body.schema_name).values_list(
            "schema_name", flat=True
        )
    )
    numbers = iter(range(2, 1_000_000))
    name = str(body.schema_name)
    while name in taken:
        name = f"{body.schema_name}_p{next(numbers)}"
    return name


def unfinished_refusal(code: str) -> Refusal:
    """Return the reason that another command was interrupted."""
    return refusal(
        "move_is_unfinished",
        f"การย้าย สลับ หรือเปิดสมุดรุ่นใหม่ของ {code} ยังไม่เสร็จ ให้สั่งคำสั่งเดิมอีกครั้ง หรือยกเลิกด้วย --give-up",
        f"a move, swap or new generation of {code} is not finished: run it again, or --give-up",
    )
