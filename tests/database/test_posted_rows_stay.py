"""What was posted is never changed: not by the body's role, and not by the owner either."""

import psycopg
import pytest
from django.db import ProgrammingError

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
        "UPDATE answered_request SET status = 201",
        "DELETE FROM period",
        "DELETE FROM fiscal_year",
        "INSERT INTO body_identity SELECT '0000000', body_id, 1 FROM body_identity",
    ],
)
def test_a_body_has_no_right_that_its_operations_do_not_need(body, inside, change):
    with pytest.raises(ProgrammingError, match="permission denied"), inside(body) as cursor:
        cursor.execute(change)
