"""The text of an entry that is hashed, version 1. It never changes; a change is a version 2.

Keys in alphabetical order after the four that the database writes first (``v``, ``event_no``,
``number``, ``recorded_at``), no spaces, UTF-8. The hash is SHA-256 over the hash before it, in
hexadecimal, followed by the whole text.
"""

import json

from accounting import money
from accounting.journal.drafts import EntryDraft
from accounting.officers import Officer


def rest(draft: EntryDraft, officer: Officer, body_code: str, *, reverses: int | None) -> str:
    """Return the text after the fields that only the database knows."""
    entry = {
        "body": body_code,
        "description": draft.description,
        "entry_date": draft.entry_date.isoformat() if draft.entry_date else None,
        "lines": [
            [
                line.account,
                money.text(line.debit or money.ZERO),
                money.text(line.credit or money.ZERO),
                line.memo,
            ]
            for line in draft.lines
        ],
        "officer": str(officer.id),
        "officer_name_th": officer.name_th,
        "reference": draft.reference,
        "reverses": reverses,
    }
    text = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.removeprefix("{")


def payload(draft: EntryDraft, fiscal_year: int | None) -> str:
    """Return what the outbox tells of an entry, as JSON; the database adds its number."""
    told = {
        "entry_date": draft.entry_date.isoformat() if draft.entry_date else None,
        "fiscal_year": fiscal_year,
        "lines": [
            [
                line.account,
                money.text(line.debit or money.ZERO),
                money.text(line.credit or money.ZERO),
            ]
            for line in draft.lines
        ],
    }
    return json.dumps(told, ensure_ascii=False)
