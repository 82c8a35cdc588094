"""The text of an entry that is hashed, version 1. It never changes; a change is a version 2.

Keys ``v``, ``event_no``, ``number``, ``recorded_at`` (UTC, microseconds), then the others in
alphabetical order, no spaces, UTF-8. The hash is SHA-256 over the hash before it, in hexadecimal,
followed by the whole text.
"""

import hashlib
import json
from datetime import UTC, datetime

from accounting import money
from accounting.journal.drafts import EntryDraft
from accounting.officers import Officer


def text(
    draft: EntryDraft,
    *,
    event_no: int,
    number: str,
    recorded_at: datetime,
    body_code: str,
    officer: Officer,
    reverses: int | None,
) -> str:
    """Return the text of an entry."""
    entry = {
        "v": 1,
        "event_no": event_no,
        "number": number,
        "recorded_at": f"{recorded_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
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
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":"))


def seal(before: str, canonical: str) -> str:
    """Return the hash of an entry, given the hash before it and the entry's text."""
    return hashlib.sha256((before + canonical).encode()).hexdigest()
