"""Giving a body its books: whole or not at all, and again without harm."""

from collections import Counter
from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tenants.directory.models import Body
from tenants.directory.queries import bodies_with_books, body_with_books
from tenants.transactions import BodyClosed, tenant_transaction
from tests.conftest import BODIES

STRUCTURE = """
SELECT count(*), md5(string_agg(oid::text || relname, ',' ORDER BY oid)) FROM pg_class
 WHERE relnamespace = %s::regnamespace
"""


@pytest.fixture
def unprovisioned() -> Iterator[Callable[[], str]]:
    """Codes of bodies that have no books, the last of the register first."""
    codes = Body.objects.filter(state="registered", parent=None).order_by("-code")
    found = iter(list(codes.values_list("code", flat=True)[:10]))
    return lambda: next(found)


@pytest.fixture
def control_plane(owner_url) -> Iterator[psycopg.Connection]:
    conninfo = make_conninfo(owner_url, dbname="openlaas_control")
    with psycopg.connect(conninfo, autocommit=True) as owner:
        yield owner


def take_place(control_plane: psycopg.Connection, code: str) -> None:
    """Leave the body as a run leaves it that was killed before it made the schema."""
    control_plane.execute(
        "WITH asked AS (UPDATE body SET state = 'provisioning' WHERE code = %s"
        "               RETURNING id, schema_name)"
        " INSERT INTO place (id, cell_id, slot, schema_name, use, body_id, generation, taken_at)"
        " SELECT gen_random_uuid(), 'openlaas_cell_02',"
        "        (SELECT max(slot) + 1 FROM place WHERE cell_id = 'openlaas_cell_02'),"
        "        schema_name, 'live', id, 1, now() FROM asked",
        [code],
    )


def test_a_run_killed_before_the_schema_is_taken_up_again(unprovisioned, control_plane, provision):
    code = unprovisioned()
    take_place(control_plane, code)
    begun = body_with_books(code)
    with pytest.raises(BodyClosed), tenant_transaction(begun, read_only=True):
        pass

    assert provision(code)["made"] == 1

    body = body_with_books(code)
    assert (body.state, body.cell, body.slot) == ("open", begun.cell, begun.slot)
    with tenant_transaction(body):
        pass


def test_a_run_killed_after_the_schema_is_taken_up_again(
    body, control_plane, provision, as_owner, officer_of, api, entry
):
    token = officer_of(body).token
    path = f"bodies/{body.code}/journal-entries"
    assert api.post(path, entry(), token=token).status_code == 201
    with as_owner(body) as owner:
        before = owner.execute(STRUCTURE, [body.schema_name]).fetchone()
    control_plane.execute("UPDATE body SET state = 'provisioning' WHERE code = %s", [body.code])

    assert provision(body.code)["made"] == 1

    assert body_with_books(body.code) == body
    with as_owner(body) as owner:
        assert owner.execute(STRUCTURE, [body.schema_name]).fetchone() == before
    assert api.post(path, entry(), token=token).json()["event_no"] == 2


def test_provisioning_again_changes_nothing(body, provision, as_owner):
    def everything() -> list[object]:
        with as_owner(body) as owner:
            return [
                Body.objects.filter(code=body.code).values().get(),
                owner.execute(STRUCTURE, [body.schema_name]).fetchone(),
                owner.execute("SELECT * FROM journal_head").fetchall(),
                owner.execute("SELECT * FROM body_identity").fetchall(),
                owner.execute("SELECT * FROM period ORDER BY 1").fetchall(),
            ]

    before = everything()
    assert provision(body.code)["made"] == 0
    assert everything() == before


def test_a_new_body_opens_two_fiscal_years_and_begins_at_nothing(
    unprovisioned, provision, as_owner, officer_of, api
):
    code = unprovisioned()
    assert provision(code)["made"] == 1
    body = body_with_books(code)
    with as_owner(body) as owner:
        years = owner.execute("SELECT year, state FROM fiscal_year ORDER BY year").fetchall()
        (periods,) = owner.execute("SELECT count(*) FROM period WHERE state = 'open'").fetchone()
        (head,) = owner.execute("SELECT event_no FROM journal_head").fetchone()
    assert [state for _, state in years] == ["open", "open"]
    assert years[1][0] - years[0][0] == 1
    assert periods == 24
    assert head == 0
    answer = api.get(f"bodies/{code}/journal-entries", token=officer_of(body).token)
    assert answer.json() == {"items": [], "next": None}


def test_bodies_are_spread_over_both_cells_each_in_a_place_of_its_own():
    from tenants.provisioning.bodies import first_codes

    bodies = bodies_with_books()
    together = set(first_codes(BODIES))  # others were given books later, a few at a time
    held = Counter(body.cell for body in bodies if body.code in together)
    assert set(held) == {"openlaas_cell_01", "openlaas_cell_02"}
    # Not quite equally: the bodies of a province stay together.
    assert abs(held["openlaas_cell_01"] - held["openlaas_cell_02"]) <= held.total() // 5
    assert len({(body.cell, body.slot) for body in bodies}) == len(bodies)
    assert len({body.schema_name for body in bodies}) == len(bodies)


def test_a_code_that_is_not_in_the_register_stops_it_before_it_begins(
    unprovisioned, owner_environment
):
    import subprocess
    import sys

    code = unprovisioned()
    words = ["fleet", "provision", "--code", code, "--code", "0000000"]
    done = subprocess.run(
        [sys.executable, "-m", "openlaas.cli", *words],
        env=owner_environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "0000000" in done.stderr
    assert Body.objects.get(code=code).state == "registered"
