"""A release meets a fleet in use: killed, halted, parked, retried; and nobody is refused."""

import os
import shutil
import signal
import threading

import pytest

from tenants.releases import kept

from .conftest import TRAINING

ADDS = "ALTER TABLE {table} ADD COLUMN {column} varchar(20)"


def columns(fleet, code: str, table: str = "division") -> set[str]:
    with fleet.in_body(code) as body:
        query = (
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped"
        )
        return {name for (name,) in body.execute(query, [table])}


def spoil(fleet, code: str, column: str) -> None:
    """Give a body's schema something that makes the release's step fail there."""
    with fleet.in_body(code) as body:
        body.execute(ADDS.format(table="division", column=column))


def mend(fleet, code: str, column: str) -> None:
    with fleet.in_body(code) as body:
        body.execute(f"ALTER TABLE division DROP COLUMN {column}")


def a_code(fleet, number: int = -1) -> str:
    return sorted(code for code in fleet.bodies() if code != TRAINING)[number]


def test_a_run_killed_on_the_way_is_taken_up_where_the_schemas_are(fleet):
    release = fleet.record("killed", ADDS.format(table="division", column="killed"))
    run = fleet.begin("fleet", "migrate", "--max-per-s", "3")
    fleet.until(lambda: 2 <= list(fleet.truth().values()).count(release) <= 7)
    os.kill(run, signal.SIGKILL)
    there = {code for code, at in fleet.truth().items() if at == release}
    assert 2 <= len(there) < len(fleet.bodies())
    # The cell's COMMIT came through, and the row was not written, or was written and is not so.
    lost, told = there.pop(), next(c for c, at in fleet.truth().items() if at != release)
    change = (
        "UPDATE place_release SET state = %s WHERE place_id = (SELECT p.id FROM place p"
        " JOIN body b ON b.id = p.body_id WHERE b.code = %s AND p.use = 'live')"
    )
    fleet.control(change, ["pending", lost])
    fleet.control(change, ["done", told])

    fleet.run("fleet", "migrate")

    assert set(fleet.truth().values()) == {release}
    assert {state for state, _, _ in fleet.states().values()} == {"done"}
    assert fleet.release_state() == "done"
    assert all("killed" in columns(fleet, code) for code in fleet.bodies())
    fleet.run("fleet", "drift", "--all")


def test_a_failure_in_the_first_wave_stops_the_release(fleet):
    before = fleet.truth()
    release = fleet.record("halted", ADDS.format(table="division", column="halted"))
    spoil(fleet, TRAINING, "halted")

    fleet.run("fleet", "migrate", expect=1)

    assert fleet.truth() == before
    assert fleet.release_state() == "halted"
    state, attempts, error = fleet.states()[TRAINING]
    assert (state, attempts) == ("parked", 1)
    assert "already exists" in error
    assert "Halted: 1 of 1 places of wave training failed" in fleet.errors
    fleet.run("fleet", "migrate", expect=1)  # nobody has mended it
    assert fleet.truth() == before
    mend(fleet, TRAINING, "halted")
    fleet.run("fleet", "migrate", "--retry-parked", "--wave", "training")
    assert [code for code, at in fleet.truth().items() if at == release] == [TRAINING]
    assert fleet.release_state() == "running"
    fleet.run("fleet", "migrate")
    assert set(fleet.truth().values()) == {release}


def test_a_parked_body_serves_on_the_old_shape_and_comes_after(fleet, old_app, entry):
    code = a_code(fleet)
    assert old_app.post(code, entry()) == 201  # its connection keeps plans of the old shape
    statements = [
        ADDS.format(table=table, column="parked")
        for table in ("division", "journal_entry", "journal_line", "journal_head", "period")
    ]
    release = fleet.record("parked", "; ".join(statements))
    spoil(fleet, code, "parked")

    fleet.run("fleet", "migrate", "--halt-above", "100")

    truth = fleet.truth()
    assert {one for one, at in truth.items() if at != release} == {code}
    assert "parked" not in columns(fleet, code, "journal_entry"), "all of a step or nothing"
    assert fleet.release_state() == "done"
    for one in (code, a_code(fleet, 0)):
        assert old_app.post(one, entry()) == 201
    shown = fleet.run("fleet", "migrations", "--json")
    assert code in shown
    assert "already exists" in shown
    mend(fleet, code, "parked")
    fleet.run("fleet", "migrate", "--only", code)
    assert fleet.truth()[code] == release
    assert old_app.post(code, entry()) == 201


