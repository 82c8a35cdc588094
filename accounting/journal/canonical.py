"""The text of an entry that is hashed. A version never changes; a change is another version.

Keys ``v``, ``event_no``, ``number``, ``recorded_at`` (UTC, microseconds), then the others in
alphabetical order, no spaces, UTF-8. The hash is SHA-256 over the hash before it, in hexadecimal,
followed by the whole text.

Version 1 is of entries that an officer wrote and that name no budget line. Version 2 tells besides
the document that made the entry, the posting rule it follows, and the budget line of each line.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from accounting import money
from accounting.journal.drafts import DraftLine
from accounting.journal.known import Posting
from accounting.officers import Officer


def text(
    posting: Posting,
    *,
    event_no: int,
    number: str,
    recorded_at: datetime,
    body_code: str,
    officer: Officer,
) -> str:
    """Return the text of an entry."""
    draft, version = posting.draft, posting.version
    entry = {
        "v": version,
        "event_no": event_no,
        "number": number,
        "recorded_at": f"{recorded_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
        "body": body_code,
        "description": draft.description,
        **({"document": _told(posting.document_id)} if version > 1 else {}),
        "entry_date": draft.entry_date.isoformat() if draft.entry_date else None,
        "lines": [_line(line, version) for line in draft.lines],
        "officer": str(officer.id),
        "officer_name_th": officer.name_th,
        "reference": draft.reference,
        "reverses": posting.reverses,
        **({"rule": posting.rule} if version > 1 else {}),
    }
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":"))


def _line(line: DraftLine, version: int) -> list[Any]:
    told = [
        line.account,
        money.text(line.debit or money.ZERO),
        money.text(line.credit or money.ZERO),
        line.memo,
    ]
    return [*told, _told(line.budget_line)] if version > 1 else told


def _told(id_: UUID | None) -> str | None:
    return str(id_) if id_ else None


def seal(before: str, canonical: str) -> str:
    """Return the hash of an entry, given the hash before it and the entry's text."""
    return hashlib.sha256((before + canonical).encode()).hexdigest()
