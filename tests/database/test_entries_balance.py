"""An entry that does not balance never reaches the books, however it is written."""

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

CASH, REVENUE = "1101010101.001", "4401010104.001"
UNBALANCED = ((CASH, "100.00", "0.00"), (REVENUE, "0.00", "99.99"))
ONE_LINE = ((CASH, "100.00", "0.00"),)


def stored_entries(as_owner, body) -> int:
    with as_owner(body) as owner:
        return owner.execute("SELECT count(*) FROM journal_entry").fetchone()[0]


def test_a_balanced_entry_is_stored(body, inside, write_entry, as_owner):
    with inside(body) as cursor:
        write_entry(cursor, 1)
    assert stored_entries(as_owner, body) == 1


@pytest.mark.parametrize("lines", [UNBALANCED, ONE_LINE, ()], ids=["off by 0.01", "one", "none"])
def test_an_entry_that_does_not_balance_is_refused_at_commit(
    body, inside, write_entry, as_owner, lines
):
    written = False
    with pytest.raises(IntegrityError, match="is off by"), inside(body) as cursor:
        write_entry(cursor, 1, lines)
        written = True
    assert written, "the refusal comes at COMMIT, when all lines are there"
    assert stored_entries(as_owner, body) == 0


def test_it_is_refused_at_once_when_constraints_are_immediate(body, inside, write_entry):
    committing = False
    with pytest.raises(IntegrityError, match="is off by"), inside(body) as cursor:
        write_entry(cursor, 1, UNBALANCED)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        committing = True
    assert not committing


def test_a_released_savepoint_does_not_hide_it(body, inside, write_entry, as_owner):
    with pytest.raises(IntegrityError, match="is off by"), inside(body) as cursor:
        write_entry(cursor, 1)
        with transaction.atomic(using="tenant"):
            write_entry(cursor, 2, UNBALANCED)
    assert stored_entries(as_owner, body) == 0


def test_a_savepoint_rolled_back_takes_it_away(body, inside, write_entry, as_owner):
    with inside(body) as cursor:
        write_entry(cursor, 1)
        cursor.execute("SAVEPOINT before")
        write_entry(cursor, 2, UNBALANCED)
        cursor.execute("ROLLBACK TO SAVEPOINT before")
    assert stored_entries(as_owner, body) == 1


@pytest.mark.parametrize("with_role", [False, True])
def test_another_schema_current_at_commit_does_not_hide_it(
    body, inside, write_entry, as_owner, fresh_neighbour, with_role
):
    with inside(fresh_neighbour) as cursor:
        write_entry(cursor, 1)  # of the same number, and balanced
    with pytest.raises(IntegrityError, match="is off by"), inside(body) as cursor:
        write_entry(cursor, 1, UNBALANCED)
        cursor.execute("SELECT set_config('search_path', %s, true)", [fresh_neighbour.schema_name])
        if with_role:
            cursor.execute("SELECT set_config('role', %s, true)", [fresh_neighbour.role])
    assert stored_entries(as_owner, body) == 0


def test_the_check_leaves_the_search_path_as_it_was(body, inside, write_entry):
    asked = "SELECT current_setting('search_path')"
    with inside(body) as cursor:
        before = cursor.execute(asked).fetchone()
        write_entry(cursor, 1)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert cursor.execute(asked).fetchone() == before


def test_a_line_added_to_a_posted_entry_is_refused(body, inside, write_entry, as_owner):
    with inside(body) as cursor:
        write_entry(cursor, 1)
    with pytest.raises(IntegrityError, match="is off by"), inside(body) as cursor:
        cursor.execute(
            "INSERT INTO journal_line (event_no, line_no, account, entry_date, debit, credit)"
            " VALUES (1, 3, %s, '2026-10-05', 1, 0)",
            [CASH],
        )


@pytest.mark.parametrize(
    ("debit", "credit"),
    [("1", "1"), ("0", "0"), ("-1", "0"), ("0", "-1"), ("1", "-1")],
    ids=["both", "neither", "negative debit", "negative credit", "one of each sign"],
)
def test_a_line_has_one_side_and_is_positive(body, inside, write_entry, debit, credit):
    with pytest.raises(IntegrityError, match="line_has_one_side"), inside(body) as cursor:
        write_entry(cursor, 1, ((CASH, debit, credit), (REVENUE, credit, debit)))


def test_line_501_is_refused(body, inside, write_entry):
    with pytest.raises(IntegrityError, match="line_no_is_within_the_limit"), inside(body) as cursor:
        write_entry(cursor, 1)
        cursor.execute("INSERT INTO journal_line VALUES (1, 501, %s, '2026-10-05', 1, 0)", [CASH])


def test_the_triggers_cannot_be_switched_off_by_a_body(body, inside):
    for attempt in (
        "SET LOCAL session_replication_role = replica",
        "ALTER TABLE journal_line DISABLE TRIGGER ALL",
        "DROP TRIGGER line_keeps_entry_balanced ON journal_line",
    ):
        with pytest.raises(ProgrammingError), inside(body) as cursor:
            cursor.execute(attempt)
