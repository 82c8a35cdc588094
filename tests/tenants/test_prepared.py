"""Plans kept for each body: right for each, bounded, and never trusted after a failure."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import DataError, OperationalError, connections

from accounting import books
from accounting.scripts import script
from tenants.backend import prepared
from tenants.directory.queries import bodies_with_books
from tenants.transactions import tenant_transaction

WHOSE = script("whose", "SELECT body_code FROM body_identity; SELECT %(said)s::text")
COUNT = script("count", "INSERT INTO document_counter VALUES (%(kind)s::varchar, 1, %(no)s)")
NOTHING = script("nothing", "SELECT 1")
BROKEN = script("broken", "SELECT 1 / %(by)s::integer")
SAID = "'); COMMIT; -- \\ ร"


@pytest.fixture
def neighbour(body) -> object:
    """Another body of the same cell."""
    return next(
        one for one in bodies_with_books() if one.cell == body.cell and one.code != body.code
    )


def kept(connection: object) -> set[str]:
    return {
        name for (name,) in connection.execute("SELECT name FROM pg_prepared_statements").fetchall()
    }


def whose(body: object) -> str:
    with tenant_transaction(body, read_only=True):
        books.ask_with_next(NOTHING, {}, lambda _row: None)
        ((code,),), ((said,),) = books.rows_of_each(WHOSE, {"said": SAID})
        assert said == SAID
        return code


def test_each_body_gets_its_own_rows_on_one_connection(body, neighbour, only_connection):
    for _ in range(3):
        assert whose(body) == body.code
        assert whose(neighbour) == neighbour.code
    names = kept(only_connection(body))
    assert {f"whose_0_{one.schema_name}" for one in (body, neighbour)} <= names


@contextmanager
def replaced(body: object, as_owner: object, identity: str) -> Iterator[None]:
    """Put another schema in the place of a body's; the body may not read the one set aside."""
    name, role = body.schema_name, body.role
    rights = f'ON set_aside.body_identity FROM "{role}"'
    with as_owner(body) as owner:
        owner.execute(f'ALTER SCHEMA "{name}" RENAME TO set_aside')
        owner.execute(f"REVOKE ALL {rights}")
        owner.execute(f'CREATE SCHEMA "{name}"')
        owner.execute(f'GRANT USAGE ON SCHEMA "{name}" TO "{role}"')
        owner.execute(f'CREATE TABLE "{name}".body_identity AS {identity}')
        owner.execute(f'GRANT SELECT ON "{name}".body_identity TO "{role}"')
        try:
            yield
        finally:
            owner.execute(f'DROP SCHEMA "{name}" CASCADE')
            owner.execute(f"GRANT SELECT {rights.replace('FROM', 'TO')}")
            owner.execute(f'ALTER SCHEMA set_aside RENAME TO "{name}"')


def test_a_schema_put_in_the_place_of_another_is_planned_anew(body, as_owner, only_connection):
    assert whose(body) == body.code
    before = only_connection(body)
    with replaced(body, as_owner, "SELECT * FROM set_aside.body_identity"):
        assert whose(body) == body.code
    assert whose(body) == body.code
    assert only_connection(body) is before


def test_a_plan_that_a_change_of_types_has_outdated_fails_once(body, as_owner, only_connection):
    assert whose(body) == body.code
    before = only_connection(body)
    with replaced(body, as_owner, f"SELECT '{body.code}'::text AS body_code"):
        with pytest.raises(OperationalError):
            whose(body)
        assert whose(body) == body.code
    assert only_connection(body) is not before


def test_a_connection_keeps_plans_of_so_many_bodies_only(
    body, neighbour, only_connection, monkeypatch
):
    monkeypatch.setattr(prepared, "BODIES_MAX", 1)
    for one in (body, neighbour, body, neighbour):
        assert whose(one) == one.code
        names = kept(only_connection(body))
        assert {name for name in names if name.startswith("whose")} == {
            f"whose_{place}_{one.schema_name}" for place in (0, 1)
        }


def test_what_was_written_ahead_is_seen_by_the_next_question(body):
    with pytest.raises(KeyboardInterrupt), tenant_transaction(body):
        books.write_with_next(COUNT, {"kind": "AHEAD", "no": 1})
        books.write_with_next(COUNT, {"kind": "AHEAD2", "no": 1})
        asked = "SELECT count(*) FROM document_counter WHERE kind LIKE %(like)s"
        assert books.row(asked, {"like": "AHEAD%"}) == (2,)
        raise KeyboardInterrupt
    with tenant_transaction(body):
        assert books.row(asked, {"like": "AHEAD%"}) == (0,)


def test_a_rollback_before_anything_was_sent_leaves_nothing_to_believe(body):
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt), tenant_transaction(body):
            books.write_with_next(COUNT, {"kind": "NEVER", "no": 1})
            raise KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt), tenant_transaction(body):
        books.write_with_next(COUNT, {"kind": "NEVER", "no": 1})
        assert books.row("SELECT last_no FROM document_counter WHERE kind = %(k)s", {"k": "NEVER"})
        raise KeyboardInterrupt


def test_a_connection_that_failed_while_preparing_is_not_used_again(body, only_connection):
    assert whose(body) == body.code
    before = only_connection(body)
    with pytest.raises(DataError), tenant_transaction(body):
        books.rows_of_each(BROKEN, {"by": 0})
    assert whose(body) == body.code
    assert only_connection(body) is not before
    for _ in range(2):
        with tenant_transaction(body):
            assert books.rows_of_each(BROKEN, {"by": 1}) == [[(1,)]]
    after = only_connection(body)
    with pytest.raises(DataError), tenant_transaction(body):
        books.rows_of_each(BROKEN, {"by": 0})
    assert whose(body) == body.code
    assert only_connection(body) is after


def test_a_script_outside_a_transaction_is_refused():
    with pytest.raises(Exception, match="needs tenant_transaction"):
        connections["tenant"].text_of(WHOSE, {"said": ""})
