"""A release meets a body whose books move: whichever comes first, neither sees the other's half."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from openlaas.bench import next_release
from tenants.releases import kept

from .conftest import TRAINING

ADDS = "ALTER TABLE {table} ADD COLUMN {column} varchar(20)"
# The step is under way until somebody waits for it, for 0.7 s at most: it may take 2 s in all.
UNTIL_SOMEBODY_WAITS = """DO $$ BEGIN
    WHILE clock_timestamp() < now() + interval '0.7 s' LOOP
        EXIT WHEN EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted);
        PERFORM pg_sleep(0.02);
    END LOOP;
END $$"""
# A command that tells each step and goes on when it is told to; the last word is how it ended.
STEPPED = """
import sys
import django
django.setup()
from django.utils import timezone
from tenants.lifecycle import generations
from tenants.moving import operations, swapping

def after_step(step):
    print(step, flush=True)
    if step == sys.argv[3]:
        sys.stdin.readline()

told = {"code": sys.argv[2], "reason": "test", "clock": timezone.now, "after_step": after_step}
try:
    if sys.argv[1] == "new-generation":
        generations.new_generation(changed_by="test", **told)
    elif sys.argv[1] == "swap":
        swapping.swap_books(schema_name=None, swapped_by="test", **told)
    else:
        operations.move_body(cell=sys.argv[1], moved_by="test", **told)
except Exception as error:
    print(f"{type(error).__name__}: {error}", flush=True)
"""


@pytest.fixture
def paused_after(fleet) -> Callable[..., object]:
    """Run a command on a body's places up to a step; it goes on at the end of the `with`."""

    @contextmanager
    def run(target: str, code: str, step: str) -> Iterator[None]:
        told = next_release.environment_of(fleet.folder, fleet.told)
        words = [sys.executable, "-c", STEPPED, target, code, step]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        with subprocess.Popen(words, env=told, cwd=fleet.folder, **pipes) as command:
            for line in command.stdout:
                if line.strip() == step:
                    break
            else:
                pytest.fail(f"never {step}")
            yield
            command.stdin.write("\n")
            command.stdin.flush()
            last = [*command.stdout][-1].strip()
        assert last == "finished"

    return run


def a_code(fleet, number: int) -> str:
    return sorted(code for code in fleet.bodies() if code != TRAINING)[number]


def another_cell(fleet, code: str) -> str:
    cell, _ = fleet.bodies()[code]
    return next(one for one in ("openlaas_cell_01", "openlaas_cell_02") if one != cell)


def places(fleet, code: str) -> list[tuple[str, str, str, int]]:
    return fleet.control(
        "SELECT p.use, p.cell_id, p.schema_name, p.slot FROM place p JOIN body b"
        " ON b.id = p.body_id WHERE b.code = %s ORDER BY p.use",
        [code],
    )


def pending(fleet) -> set[str]:
    return {code for code, (state, _, _) in fleet.states().items() if state == "pending"}


def all_at(fleet, release: str) -> None:
    """See that every place is at the release, kept and earlier ones too, and as it should be."""
    fleet.run("fleet", "migrate")
    assert fleet.release_state() == "done"
    assert set(fleet.truth().values()) == {release}
    fleet.run("fleet", "drift", "--all")


def test_a_body_on_its_way_elsewhere_is_left_for_later(fleet, old_app, entry, paused_after):
    """The step would change the tables between the two halves of the copy."""
    code = a_code(fleet, 0)
    assert old_app.post(code, entry()) == 201
    before = fleet.truth()[code]
    release = fleet.record("moves", ADDS.format(table="division", column="moves"))
    target = another_cell(fleet, code)
    with paused_after(target, code, "ahead"):
        fleet.begin("fleet", "migrate")
        fleet.until(lambda: list(fleet.truth().values()).count(release) == len(fleet.bodies()) - 1)
        fleet.until(lambda: pending(fleet) == {code})
        assert fleet.truth()[code] == before
        assert fleet.release_state() == "running"
    assert fleet.bodies()[code][0] == target
    fleet.until(lambda: fleet.release_state() == "done")  # the same run came back to it
    all_at(fleet, release)
    assert old_app.post(code, entry()) == 201


def test_a_move_waits_for_the_step_under_way_and_takes_the_books_as_they_are_then(fleet):
    code = a_code(fleet, 1)
    statements = (
        ADDS.format(table="division", column="step_first"),
        UNTIL_SOMEBODY_WAITS,
        "CREATE INDEX step_first ON party (name)",  # which the tables' columns do not tell
    )
    release = fleet.record("step_first", "; ".join(statements))
    target = another_cell(fleet, code)
    # The schema's key is a hash; that of the step of `shared`, which comes before, a small number.
    held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid <> 0"
    with fleet.in_body(code) as watch:
        fleet.begin("fleet", "migrate", "--only", code)
        fleet.until(lambda: watch.execute(held).fetchone() == (1,))
        fleet.run("body", "move", code, "--to", target)
    assert fleet.bodies()[code][0] == target
    assert fleet.truth()[code] == release
    all_at(fleet, release)