def test_two_runs_at_once_are_one(fleet):
    fleet.record("once", ADDS.format(table="division", column="once"))
    with fleet.connect("openlaas_control") as other:
        other.execute("SELECT pg_advisory_lock(7204117)")
        fleet.run("fleet", "migrate", expect=1)
        assert "Another process is migrating the fleet" in fleet.errors
        fleet.run("prepare")  # `openlaas up` goes on: both shapes serve
    fleet.run("fleet", "migrate")
    assert fleet.release_state() == "done"


def test_a_schema_in_use_is_tried_again(fleet):
    release = fleet.record("retried", ADDS.format(table="division", column="retried"))
    code = a_code(fleet)
    with fleet.in_body(code) as body:
        body.execute("BEGIN; LOCK TABLE division IN ACCESS SHARE MODE")
        fleet.begin("fleet", "migrate")
        fleet.until(lambda: fleet.states()[code][1] >= 1)
        assert fleet.truth()[code] != release
        body.execute("COMMIT")
        fleet.until(lambda: fleet.release_state() == "done")
    assert set(fleet.truth().values()) == {release}
    assert fleet.states()[code][0] == "done"


def test_a_step_gives_way_to_the_request_that_it_would_deadlock_with(fleet):
    """The request waits for what the step has; then the step wants what the request has."""
    statements = (
        ADDS.format(table="division", column="gives_way"),
        "DO $$ BEGIN PERFORM pg_sleep(0.5); END $$",
        ADDS.format(table="party", column="gives_way"),
    )
    release = fleet.record("gives_way", "; ".join(statements))
    code = a_code(fleet)
    held = (
        "SELECT count(*) FROM pg_locks WHERE relation = 'division'::regclass AND granted"
        " AND mode = 'AccessExclusiveLock'"
    )
    with fleet.in_body(code) as request, fleet.in_body(code) as watch:
        request.execute("BEGIN")
        request.execute("SELECT count(*) FROM party")
        fleet.begin("fleet", "migrate", "--only", code)
        fleet.until(lambda: watch.execute(held).fetchone() == (1,))
        request.execute("SELECT count(*) FROM division")  # and not DeadlockDetected
        request.execute("COMMIT")
    fleet.until(lambda: fleet.truth()[code] == release)
    fleet.until(lambda: fleet.states()[code][0] == "done")
    fleet.run("fleet", "migrate")


def test_the_release_before_posts_while_the_fleet_is_migrated(fleet, old_app, entry):
    codes = sorted(fleet.bodies())
    for code in codes:
        assert old_app.post(code, entry()) == 201
    tables = (
        *("account", "account_balance", "answered_request", "document_counter", "fiscal_year"),
        *("journal_entry", "journal_line", "journal_head", "period", "body_identity"),
        *("document", "party", "audit_event"),
    )
    statements = [ADDS.format(table=table, column="expanded") for table in tables]
    statements.append("CREATE INDEX expanded_by_date ON journal_entry (entry_date, event_no)")
    release = fleet.record("expanded", "; ".join(statements))
    over, statuses = threading.Event(), []

    def post() -> None:
        while not over.is_set():
            statuses.extend(old_app.post(code, entry()) for code in codes)

    posting = threading.Thread(target=post)
    posting.start()
    try:
        fleet.run("fleet", "migrate", "--max-per-s", "10")
    finally:
        over.set()
        posting.join()

    assert set(fleet.truth().values()) == {release}
    assert len(statuses) >= len(codes)
    assert set(statuses) == {201}
    for code in codes[:2]:
        paths = ("journal-entries?lines=true", "trial-balance?fiscal_year=2570", "accounts")
        assert {old_app.get(path, code) for path in paths} == {200}
        assert old_app.post(code, entry()) == 201


