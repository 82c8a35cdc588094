"""Tens of thousands of bodies in small: full cells, spares, and a kill at any moment."""

import time
from collections import Counter

import psycopg
import pytest
from psycopg import sql

from .conftest import CAPACITY, FIRST

BODIES_AND_CELLS = """
SELECT body.code, place.cell_id, place.slot, place.use FROM place
  LEFT JOIN body ON body.id = place.body_id
"""


@pytest.fixture(scope="module")
def filled(fleet, sound):
    """The fleet with its first bodies, in cells copied from the stock."""
    told = fleet.provision("--first", str(FIRST))
    assert told["made"] == FIRST
    return fleet


def test_units_of_the_nation_are_made_up_once_and_marked(fleet):
    again = fleet.run("fleet", "simulate-units")
    assert again == {"new": 0, "units": 14_151}
    kinds = dict(fleet.control("SELECT kind, count(*) FROM body WHERE is_simulated GROUP BY kind"))
    assert kinds == {
        "CHILD_CENTRE": 7000,
        "SCHOOL": 1700,
        "HOSPITAL": 30,
        "HEALTH_UNIT": 4276,
        "WATERWORKS": 700,
        "PAWNSHOP": 250,
        "BUS_PIER": 120,
        "OTHER": 75,
    }
    wrong = fleet.control(
        "SELECT unit.code FROM body unit JOIN body parent ON parent.id = unit.parent_id"
        " WHERE unit.is_simulated AND (unit.code !~ ('^' || parent.code || '-[1-9][0-9][0-9]$')"
        "       OR unit.province_id <> parent.province_id OR unit.name_th NOT LIKE '%%(จำลอง)'"
        "       OR (unit.kind = 'HEALTH_UNIT' AND parent.kind <> 'PAO'))"
    )
    assert wrong == []
    # Drawn with a fixed seed: these are the same wherever the register is loaded.
    assert fleet.control("SELECT md5(string_agg(code || kind, ' ' ORDER BY code)) FROM body") == [
        ("767960211247bafd897d43dce2172d47",)
    ]


def test_full_cells_are_copied_and_hold_no_more_than_they_may(filled, sound):
    sound.check()
    held = Counter(cell for _, cell, _, use in filled.control(BODIES_AND_CELLS) if use == "live")
    assert len(held) == 5
    assert max(held.values()) <= CAPACITY
    slots = filled.control("SELECT min(slot), max(slot) FROM place")
    assert slots[0][0] == 1
    assert slots[0][1] <= CAPACITY
    left = {name for name in filled.databases() if "stock" in name or "making" in name}
    assert left == set()


def test_the_database_itself_refuses_one_place_more(filled):
    (cell,) = filled.control("SELECT cell_id FROM place GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")[
        0
    ]
    with pytest.raises(psycopg.errors.CheckViolation, match="too small"):
        filled.control(
            "INSERT INTO place (id, cell_id, slot, schema_name, use, generation, taken_at)"
            " VALUES (gen_random_uuid(), %s, %s, 'one_more', 'making', 1, now())",
            cell,
            CAPACITY + 1,
        )