def test_a_parked_body_moves_at_its_old_release_and_stays_parked(fleet, old_app, entry):
    code = a_code(fleet, 2)
    old = fleet.truth()[code]
    release = fleet.record("parked_moves", ADDS.format(table="division", column="parked_moves"))
    with fleet.in_body(code) as body:
        body.execute(ADDS.format(table="division", column="parked_moves"))
    fleet.run("fleet", "migrate", "--halt-above", "100")
    with fleet.in_body(code) as body:
        body.execute("ALTER TABLE division DROP COLUMN parked_moves")
    fleet.run("body", "move", code, "--to", another_cell(fleet, code))
    assert fleet.truth()[code] == old
    assert fleet.release_state() == "done"
    (state, _, error) = fleet.control(
        "SELECT r.state, r.attempts, r.error FROM place_release r JOIN place p ON p.id = r.place_id"
        " JOIN body b ON b.id = p.body_id WHERE b.code = %s AND p.use = 'live'",
        [code],
    )[0]
    assert (state, "already exists" in error) == ("parked", True)
    assert old_app.post(code, entry()) == 201
    fleet.run("fleet", "migrate", "--only", code)
    assert fleet.truth()[code] == release
    fleet.run("fleet", "migrate", "--retry-parked")
    all_at(fleet, release)


def test_a_new_generation_begun_before_a_release_gets_it_too(fleet, old_app, entry, paused_after):
    code = a_code(fleet, 3)
    assert old_app.post(code, entry()) == 201
    release = fleet.record("generation", ADDS.format(table="division", column="generation"))
    with paused_after("new-generation", code, "made"):
        fleet.begin("fleet", "migrate")
        fleet.until(lambda: pending(fleet) == {code})
    assert [use for use, *_ in places(fleet, code)] == ["earlier", "live"]
    all_at(fleet, release)


def test_books_shown_after_the_fleet_had_come_to_a_release_reopen_it(fleet, old_app, entry):
    """An import holds no schema that a step would touch, so nothing tells the migration of it."""
    code, archive = a_code(fleet, 4), fleet.folder / "shown-late.zip"
    assert old_app.post(code, entry()) == 201
    fleet.run("export", code, str(archive))
    with fleet.connect("openlaas_control") as control:
        control.execute("BEGIN")
        control.execute("SELECT 1 FROM body WHERE code = %s FOR NO KEY UPDATE", [code])
        fleet.begin("import-archive", str(archive), "--beside")
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        fleet.until(lambda: fleet.control(waiting)[0] == (1,))  # to show what it has brought in
        release = fleet.record("shown_late", ADDS.format(table="division", column="shown_late"))
        fleet.run("fleet", "migrate")
        assert fleet.release_state() == "done"
        control.execute("COMMIT")
    fleet.until(lambda: [use for use, *_ in places(fleet, code)] == ["beside", "live"])
    assert fleet.release_state() == "running"
    all_at(fleet, release)
    # Books beside are migrated like the others, so they may take the live ones' place at any time.
    fleet.run("body", "swap", code)
    assert fleet.truth()[code] == release
    assert old_app.post(code, entry()) == 201


def test_rights_given_again_do_not_open_books_that_were_closed(fleet):
    """Books that moved away are migrated, for a swap may go back to them; nobody writes there."""
    code = a_code(fleet, 5)
    fleet.run("body", "move", code, "--to", another_cell(fleet, code))
    grants = fleet.folder / "accounting" / "shared_schema" / "grants.sql"
    grants.write_text(grants.read_text() + "GRANT DELETE ON {schema}.division TO {role};\n")
    release = fleet.record("rights", ADDS.format(table="division", column="rights"))
    all_at(fleet, release)

    def may(use: str) -> tuple[bool, bool]:
        ((cell, schema, slot),) = [place[1:] for place in places(fleet, code) if place[0] == use]
        asked = [f"openlaas_slot_{slot:04d}", f"{schema}.division", f"{schema}.journal_entry"]
        with fleet.connect(cell) as connection:
            query = (
                "SELECT has_table_privilege(%(r)s, %(d)s, 'DELETE'),"
                " has_table_privilege(%(r)s, %(e)s, 'INSERT')"
            )
            return connection.execute(query, dict(zip("rde", asked, strict=True))).fetchone()

    assert may("live") == (True, True)
    assert may("kept") == (False, False)


@pytest.mark.parametrize("is_ahead", [True, False])
def test_a_cell_at_another_release_takes_books_at_theirs(fleet, is_ahead):
    """Of two cells one is behind, because the migration has not come to it yet."""
    name = f"ahead_{is_ahead}".lower()
    code = a_code(fleet, 6 if is_ahead else 7)
    target = another_cell(fleet, code)
    first = target if is_ahead else fleet.bodies()[code][0]
    at_first = [one for one, (cell, _) in fleet.bodies().items() if cell == first]
    release = fleet.record(name, ADDS.format(table="division", column=name))
    only = next(one for one in at_first if is_ahead or one == code)
    fleet.run("fleet", "migrate", "--only", only)
    fleet.run("body", "move", code, "--to", target)
    assert (fleet.truth()[code] == release) is not is_ahead
    with fleet.connect(target) as cell:
        assert kept.named(cell, release), "no cell holds books of a release that it does not know"
    all_at(fleet, release)
