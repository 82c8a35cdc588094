"""Which cell each body's books go to. Pure: it sees who needs books and what room there is.

1. A unit goes where its parent is, while there is room: they move money between each other, and a
   consolidation of the two then asks one cell.
2. The bodies of a province go together, largest province first, each into the cell that already
   holds most of that province, else into the one with most room. So a cell that fails closes a few
   provinces and not a part of all, and an office that serves a province finds it in one place.
3. Most room first keeps cells equally full: no cell is busy while another one idles.
4. A province that no cell can take whole is divided between bodies, never between a body and its
   units while there is room for them together.

A province is counted with its units, so that one of many small bodies weighs what it is.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Homeless:
    """A body that needs a place; ``parent_code`` is None for a local body."""

    code: str
    parent_code: str | None
    province_code: str


@dataclass(slots=True, kw_only=True)
class Room:
    """A cell, how many more bodies it may take, and how many of each province it holds."""

    cell: str
    free: int
    held: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Codes by cell, in order, and those for which no room is left."""

    placed: dict[str, list[str]]
    left_over: list[str]


def plan(
    bodies: Sequence[Homeless], rooms: Iterable[Room], homes: dict[str, str] | None = None
) -> Plan:
    """Return where each body goes; the same bodies and rooms always give the same plan.

    Args:
        bodies: each once; a unit's parent may be among them or not.
        rooms: each cell once. They are filled while planning.
        homes: the cells of parents that have books already, by the parent's code.
    """
    by_name = {room.cell: room for room in rooms}
    placed: dict[str, list[str]] = defaultdict(list)
    left_over: list[str] = []

    def settle(some: Sequence[Homeless], room: Room) -> None:
        room.free -= len(some)
        for one in some:
            room.held[one.province_code] += 1
            placed[room.cell].append(one.code)

    families = []
    for family in _families(bodies):
        home = by_name.get((homes or {}).get(family[0].parent_code or "", ""))
        with_parent = family[: max(home.free, 0)] if home else []
        if home:
            settle(with_parent, home)
        if rest := family[len(with_parent) :]:
            families.append(rest)
    for province in _provinces(families):
        _place_province(province, list(by_name.values()), settle, left_over)
    return Plan(placed=dict(placed), left_over=left_over)


def _place_province(
    families: list[list[Homeless]],
    rooms: list[Room],
    settle: Callable[[Sequence[Homeless], Room], None],
    left_over: list[str],
) -> None:
    """Settle a province whole, else family by family, else body by body."""
    everybody = [one for family in families for one in family]
    if room := _best(rooms, everybody[0].province_code, len(everybody)):
        settle(everybody, room)
        return
    for family in families:
        room = _best(rooms, family[0].province_code, len(family))
        if room:
            settle(family, room)
            continue
        for one in family:
            room = _best(rooms, one.province_code, 1)
            if room:
                settle([one], room)
            else:
                left_over.append(one.code)


def _best(rooms: list[Room], province: str, count: int) -> Room | None:
    """Return the cell with enough room that holds most of the province; then, most room."""
    enough = [room for room in rooms if room.free >= count]
    return max(
        enough,
        key=lambda room: (room.held[province], room.free, _reversed(room.cell)),
        default=None,
    )


def _families(bodies: Sequence[Homeless]) -> list[list[Homeless]]:
    """Return each local body with its units, and units whose parent is not here by themselves."""
    families: dict[str, list[Homeless]] = {}
    for one in sorted(bodies, key=lambda one: (one.parent_code is not None, one.code)):
        families.setdefault(one.parent_code or one.code, []).append(one)
    return list(families.values())


def _provinces(families: list[list[Homeless]]) -> list[list[list[Homeless]]]:
    """Return families by province: the largest province first, in it the largest family first."""
    provinces: dict[str, list[list[Homeless]]] = {}
    for family in sorted(families, key=lambda family: (-len(family), family[0].code)):
        provinces.setdefault(family[0].province_code, []).append(family)
    return sorted(provinces.values(), key=lambda some: (-sum(map(len, some)), some[0][0].code))


def _reversed(name: str) -> tuple[int, ...]:
    """Return a key by which the first name by alphabet is the largest."""
    return tuple(-ord(letter) for letter in name)
