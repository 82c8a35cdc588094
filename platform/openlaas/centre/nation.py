"""A nation for the bench of the centre: some bodies' figures through real notices, the rest copied.

The folder of such a nation is good for this bench alone: its register says that bodies have books
whose schemas nobody made.
"""

from dataclasses import dataclass

import psycopg

from accounting.fiscal_year import months
from openlaas import database_urls
from openlaas.bench import commands
from openlaas.bench.fleet import Fleet
from openlaas.stack import steps
from openlaas.stack.paths import Announce

_BEYOND_ALL_CELLS = 1_000_000  # places of one cell, in this register alone
_CATEGORIES = ("411000", "412000", "413000", "415000", "421000", "431000")
_PLANS = ("00110", "00120", "00210", "00220", "00230", "00240", "00310", "00320", "00410")
_CLASSES = ("510000", "520000", "530000", "540000", "560000")
Control = psycopg.Connection[tuple[object, ...]]

_WITHOUT_LIMIT = "ALTER TABLE cell DROP CONSTRAINT IF EXISTS cell_is_no_larger_than_measured"
# Bodies that have no place get one that says they have books; the first by code.
_PLACES = """
INSERT INTO place (id, cell_id, slot, schema_name, use, body_id, generation, taken_at)
SELECT gen_random_uuid(), (SELECT min(cell_id) FROM place WHERE use = 'live'),
       100000 + row_number() OVER (ORDER BY b.code), 'nobody_' || b.code, 'live', b.id, 1, now()
  FROM body b
 WHERE NOT b.is_training AND NOT EXISTS (
       SELECT FROM place WHERE place.body_id = b.id AND place.use = 'live')
 ORDER BY b.code LIMIT %(missing)s
"""
_BODIES = """
INSERT INTO rollup_body
       (body_id, place_id, generation, event_no, province, district, kind, is_counted, folded_at)
SELECT b.id, place.id, place.generation, 0, b.province_id,
       coalesce(b.district_id, b.province_id || '00'), b.kind, true, now()
  FROM body b JOIN place ON place.body_id = b.id AND place.use = 'live'
 WHERE NOT b.is_training AND NOT EXISTS (SELECT FROM rollup_body r WHERE r.body_id = b.id)
"""
# Each body without figures has those of one that was told of by notices.
_COPIES = """
CREATE TEMPORARY TABLE copied AS
SELECT empty.body_id, donor.body_id AS donor
  FROM (SELECT body_id, row_number() OVER (ORDER BY body_id) AS n FROM rollup_body
         WHERE NOT EXISTS (SELECT FROM rollup_entries e WHERE e.body_id = rollup_body.body_id)
       ) AS empty
  JOIN (SELECT body_id, row_number() OVER (ORDER BY body_id) AS n, count(*) OVER () AS all_of
          FROM (SELECT DISTINCT body_id FROM rollup_entries) AS told) AS donor
    ON donor.n = empty.n % donor.all_of + 1
"""
_COPY = """
INSERT INTO {table} (body_id, {columns})
SELECT copied.body_id, {columns} FROM copied JOIN {table} had ON had.body_id = copied.donor
"""
_ESTIMATES = """
INSERT INTO rollup_estimate (body_id, fiscal_year, category, estimated)
SELECT body_id, %(year)s, category, 100000 + abs(hashtext(body_id::text || category)) %% 9000000
  FROM rollup_body, unnest(%(categories)s::text[]) AS category
    ON CONFLICT DO NOTHING
"""
_BUDGETS = """
INSERT INTO rollup_budget (body_id, fiscal_year, fund_source, plan, expenditure_class, approved,
                           reserved, obligated, disbursed)
SELECT body_id, %(year)s, 'BUDGET', plan, class, amount, amount * 0.05, amount * 0.10,
       round(amount * (abs(hashtext(body_id::text)) %% 80) / 100, 2)
  FROM rollup_body, unnest(%(plans)s::text[]) AS plan, unnest(%(classes)s::text[]) AS class,
       LATERAL (SELECT (50000 + abs(hashtext(body_id::text || plan || class)) %% 900000)::numeric
               ) AS drawn (amount)
    ON CONFLICT DO NOTHING
"""
_CLOSINGS = """
INSERT INTO rollup_closing (body_id, fiscal_year, starts_on, opened, closed, since)
SELECT body_id, %(year)s, month, (NOT done)::int, done::int, now()
  FROM rollup_body, unnest(%(months)s::date[]) WITH ORDINALITY AS m (month, n),
       LATERAL (SELECT abs(hashtext(body_id::text)) %% 13 >= n) AS drawn (done)
    ON CONFLICT (body_id, starts_on, fiscal_year) DO NOTHING
"""
_COPIED = {
    "rollup_month": "fiscal_year, starts_on, account_group, debit, credit",
    "rollup_entries": "fiscal_year, starts_on, book, entries",
    "rollup_revenue": "fiscal_year, starts_on, category, collected",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Nation:
    """How many bodies the register has, and how many of them were told of by notices."""

    bodies: int
    through: int


def make_nation(
    fleet: Fleet, *, bodies: int, through: int, fiscal_year: int, announce: Announce
) -> Nation:
    """Give a fleet's register so many bodies with twelve months of figures, unless it has them.

    Args:
        fleet: with at least ``through`` bodies that really have books.
        bodies: in the register in the end; simulated units beyond the register's own.
        through: the first of them post an entry in each month, and the cells tell of it.
        fiscal_year: Buddhist era.
        announce: is told what takes long.
    """
    from openlaas.centre import at_work  # noqa: PLC0415 - it needs Django set up

    with fleet.owner(database_urls.CONTROL_DATABASE) as control:
        if _count(control, "SELECT count(*) FROM rollup_body") < bodies:
            announce(f"An entry in each month of {through:,} bodies, and the cells tell of them")
            at_work.post_a_year(at_work.real_bodies()[:through], fiscal_year)
            commands.run(
                *steps.openlaas_command("rollups", "consume", "--once"),
                environment=fleet.operators,
            )
            announce(f"Figures of {bodies - through:,} more bodies, by copying")
            commands.run(
                *steps.openlaas_command("fleet", "simulate-units"), environment=fleet.operators
            )
            _copy(control, bodies=bodies, fiscal_year=fiscal_year)
    return Nation(bodies=bodies, through=through)


def is_real(schema_name: str) -> bool:
    """Tell whether a place's schema was made."""
    return not schema_name.startswith("nobody_")


def _copy(control: Control, *, bodies: int, fiscal_year: int) -> None:
    from tenants.rollups import areas  # noqa: PLC0415 - Django is set up now

    facts = {
        "year": fiscal_year,
        "categories": list(_CATEGORIES),
        "plans": list(_PLANS),
        "classes": list(_CLASSES),
        "months": months(fiscal_year),
    }
    with control.transaction():
        # A cell's capacity is what was measured; nobody will ever open these places.
        control.execute(_WITHOUT_LIMIT)
        control.execute("UPDATE cell SET capacity = %s", [_BEYOND_ALL_CELLS])
        live = _count(control, "SELECT count(*) FROM place WHERE use = 'live'")
        control.execute(_PLACES, {"missing": max(0, bodies - live)})
        control.execute(_BODIES)
        control.execute(_COPIES)
        for table, columns in _COPIED.items():
            control.execute(_COPY.format(table=table, columns=columns))
        for statement in (_ESTIMATES, _BUDGETS, _CLOSINGS):
            control.execute(statement, facts)
    control.execute("VACUUM ANALYZE")
    areas.repair()
    control.execute("VACUUM ANALYZE")


def _count(control: Control, query: str) -> int:
    found = control.execute(query).fetchone()
    return int(str(found[0])) if found else 0
