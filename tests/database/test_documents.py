"""What the database itself holds of documents."""

import uuid

import pytest
from django.db import IntegrityError

INSERT = (
    "INSERT INTO document (id, kind, state, description, amount, version, prepared_by, event_no,"
    " content) VALUES (%s, 'JV', 'posted', 'x', 1, 1, %s, %s, '{}')"
)


def write_document(cursor, event_no):
    cursor.execute(INSERT, [uuid.uuid4(), uuid.uuid4(), event_no])


def test_an_entry_has_one_document_at_the_most(body, inside):
    with inside(body) as cursor:
        write_document(cursor, None)
        write_document(cursor, None)
        write_document(cursor, 1)
    with pytest.raises(IntegrityError, match="document_of_entry"), inside(body) as cursor:
        write_document(cursor, 1)


def test_the_document_of_an_entry_is_found_without_a_scan(body, inside):
    """As tracing and the list of vouchers ask for it, whose number may be a parameter."""
    with inside(body) as cursor:
        # A scan is cheaper while there are few rows; the question is whether there is another way.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT (SELECT d.id FROM document d WHERE d.kind = e.kind"
            " AND d.state = 'posted' AND d.event_no = e.event_no) FROM journal_entry e"
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "document_of_entry" in plan
