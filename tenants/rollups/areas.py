"""The figures of areas: what bodies moved, added to nation, provinces, districts and kinds.

Note [Areas come behind]
A fold of a body waits for no row of the nation: it leaves what it moved. Here one transaction at a
time takes what was left, sums it, and adds it to all levels at once. So whoever reads finds
districts that are their province, and provinces that are the nation, at every moment.
"""

from dataclasses import dataclass

from django.db import transaction

from tenants.rollups.figures import FIGURES, OF_AREAS, Figure
from tenants.rollups.kept import CONTROL, conflict, record_of, rows, run

MOST_AT_ONCE = 2_000
_IS_ALONE = "SELECT pg_try_advisory_xact_lock(hashtextextended('rollups areas', 0))"
_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('rollups areas', 0))"
_NEXT = "SELECT id FROM rollup_pending ORDER BY id LIMIT %s"
_LEVELS = "(VALUES ('N', ''), ('P', province), ('D', district), ('K', kind_of_body))"


def alone() -> None:
    """Wait until nobody else adds to areas; to the end of this transaction nobody else does."""
    run(_ALONE)


def fold() -> int:
    """Add what is pending to the areas, in transactions of a bounded size; return how much it was.

    Whoever finds another one at it leaves it to that one.
    """
    taken = 0
    while (some := _fold_some()) == MOST_AT_ONCE:
        taken += some
    return taken + some


def _fold_some() -> int:
    with transaction.atomic(using=CONTROL):
        if rows(_IS_ALONE) != [(True,)]:
            return 0
        ids = [id_ for (id_,) in rows(_NEXT, [MOST_AT_ONCE])]
        if not ids:
            return 0
        for figure in OF_AREAS.values():
            run(_adding(figure), {"ids": ids, "figure": figure.name})
        return run("DELETE FROM rollup_pending WHERE id = ANY (%s)", [ids])


def _adding(figure: Figure) -> str:
    keys = ", ".join(f"moved.{name}" for name in figure.keys)
    sums = ", ".join(f"sum(moved.{name})" for name in figure.amounts)
    return f"""
        INSERT INTO area_{figure.name} AS kept (level, area, {", ".join(figure.columns)})
        SELECT at.level, at.area, {keys}, {sums}
          FROM (SELECT province, district, kind AS kind_of_body, moved AS told
                  FROM rollup_pending WHERE id = ANY (%(ids)s) AND figure = %(figure)s) AS pending,
               jsonb_to_recordset(told) AS moved ({record_of(figure)}),
               LATERAL {_LEVELS} AS at (level, area)
         GROUP BY at.level, at.area, {keys}
        {conflict(figure, "level, area")}
    """  # noqa: S608 - filled with names of columns that are ours; values are parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaDrift:
    """A row of an area that is not the sum of its bodies' rows and of what is pending."""

    figure: str
    level: str
    area: str
    key: tuple[str, ...]


def drift(*, limit: int = 100) -> list[AreaDrift]:
    """Return rows of areas that differ from the sums of their bodies: one question a figure.

    It reads the figures of every body: for the night, and for an operator who asks.
    """
    return [
        AreaDrift(figure=figure.name, level=level, area=area, key=tuple(key))
        for figure in FIGURES.values()
        for level, area, key in rows(_differing(figure), {"figure": figure.name, "limit": limit})
    ]


def repair() -> int:
    """Make the areas the sums of their bodies again; return how many rows were wrong.

    What is pending is taken away with it: it is in the bodies' rows already.
    """
    with transaction.atomic(using=CONTROL):
        alone()
        run("LOCK TABLE rollup_pending IN EXCLUSIVE MODE")
        wrong = len(drift(limit=1_000_000))
        run("DELETE FROM rollup_pending WHERE figure = ANY (%s)", [list(FIGURES)])
        for figure in FIGURES.values():
            run(f"DELETE FROM area_{figure.name}")  # noqa: S608 - a name of ours
            run(_making(figure))
    return wrong


def _sums_of_bodies(figure: Figure) -> str:
    keys = ", ".join(f"moved.{name}" for name in figure.keys)
    sums = ", ".join(f"sum(moved.{name}) AS {name}" for name in figure.amounts)
    return f"""
        SELECT at.level, at.area, {keys}, {sums}
          FROM (SELECT body_id, province, district, kind AS kind_of_body
                  FROM rollup_body WHERE is_counted) AS body
          JOIN rollup_{figure.name} moved USING (body_id),
               LATERAL {_LEVELS} AS at (level, area)
         GROUP BY at.level, at.area, {keys}
    """  # noqa: S608 - filled with names of columns that are ours


def _making(figure: Figure) -> str:
    columns = ", ".join(figure.columns)
    return f"""
        INSERT INTO area_{figure.name} (level, area, {columns}) {_sums_of_bodies(figure)}
    """


def _differing(figure: Figure) -> str:
    keys = ", ".join(figure.keys)
    amounts = ", ".join(figure.amounts)
    turned = ", ".join(f"-moved.{name}" for name in figure.amounts)
    pending = f"""
        SELECT at.level, at.area, {", ".join(f"moved.{name}" for name in figure.keys)}, {turned}
          FROM (SELECT province, district, kind AS kind_of_body, moved AS told
                  FROM rollup_pending WHERE figure = %(figure)s) AS pending,
               jsonb_to_recordset(told) AS moved ({record_of(figure)}),
               LATERAL {_LEVELS} AS at (level, area)
    """  # noqa: S608 - filled with names of columns that are ours; values are parameters
    wrong = " OR ".join(f"sum({name}) <> 0" for name in figure.amounts)
    negative = ", ".join(f"-{name}" for name in figure.amounts)
    return f"""
        SELECT level, area, ARRAY[{", ".join(f"{name}::text" for name in figure.keys)}]
          FROM ({_sums_of_bodies(figure)}
                UNION ALL {pending}
                UNION ALL SELECT level, area, {keys}, {negative} FROM area_{figure.name}
               ) AS each (level, area, {keys}, {amounts})
         GROUP BY level, area, {keys} HAVING {wrong}
         ORDER BY level, area, {keys} LIMIT %(limit)s
    """  # noqa: S608 - filled with names of columns that are ours; values are parameters
