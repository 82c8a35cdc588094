"""One message for several schemas: each by itself, and the truth told whatever was answered."""

import contextlib
import uuid
from collections.abc import Iterator

import psycopg
import pytest

from tenants.directory.queries import bodies_with_books
from tenants.releases.kept import mark, truth
from tenants.releases.replay import Step, Target, look, replay


@pytest.fixture
def targets(body) -> list[Target]:
    """Three schemas of one cell, the given body's in the middle."""
    cell = [one for one in bodies_with_books() if one.cell == body.cell and one.code != body.code]
    return [
        Target(place_id=uuid.uuid4(), cell=one.cell, schema=one.schema_name, role=one.role)
        for one in (cell[0], body, cell[1])
    ]


@pytest.fixture
def owner(body, as_owner, targets) -> Iterator[psycopg.Connection]:
    """The owner in their cell; afterwards the schemas say again what they said."""
    with as_owner(body) as connection:
        before = truth(connection, [target.schema for target in targets])
        yield connection
    with as_owner(body) as connection:
        for schema, release in before.items():
            connection.execute(mark(release, schema=schema))


def step(owner: psycopg.Connection, target: Target, text: str) -> Step:
    """A step that says the text and leads to a release of its own, gone at the end of a test."""
    (before,) = truth(owner, [target.schema]).values()
    return Step(before=before, after="after", text=f"{text};\n", grants_again=())


def only_in(target: Target, statement: str) -> str:
    return f"DO $$ BEGIN IF current_schema() = '{target.schema}' THEN {statement}; END IF; END $$"


def test_a_schema_that_fails_takes_no_other_with_it(owner, targets):
    first, second, third = targets
    broken = step(owner, first, only_in(second, "RAISE division_by_zero"))
    outcome = replay(owner, targets, broken)
    assert (outcome.done, outcome.failed, outcome.untouched) == ((first,), second, (third,))
    assert outcome.sqlstate == "22012"
    found = truth(owner, [target.schema for target in targets])
    assert [found[target.schema] for target in targets] == ["after", broken.before, broken.before]
    assert replay(owner, [third], broken).done == (third,)


def test_a_schema_that_is_elsewhere_is_left_alone_or_there_already(owner, targets):
    first, second, _ = targets
    usual = step(owner, first, "SELECT 1")
    assert replay(owner, [first], usual).done == (first,)
    again = replay(owner, [first, second], usual)  # somebody was faster
    assert (again.done, again.failed) == ((first,), second)
    assert "the schema is not where it was, but at after" in again.error
    assert replay(owner, [second], usual).done == (second,)


def test_what_takes_too_long_is_ended_and_its_locks_with_it(owner, targets, as_owner, body):
    first, second, _ = targets
    one_slow = step(owner, first, only_in(second, "PERFORM pg_sleep(9)"))
    outcome = replay(owner, [first, second], one_slow, longest_ms=300)
    assert (outcome.done, outcome.failed, outcome.sqlstate) == ((first,), second, "57014")
    naps = "; ".join([only_in(second, "PERFORM pg_sleep(0.2)")] * 5)  # each short enough
    all_slow = step(owner, second, naps)
    with pytest.raises(psycopg.Error) as ended, contextlib.closing(as_owner(body)) as other:
        replay(other, [second], all_slow, longest_ms=300)
    assert ended.value.sqlstate == "25P04"
    found = look(owner, [first, second], all_slow, ended.value)
    assert (found.done, found.failed) == ((first,), second)


def test_the_settings_of_a_step_end_with_it(owner, targets):
    replay(owner, targets, step(owner, targets[0], "SELECT 1"))
    names = ("lock_timeout", "statement_timeout", "transaction_timeout", "synchronous_commit")
    settings = [owner.execute(f"SHOW {name}").fetchone()[0] for name in names]
    assert settings == ["0", "0", "0", "on"]
