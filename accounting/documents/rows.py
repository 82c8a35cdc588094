"""The rows of a document: made, held, replaced, moved."""

import json
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

from accounting import books
from accounting.documents.workflow import CHANGE, MAKING, Taken
from accounting.errors import AccountingError, InvariantBroken, Refusal, Stale
from accounting.officers import Officer
from accounting.scripts import script

Reference = UUID | str  # a document's id, or its number as paths write it: a hyphen for the slash
# Each draws its signature from the same facts: ``_actor``.
_SIGNATURE = "action, state, officer_id, officer_name_th, is_acting, acting_order, position_th"
_SIGNED = """%(action)s, %(state)s, %(officer_id)s, %(officer_name_th)s, %(is_acting)s,
           %(acting_order)s, %(position_th)s"""
_CREATE = f"""
WITH made AS (
    INSERT INTO document (id, kind, fiscal_year, state, document_date, description, amount,
                          version, prepared_by, content)
    VALUES (uuidv7(), %(kind)s, %(fiscal_year)s, %(state)s, %(document_date)s, %(description)s,
            %(amount)s, 1, %(officer_id)s, %(content)s::jsonb)
    RETURNING id
), step AS (
    INSERT INTO document_step (document_id, step_no, {_SIGNATURE})
    SELECT id, 1, {_SIGNED} FROM made
), told AS (
    INSERT INTO shared.notice (body_code, about) SELECT body_code, %(kind)s FROM body_identity
)
SELECT id FROM made
"""  # noqa: S608 - filled with names of columns that are ours; values are parameters
# Each change leaves a notice for the centre: infra/decisions/rollups.md.
# The history is asked by a second statement, whose snapshot is taken when the row is held.
_LOCK = script(
    "lock_document",
    """
SELECT id, kind, fiscal_year, state, document_date, description, amount, version, prepared_by,
       event_no, content::text, number
  FROM document
 WHERE kind = %(kind)s
   AND id = coalesce(%(id)s::uuid, (SELECT named.id FROM document AS named
                                     WHERE named.kind = %(kind)s
                                       AND named.number = ANY (%(numbers)s::varchar[])))
   FOR UPDATE;
SELECT s.action, s.officer_id, coalesce(s.acting_order, '')
  FROM document_step s
 WHERE s.document_id = coalesce(%(id)s::uuid, (SELECT named.id FROM document AS named
                                                WHERE named.kind = %(kind)s
                                                  AND named.number = ANY (%(numbers)s::varchar[])))
 ORDER BY s.step_no
""",
)
# Another hand in a draft is a step of its own: whoever changed it may not check it either.
_CHANGE = f"""
WITH changed AS (
    UPDATE document
       SET fiscal_year = %(fiscal_year)s, document_date = %(document_date)s,
           description = %(description)s, amount = %(amount)s, content = %(content)s::jsonb,
           version = version + 1
     WHERE id = %(id)s AND version = %(version)s
    RETURNING id, version, kind
), step AS (
    INSERT INTO document_step (document_id, step_no, {_SIGNATURE})
    SELECT changed.id, (SELECT count(*) + 1 FROM document_step WHERE document_id = changed.id),
           {_SIGNED}
      FROM changed WHERE %(is_another_hand)s
), told AS (
    INSERT INTO shared.notice (body_code, about)
    SELECT body_code, changed.kind FROM changed, body_identity
)
SELECT version FROM changed
"""  # noqa: S608 - filled with names of columns that are ours; values are parameters
_NUMBER = script(
    "number_document",
    """
WITH numbered AS (
    UPDATE document SET number = %(number)s::varchar
     WHERE id = %(id)s::uuid AND version = %(version)s::int RETURNING id
)
SELECT count(*) FROM numbered
""",
)
_MOVE = script(
    "move_document",
    """
WITH moved AS (
    UPDATE document
       SET state = %(state)s, version = version + 1,
           event_no = coalesce(%(event_no)s::bigint, event_no),
           number = coalesce(%(number)s::varchar, number),
           fiscal_year = coalesce(%(fiscal_year)s::smallint, fiscal_year),
           document_date = coalesce(%(document_date)s::date, document_date),
           description = coalesce(%(description)s::varchar, description),
           amount = coalesce(%(amount)s::numeric, amount),
           content = coalesce(%(content)s::jsonb, content)
     WHERE id = %(id)s::uuid AND version = %(version)s::int
    RETURNING id, version, kind
), step AS (
    INSERT INTO document_step (document_id, step_no, action, state, officer_id, officer_name_th,
                               is_acting, acting_order, position_th, note, separation)
    SELECT moved.id, (SELECT count(*) + 1 FROM document_step WHERE document_id = moved.id),
           %(action)s::varchar, %(state)s::varchar, %(officer_id)s::uuid,
           %(officer_name_th)s::varchar, %(is_acting)s::boolean, %(acting_order)s::varchar,
           %(position_th)s::varchar, %(note)s::varchar, %(separation)s::varchar
      FROM moved
), told AS (
    INSERT INTO shared.notice (body_code, about)
    SELECT body_code, moved.kind FROM moved, body_identity
)
SELECT count(*) FROM moved
""",
)


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
    number: str | None = None
    history: tuple[Taken, ...] = ()


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