def test_new_bodies_are_made_at_the_newest_release_and_columns_stand_alike(fleet):
    release = fleet.record("new_bodies", ADDS.format(table="division", column="new_bodies"))
    fleet.run("prepare")  # which migrates the fleet of an older stack
    assert set(fleet.truth().values()) == {release}
    fleet.run("fleet", "provision", "--first", "9")
    assert len(fleet.bodies()) == 10
    assert set(fleet.truth().values()) == {release}
    with fleet.connect("openlaas_cell_01") as cell:
        last = cell.execute(
            "SELECT DISTINCT (array_agg(a.attname ORDER BY a.attnum DESC))[1] FROM pg_class c"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped"
            " WHERE c.relname = 'division' AND c.relnamespace::regnamespace::text ~ '^b_'"
            " GROUP BY c.oid"
        ).fetchall()
    assert last == [("new_bodies",)]
    fleet.run("fleet", "drift", "--all")


def test_a_release_behind_the_fleet_changes_nothing_and_asks_no_cell(fleet):
    def seen() -> list[tuple]:
        return fleet.control(
            "SELECT datname, sessions FROM pg_stat_database WHERE datname LIKE 'openlaas_cell%'"
            " ORDER BY 1"
        )

    fleet.run("fleet", "migrate")
    truth, before = fleet.truth(), fleet.control("SELECT * FROM release ORDER BY number")
    sessions = seen()
    fleet.run("fleet", "migrate")
    fleet.run("fleet", "migrate", told=fleet.told)  # the program of the first release
    assert seen() == sessions
    fleet.run("prepare", told=fleet.told)
    assert (fleet.truth(), fleet.control("SELECT * FROM release ORDER BY number")) == (
        truth,
        before,
    )


def test_shared_and_the_chart_are_brought_along_once_for_each_cell(fleet):
    books = fleet.folder / "accounting"
    changes = books / "shared_schema" / "changes"
    (changes / "9001_remarks.sql").write_text(
        "ALTER TABLE shared.outbox ADD COLUMN remark varchar(20);\n"
        "CREATE OR REPLACE FUNCTION shared.one() RETURNS integer LANGUAGE sql AS 'SELECT 1';\n"
    )
    chart = books / "data" / "chart_of_accounts.csv"
    chart.write_text(chart.read_text().replace("Cash on hand", "Cash in the drawer"))
    codes = books / "data" / "budget_codes.csv"
    codes.write_text(codes.read_text().replace("General administration", "The office"))
    fleet.run("prepare")
    for cell in ("openlaas_cell_01", "openlaas_cell_02", "openlaas_template"):
        with fleet.connect(cell) as connection:
            assert connection.execute("SELECT shared.one()").fetchone() == (1,)
            connection.execute("SELECT remark FROM shared.outbox")
            (renamed,) = connection.execute(
                "SELECT count(*) FROM shared.account WHERE name_en LIKE '%Cash in the drawer%'"
            ).fetchone()
            assert renamed > 0
            (renamed,) = connection.execute(
                "SELECT count(*) FROM shared.budget_code WHERE name_en = 'The office'"
            ).fetchone()
            assert renamed > 0
    fleet.run("fleet", "drift", "--all")


def test_a_template_elsewhere_is_brought_along(fleet):
    """As that of an added server is; here the schema that a cell has of its own template."""
    from django.test import override_settings

    from openlaas import database_urls
    from tenants.releases.along import bring_along

    release = fleet.record("along", ADDS.format(table="division", column="along"))
    owner = database_urls.connection_parameters(fleet.told["DATABASE_URL"])
    with override_settings(OWNER_PARAMETERS=owner):
        assert bring_along("openlaas_cell_02") == release
        assert bring_along("openlaas_cell_02") == release
    with fleet.connect("openlaas_cell_02") as cell:
        assert kept.newest_name(cell) == release
        assert kept.truth(cell, ["template_body"]) == {"template_body": release}
        cell.execute("SELECT along FROM template_body.division")
    fleet.run("fleet", "migrate")
    assert set(fleet.truth().values()) == {release}


