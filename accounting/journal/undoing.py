"""Undoing what a document posted: every entry of its that nothing has undone yet."""

from datetime import date
from uuid import UUID

from accounting import books
from accounting.journal import operations as journal
from accounting.journal.entry_number import EntryNumber
from accounting.officers import Officer

_STANDING = """
SELECT e.kind, e.fiscal_year, e.no FROM journal_entry e
 WHERE e.document_id = %(document_id)s AND e.reverses IS NULL
   AND NOT EXISTS (SELECT 1 FROM journal_entry r WHERE r.reverses = e.event_no)
 ORDER BY e.event_no
"""


def reverse_entries_of(
    *, document_id: UUID, entry_date: date, reason: str, officer: Officer
) -> list[journal.PostedEntry]:
    """Reverse a document's entries; the reversals belong to the document too.

    Raises:
        UnableToReverseEntry: the date is refused.
    """
    return [
        journal.reverse_entry(
            number=EntryNumber(kind=kind, fiscal_year=year, no=no),
            entry_date=entry_date,
            reason=reason,
            officer=officer,
            document_id=document_id,
        )
        for kind, year, no in books.rows(_STANDING, {"document_id": document_id})
    ]
