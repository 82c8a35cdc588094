"""What was posted is never changed: not by the body's role, and not by the owner either."""

import psycopg
import pytest
from django.db import ProgrammingError

BUDGET = """
WITH line AS (
    INSERT INTO budget_line (id, fiscal_year, fund_source, plan, task, expenditure_type, project,
                             name)
    VALUES (uuidv7(), 2570, 'BUDGET', '00110', '00111', '340500', '', 'by hand') RETURNING id
)
INSERT INTO budget_movement
SELECT 1, id, 'approve', 1, id, NULL, '2026-10-05', id, now(), '' FROM line
"""
CHANGES = (
    "UPDATE journal_entry SET description = 'other'",
    "UPDATE journal_entry SET hash = hash",
    "DELETE FROM journal_entry",
    "TRUNCATE journal_entry",
    "UPDATE journal_line SET debit = debit + 1, credit = credit",
    "DELETE FROM journal_line",
    "TRUNCATE journal_line",
    "TRUNCATE journal_entry, journal_line CASCADE",
    "UPDATE body_identity SET body_code = '0000000'",
    "DELETE FROM body_identity",
    "UPDATE budget_movement SET amount = amount + 1",
    "DELETE FROM budget_movement",
    "TRUNCATE budget_movement",
    "UPDATE budget_line SET task = '00112'",
    "UPDATE budget_line SET name = 'other'",
    "DELETE FROM budget_line",
)
OUTBOX_CHANGES = (
    "UPDATE shared.outbox SET payload = '{}' WHERE body_code = current_setting('openlaas.test')",
    "DELETE FROM shared.outbox WHERE body_code = current_setting('openlaas.test')",
    "TRUNCATE shared.outbox",
)


@pytest.fixture(scope="module")
def body(_unused_bodies):
    """One for all: what is refused leaves it as it was."""
    return next(_unused_bodies)


@pytest.fixture(scope="module")
def posted(body, inside, write_entry):
    with inside(body) as cursor:
        write_entry(cursor, 1)
        cursor.execute(
            "INSERT INTO shared.outbox VALUES (%s, 1, 'journal_entry', now(), '{}')", [body.code]
        )
        cursor.execute(BUDGET)
    return body


@pytest.mark.parametrize("change", CHANGES + OUTBOX_CHANGES)
def test_a_body_has_no_right_to_change_posted_rows(posted, inside, change):
    with pytest.raises(ProgrammingError, match="permission denied"), inside(posted) as cursor:
        cursor.execute("SELECT set_config('openlaas.test', %s, true)", [posted.code])
        cursor.execute(change)


@pytest.mark.parametrize("change", CHANGES + OUTBOX_CHANGES)
def test_triggers_refuse_the_change_even_to_the_owner(posted, as_owner, change):
    with as_owner(posted) as owner:
        owner.execute("SELECT set_config('openlaas.test', %s, false)", [posted.code])
        with pytest.raises(psycopg.errors.RestrictViolation, match="is refused"):
            owner.execute(change)


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM journal_head",
        "INSERT INTO journal_head VALUES (false, 0, '', now())",
        "DELETE FROM document_counter",
        "DELETE FROM account_balance",
        "DELETE FROM budget_head",
        "DELETE FROM commitment",
        "UPDATE commitment SET document_id = document_id",
        "UPDATE answered_request SET status = 201",
        "DELETE FROM period",
        "DELETE FROM fiscal_year",
        "INSERT INTO body_identity SELECT '0000000', body_id, 1 FROM body_identity",
    ],
)
def test_a_body_has_no_right_that_its_operations_do_not_need(body, inside, change):
    with pytest.raises(ProgrammingError, match="permission denied"), inside(body) as cursor:
        cursor.execute(change)