def test_what_may_not_be_a_release_is_refused_with_every_reason(fleet):
    before = fleet.control("SELECT count(*) FROM release")
    migrations = fleet.folder / "next_release" / "migrations"
    earlier = min(migrations.glob("[0-9]*.py"))
    words = earlier.read_text()
    earlier.write_text(words + "\n# changed\n")
    fleet.run("prepare", expect=1)
    assert f"migrations/{earlier.name} belongs to an earlier release" in fleet.errors
    earlier.write_text(words)

    with pytest.raises(AssertionError):
        fleet.record("bad", "ALTER TABLE party RENAME TO parties; DROP TABLE division")
    for reason in ("add, copy, then contract", "still uses the table", "contracts_after"):
        assert reason in fleet.errors
    path = max(migrations.glob("[0-9]*.py"))
    text = path.read_text()
    path.write_text(
        text[: text.index("    operations")]
        + "    def by_row(apps, editor):\n"
        + "        with editor.connection.cursor() as cursor:\n"
        + "            cursor.execute('SELECT code FROM division')\n"
        + "    operations = [migrations.RunPython(by_row)]\n"
    )
    fleet.run("prepare", expect=1)
    assert "reads rows and decides by them" in fleet.errors
    fleet.forget_last_migration()
    shutil.rmtree(migrations / "__pycache__", ignore_errors=True)
    fleet.run("prepare")
    assert fleet.control("SELECT count(*) FROM release") == before


def test_what_nobody_uses_since_a_release_ago_may_go(fleet):
    first = fleet.record("unused", ADDS.format(table="division", column="unused"))
    migrations = fleet.folder / "next_release" / "migrations"
    name = max(migrations.glob("[0-9]*.py")).stem
    more = f'contracts_after = "{name}"'
    second = fleet.record("gone", "ALTER TABLE division DROP COLUMN unused", more=more)
    # Two releases in one go: each schema takes both steps in one transaction.
    assert not {first, second} & set(fleet.truth().values())
    fleet.run("fleet", "migrate")
    assert set(fleet.truth().values()) == {second}
    fleet.run("fleet", "drift", "--all")


DRIFTS = {
    "index ledger is missing": (
        "DROP INDEX ledger",
        "CREATE INDEX ledger ON journal_line (account, entry_date, event_no)",
    ),
    "trigger journal_entry.entry_is_never_changed is": (
        "ALTER TABLE journal_entry DISABLE TRIGGER entry_is_never_changed",
        "ALTER TABLE journal_entry ENABLE TRIGGER entry_is_never_changed",
    ),
    "rights on journal_line of openlaas_body is more than": (
        "GRANT UPDATE ON journal_line TO openlaas_body",
        "REVOKE UPDATE ON journal_line FROM openlaas_body",
    ),
    "column party.name is 'character varying(300) not null'": (
        "ALTER TABLE party ALTER name TYPE varchar(300)",
        "ALTER TABLE party ALTER name TYPE varchar(200)",
    ),
}


@pytest.mark.parametrize("named", DRIFTS)
def test_drift_is_found_and_named(fleet, named):
    (change, back), code = DRIFTS[named], a_code(fleet, 2)
    with fleet.in_body(code) as body:
        body.execute(change)
        fleet.run("fleet", "drift", "--all", expect=1)
        assert f"{code} in" in fleet.errors
        assert named in fleet.errors
        assert fleet.errors.count(" in openlaas_cell") == 1
        body.execute(back)


def test_a_changed_function_of_shared_is_drift_of_the_cell(fleet):
    with fleet.connect("openlaas_cell_02") as cell:
        query = "SELECT pg_get_functiondef('shared.refuse_change'::regproc)"
        (was,) = cell.execute(query).fetchone()
        cell.execute(was.replace("RAISE EXCEPTION", "RAISE NOTICE"))
        fleet.run("fleet", "drift", "--all", expect=1)
        assert "shared in openlaas_cell_02: function refuse_change() is" in fleet.errors
        cell.execute(was)
