"""The rows of figures in the control plane: read, added to, and left for the areas.

What runs here is inside the caller's transaction, on alias ``default``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from django.db import connections

from tenants.rollups.figures import FIGURES, OF_AREAS, Amounts, Figure, Figures, Key, added
from tenants.rollups.totals import TOTAL, totals_of

CONTROL = "default"
Area = tuple[str, str, str]  # province, district, kind

_PENDING = """
INSERT INTO rollup_pending (figure, province, district, kind, moved)
SELECT figure, province, district, kind, moved
  FROM json_to_recordset(%s::json)
       AS told (figure varchar, province varchar, district varchar, kind varchar, moved jsonb)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What changes of a body's figures, and what of it its areas are told."""

    body_id: UUID
    moved: Figures
    told: Sequence[tuple[Area, Figures]]


def rows(query: str, facts: Any = None) -> list[tuple[Any, ...]]:
    """Run a question on the control plane; return its rows."""
    with connections[CONTROL].cursor() as cursor:
        cursor.execute(query, facts)
        return list(cursor.fetchall())


def run(query: str, facts: Any = None) -> int:
    """Run a statement on the control plane; return how many rows it touched."""
    with connections[CONTROL].cursor() as cursor:
        cursor.execute(query, facts)
        return int(cursor.rowcount)


def figures_of(
    body_ids: Sequence[UUID], names: Iterable[str], *, kinds: Sequence[str] | None = None
) -> dict[UUID, Figures]:
    """Return the figures that the centre has of bodies.

    Args:
        body_ids: whose.
        names: which figures; ``total`` is one of them.
        kinds: of documents, only those of these kinds; none: of all.
    """
    found: dict[UUID, Figures] = {body_id: {} for body_id in body_ids}
    for name in names:
        figure = TOTAL if name == TOTAL.name else FIGURES[name]
        # A figure has at most a dozen columns: the words are few, and the same each time.
        where = " AND kind = ANY (%(kinds)s)" if name == "documents" and kinds is not None else ""
        query = f"""
            SELECT body_id, {_texts(figure.keys)}, {_texts(figure.amounts)}
              FROM rollup_{name} WHERE body_id = ANY (%(ids)s){where}
        """  # noqa: S608 - filled with names of columns that are ours; values are parameters
        for body_id, keys, amounts in rows(query, {"ids": list(body_ids), "kinds": kinds}):
            found[body_id].setdefault(name, {})[tuple(keys)] = tuple(map(Decimal, amounts))
    return found


def write(changes: Sequence[Change]) -> None:
    """Add to the figures of bodies and to their totals; leave for their areas what they are told.

    A body has one change at most.
    """
    ordered = sorted(changes, key=lambda one: one.body_id)
    for name, figure in FIGURES.items():
        add(figure, ((one.body_id, one.moved.get(name, {})) for one in ordered))
    add(TOTAL, ((one.body_id, totals_of(one.moved)) for one in ordered))
    if pending := list(_pending(changes)):
        run(_PENDING, [orjson.dumps(pending).decode()])


def add(figure: Figure, moved: Iterable[tuple[UUID, Mapping[Key, Amounts]]]) -> None:
    """Add differences of bodies to one of their figures."""
    told = [
        {"body_id": body_id, **row} for body_id, rows_ in moved for row in as_rows(figure, rows_)
    ]
    if told:
        run(_adding(figure), [orjson.dumps(told).decode()])


def as_rows(figure: Figure, of: Mapping[Key, Sequence[Decimal]]) -> Iterator[dict[str, str]]:
    """Return the rows of a figure by their columns' names, in the order of their keys."""
    for key, amounts in sorted(of.items()):
        yield {
            **dict(zip(figure.keys, key, strict=True)),
            **{name: str(each) for name, each in zip(figure.amounts, amounts, strict=True)},
        }


def record_of(figure: Figure) -> str:
    """Return the columns of a figure as a record in JSON is read."""
    return ", ".join(f"{name} {type_}" for name, type_ in figure.columns.items())


def conflict(figure: Figure, owner: str) -> str:
    """Return the words that add amounts to a row that is there; the table is named ``kept``."""
    sums = ", ".join(f"{name} = kept.{name} + excluded.{name}" for name in figure.amounts)
    return f"ON CONFLICT ({owner}, {', '.join(figure.keys)}) DO UPDATE SET {sums}"


def _adding(figure: Figure) -> str:
    columns = ", ".join(figure.columns)
    return f"""
        INSERT INTO rollup_{figure.name} AS kept (body_id, {columns})
        SELECT body_id, {columns}
          FROM json_to_recordset(%s::json) AS moved (body_id uuid, {record_of(figure)})
        {conflict(figure, "body_id")}
    """  # noqa: S608 - filled with names of columns that are ours; values are parameters


def _pending(changes: Sequence[Change]) -> Iterator[dict[str, Any]]:
    by_area: dict[Area, list[Figures]] = {}
    for change in changes:
        for area, figures in change.told:
            by_area.setdefault(area, []).append(figures)
    for (province, district, kind), told in sorted(by_area.items()):
        for name, moved in sorted(added(told).items()):
            yield {
                "figure": name,
                "province": province,
                "district": district,
                "kind": kind,
                "moved": list(as_rows(OF_AREAS[name], moved)),
            }


def _texts(columns: Iterable[str]) -> str:
    return f"ARRAY[{', '.join(f'{name}::text' for name in columns)}]"
