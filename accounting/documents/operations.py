"""Steps that the slices of documents are made of: create, lock, change, move.

A slice's operation locks a document first, asks its own rules, and only then changes or moves it.
"""

import json
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting import books
from accounting.errors import AccountingError, InvariantBroken, Refusal, Stale
from accounting.officers import Officer

_CREATE = """
WITH made AS (
    INSERT INTO document (id, kind, fiscal_year, state, document_date, description, amount,
                          version, prepared_by, content)
    VALUES (uuidv7(), %(kind)s, %(fiscal_year)s, %(state)s, %(document_date)s, %(description)s,
            %(amount)s, 1, %(officer_id)s, %(content)s::jsonb)
    RETURNING id
), step AS (
    INSERT INTO document_step (document_id, step_no, action, state, officer_id, officer_name_th,
                               is_acting)
    SELECT id, 1, %(action)s, %(state)s, %(officer_id)s, %(officer_name_th)s, %(is_acting)s
      FROM made
)
SELECT id FROM made
"""
_LOCK = """
SELECT id, kind, fiscal_year, state, document_date, description, amount, version, prepared_by,
       event_no, content::text
  FROM document WHERE id = %(id)s AND kind = %(kind)s FOR UPDATE
"""
_CHANGE = """
UPDATE document
   SET fiscal_year = %(fiscal_year)s, document_date = %(document_date)s,
       description = %(description)s, amount = %(amount)s, content = %(content)s::jsonb,
       version = version + 1
 WHERE id = %(id)s AND version = %(version)s
RETURNING version
"""
_MOVE = """
WITH moved AS (
    UPDATE document SET state = %(state)s, event_no = %(event_no)s, version = version + 1
     WHERE id = %(id)s AND version = %(version)s
    RETURNING id, version
), step AS (
    INSERT INTO document_step (document_id, step_no, action, state, officer_id, officer_name_th,
                               is_acting, note)
    SELECT moved.id, (SELECT count(*) + 1 FROM document_step WHERE document_id = moved.id),
           %(action)s, %(state)s, %(officer_id)s, %(officer_name_th)s, %(is_acting)s, %(note)s
      FROM moved
)
SELECT version FROM moved
"""


class UnableToKeepDocument(AccountingError):
    """It says something that no draft can keep."""

    code = "unable_to_keep_document"


class StaleDocument(Stale):
    """The document was changed after it was read; read it again."""

    code = "stale_document"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a document says, as far as all kinds have it in common."""

    fiscal_year: int | None
    document_date: date | None
    description: str
    amount: Decimal
    content: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedDocument:
    """A document whose row this transaction holds."""

    id: UUID
    kind: str
    state: str
    version: int
    prepared_by: UUID
    event_no: int | None
    contents: Contents


def create(*, kind: str, state: str, action: str, contents: Contents, officer: Officer) -> UUID:
    """Create a document in a state; return its id.

    Raises:
        UnableToKeepDocument: PostgreSQL cannot keep what it says.
    """
    found = books.row(
        _CREATE,
        {
            **_contents(contents),
            **_actor(officer),
            "kind": kind,
            "state": state,
            "action": action,
        },
    )
    assert found is not None  # the insert has one row
    document_id: UUID = found[0]
    return document_id


def lock(*, kind: str, document_id: UUID, version: int | None = None) -> LockedDocument | None:
    """Hold a document's row to the end of the transaction; None when there is none of the kind.

    Raises:
        StaleDocument: its version is another than the one expected.
    """
    found = books.row(_LOCK, {"id": document_id, "kind": kind})
    if found is None:
        return None
    id_, kind, year, state, day, description, amount, current, prepared_by, event_no, text = found
    if version is not None and version != current:
        raise StaleDocument([])
    return LockedDocument(
        id=id_,
        kind=kind,
        state=state,
        version=current,
        prepared_by=prepared_by,
        event_no=event_no,
        contents=Contents(
            fiscal_year=year,
            document_date=day,
            description=description,
            amount=amount,
            content=json.loads(text),
        ),
    )


def change(*, document: LockedDocument, contents: Contents) -> LockedDocument:
    """Replace what a locked document says; return it with its new version.

    Raises:
        UnableToKeepDocument: PostgreSQL cannot keep what it says.
    """
    found = books.row(
        _CHANGE, {**_contents(contents), "id": document.id, "version": document.version}
    )
    if found is None:
        raise InvariantBroken("a locked document was changed by somebody else")
    return replace(document, version=found[0], contents=contents)


def move(
    *,
    document: LockedDocument,
    action: str,
    state: str,
    officer: Officer,
    note: str | None = None,
    event_no: int | None = None,
) -> None:
    """Lead a locked document to another state and record who did it."""
    found = books.row(
        _MOVE,
        {
            **_actor(officer),
            "id": document.id,
            "version": document.version,
            "action": action,
            "state": state,
            "note": note,
            "event_no": event_no,
        },
    )
    if found is None:
        raise InvariantBroken("a locked document was moved by somebody else")


def _contents(contents: Contents) -> dict[str, Any]:
    if _has_nul(contents.content):
        raise UnableToKeepDocument([_NUL])
    return {
        "fiscal_year": contents.fiscal_year,
        "document_date": contents.document_date,
        "description": contents.description,
        "amount": contents.amount,
        "content": json.dumps(contents.content, ensure_ascii=False),
    }


def _actor(officer: Officer) -> dict[str, Any]:
    return {
        "officer_id": officer.id,
        "officer_name_th": officer.name_th,
        "is_acting": officer.is_acting,
    }


def _has_nul(value: object) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(_has_nul(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(_has_nul(part) for part in value)


_NUL = Refusal(
    code="control_character",
    message_th="มีอักขระควบคุม (NUL) ที่เก็บไม่ได้",
    message_en="has a control character (NUL) that cannot be kept",
)