def lock(*, kind: str, document: Reference, version: int | None = None) -> LockedDocument | None:
    """Hold a document's row to the end of the transaction; None when there is none of the kind.

    Raises:
        StaleDocument: its version is another than the one expected.
    """
    found, steps = books.rows_of_each(_LOCK, {"kind": kind, **by_reference(document)})
    if not found:
        return None
    id_, kind, year, state, day, description, amount, current, *others = found[0]
    prepared_by, event_no, text, number = others
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
            content=orjson.loads(text),
        ),
        number=number,
        history=tuple(Taken(*step) for step in steps),
    )


def give_number(*, document: LockedDocument, number: str) -> LockedDocument:
    """Give a document that this transaction made its number for ever, with the next question."""
    facts = {"id": document.id, "version": document.version, "number": number}
    books.ask_with_next(_NUMBER, facts, _assert_there)
    return replace(document, number=number)


def by_reference(document: Reference) -> dict[str, Any]:
    """Return the parameters ``id`` and ``numbers`` by which a statement finds a document."""
    if isinstance(document, UUID):
        return {"id": document, "numbers": []}
    before, hyphen, year = document.rpartition("-")
    return {"id": None, "numbers": [document, f"{before}/{year}" if hyphen else document]}


def change(*, document: LockedDocument, contents: Contents, officer: Officer) -> LockedDocument:
    """Replace what a locked document says; return it with its new version.

    Raises:
        UnableToKeepDocument: PostgreSQL cannot keep what it says.
    """
    hands = [taken.officer_id for taken in document.history if taken.action in MAKING]
    facts = {
        **_contents(contents),
        **_actor(officer),
        "id": document.id,
        "version": document.version,
        "action": CHANGE,
        "state": document.state,
        "is_another_hand": hands[-1:] != [officer.id],
    }
    found = books.row(_CHANGE, facts)
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
    contents: Contents | None = None,
    number: str | None = None,
    separation: str | None = None,
) -> None:
    """Lead a locked document to another state and record who did it, with the next question.

    Raises:
        UnableToKeepDocument: PostgreSQL cannot keep what it says.
    """
    facts = {
        **(_contents(contents) if contents else dict.fromkeys(Contents.__slots__)),
        **_actor(officer),
        "id": document.id,
        "version": document.version,
        "action": action,
        "state": state,
        "note": note,
        "event_no": event_no,
        "number": number,
        "separation": separation,
    }
    books.ask_with_next(_MOVE, facts, _assert_moved)


def _assert_there(row: tuple[Any, ...]) -> None:
    if row[0] != 1:
        raise InvariantBroken("a document that was just made is not there")


def _assert_moved(row: tuple[Any, ...]) -> None:
    if row[0] != 1:
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
        "acting_order": officer.acting_order or None,
        "position_th": officer.position_th or None,
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