def test_a_named_cell_that_is_full_refuses_and_says_so(filled):
    (cell,) = filled.control(
        "SELECT cell_id FROM place WHERE use = 'live' GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    )[0]
    before = filled.control("SELECT count(*) FROM place WHERE use = 'live'")
    process = filled.start("fleet", "provision", "--cell", cell, "--first", str(FIRST + CAPACITY))
    _, said = process.communicate()
    assert process.returncode == 1
    assert "No room" in said
    assert cell in said
    assert filled.control("SELECT count(*) FROM place WHERE use = 'live'")[0] <= (
        before[0][0] + CAPACITY,
    )


def test_everybody_who_got_books_got_one_invitation(filled):
    counted = filled.control(
        "SELECT count(*), count(DISTINCT body_id) FROM appointment WHERE role = 'LAO_ADMIN'"
    )
    links = filled.control("SELECT count(*) FROM one_time_link WHERE purpose = 'invitation'")
    assert counted[0][0] == counted[0][1] == links[0][0] >= FIRST


def test_spares_are_kept_and_the_next_body_gets_one_by_a_renaming(filled, sound):
    filled.run("fleet", "spares", "--keep", "2")
    cell = filled.cells()[-1]
    spares = dict(
        filled.control(
            "SELECT slot, schema_name FROM place WHERE cell_id = %s AND use = 'spare'", cell
        )
    )
    assert len(spares) >= 2
    assert filled.run("fleet", "spares", "--keep", "2")[cell] == 0
    with filled.connect(cell) as connection:
        oids = dict(connection.execute("SELECT oid, nspname::text FROM pg_namespace"))
    (code,) = filled.control(
        "SELECT code FROM body WHERE state = 'registered' ORDER BY code DESC LIMIT 1"
    )[0]
    assert filled.provision("--code", code, "--cell", cell)["made"] == 1
    slot, schema = filled.control(
        "SELECT slot, place.schema_name FROM place JOIN body ON body.id = body_id WHERE code = %s",
        code,
    )[0]
    assert slot in spares
    with filled.connect(cell) as connection:
        query = "SELECT oid FROM pg_namespace WHERE nspname = %s"
        (oid,) = connection.execute(query, [schema]).fetchone()
    assert oids[oid] == spares[slot], "the schema is the spare's, renamed"
    sound.check()


# --- killed ---------------------------------------------------------------------------------------


def registered(fleet, count: int) -> list[tuple[object, ...]]:
    return fleet.control(
        "SELECT code, id, schema_name FROM body WHERE state = 'registered' AND NOT is_simulated"
        " ORDER BY code DESC LIMIT %s",
        count,
    )


def given_spare(fleet, code: str) -> tuple[str, str, str]:
    """Leave a body as a run leaves it that is killed after it took a spare place."""
    fleet.run("fleet", "spares", "--keep", "1")
    cell, slot = fleet.control(
        "SELECT cell_id, slot FROM place WHERE use = 'spare' ORDER BY cell_id DESC LIMIT 1"
    )[0]
    fleet.control("UPDATE body SET state = 'provisioning' WHERE code = %s", code)
    fleet.control(
        "UPDATE place SET use = 'live', body_id = body.id, schema_name = body.schema_name"
        "  FROM body WHERE body.code = %s AND cell_id = %s AND slot = %s",
        code,
        cell,
        slot,
    )
    (schema,) = fleet.control("SELECT schema_name FROM body WHERE code = %s", code)[0]
    return cell, f"spare_{slot:04d}", schema


def test_killed_after_the_place_was_taken_the_next_run_renames(filled, sound):
    ((code, *_),) = registered(filled, 1)
    cell, spare, schema = given_spare(filled, code)
    assert filled.provision("--code", code)["made"] == 1
    with filled.connect(cell) as connection:
        query = "SELECT nspname::text FROM pg_namespace WHERE nspname IN (%s, %s)"
        assert connection.execute(query, [spare, schema]).fetchall() == [(schema,)]
    sound.check()


def test_a_schema_of_that_name_with_other_books_in_it_is_never_opened(filled):
    ((code, _, schema),) = registered(filled, 1)
    cell, spare, _ = given_spare(filled, code)
    with filled.connect(cell) as connection:
        connection.execute(
            sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(
                sql.Identifier(spare), sql.Identifier(schema)
            )
        )
        connection.execute(
            sql.SQL("INSERT INTO {}.body_identity VALUES ('other', gen_random_uuid(), 1)").format(
                sql.Identifier(schema)
            )
        )
    process = filled.start("fleet", "provision", "--code", code)
    _, said = process.communicate()
    assert process.returncode != 0
    assert "BooksOfAnother" in said
    assert filled.control("SELECT state FROM body WHERE code = %s", code) == [("provisioning",)]
    with filled.connect(cell) as connection:  # once it is gone, the body gets its own
        connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(schema)))
    assert filled.provision("--code", code)["made"] == 1


def test_killed_while_spares_were_made_the_next_run_makes_them(filled, sound):
    cell = filled.run("fleet", "add-cell", "--capacity", str(CAPACITY))["cell"]
    filled.control(
        "INSERT INTO place (id, cell_id, slot, schema_name, use, generation, taken_at)"
        " VALUES (gen_random_uuid(), %s, 1, 'spare_0001', 'making', 1, now())",
        cell,
    )
    assert filled.run("fleet", "spares", "--keep", "0")[cell] == 1
    assert filled.control("SELECT use FROM place WHERE cell_id = %s", cell) == [("spare",)]
    sound.check()


def test_killed_before_a_cell_was_listed_the_next_run_lists_it(filled, sound):
    number = len(filled.cells()) + 1
    name = f"openlaas_cell_{number:02d}"
    with filled.connect("postgres") as server:
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE openlaas_template STRATEGY FILE_COPY").format(
                sql.Identifier(name)
            )
        )
    codes = [code for code, *_ in registered(filled, 2)]
    filled.provision(*(word for code in codes for word in ("--code", code)))
    assert name in filled.cells()
    sound.check()


def test_a_database_that_was_being_dropped_is_no_cell(filled):
    with filled.connect("postgres") as server:
        server.execute("CREATE DATABASE openlaas_cell_88")
        server.execute(
            "UPDATE pg_database SET datconnlimit = -2 WHERE datname = 'openlaas_cell_88'"
        )
    ((code, *_),) = registered(filled, 1)
    assert filled.provision("--code", code)["made"] == 1
    assert "openlaas_cell_88" not in filled.cells()


def test_killed_at_any_moment_nothing_half_made_is_seen_and_the_next_run_goes_on(filled, sound):
    first = 2 * FIRST
    for turn in range(4):
        process = filled.start(
            "fleet", "provision", "--capacity", str(CAPACITY), "--first", str(first)
        )
        before = len(filled.control(BODIES_AND_CELLS))
        deadline = time.monotonic() + 60
        # Wherever the run is when the directory has moved by some rows: early, late, in between.
        while process.poll() is None and time.monotonic() < deadline:
            if len(filled.control(BODIES_AND_CELLS)) >= before + 9 * turn + 1:
                break
        filled.kill(process)
        sound.check()
    filled.provision("--first", str(first))
    sound.check()
    unfinished = filled.control(
        "SELECT count(*) FROM body WHERE state = 'provisioning'"
        " UNION ALL SELECT count(*) FROM place WHERE use = 'making'"
    )
    assert unfinished == [(0,), (0,)]
    listed, there = set(filled.cells()), filled.databases()
    assert {name for name in there if name.startswith("openlaas_cell")} - {
        "openlaas_cell_88"
    } == listed
    admins = filled.control("SELECT count(*), count(DISTINCT body_id) FROM appointment")
    assert admins[0][0] == admins[0][1] >= first
