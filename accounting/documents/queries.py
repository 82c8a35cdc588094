"""Reading documents: one statement, whose answer is its JSON."""

from collections.abc import Sequence
from uuid import UUID

from accounting import books
from accounting.documents.rows import Reference, by_reference
from accounting.scripts import script

# A general voucher's number is its entry's; every other kind has one of its own.
_NUMBER = """
    coalesce(d.number,
        (SELECT e.kind || '-' || lpad(e.no::text, greatest(5, length(e.no::text)), '0')
                || '/' || lpad((e.fiscal_year %% 100)::text, 2, '0')
           FROM journal_entry e WHERE e.event_no = d.event_no))
"""
_HEAD = f"""
    'id', d.id, 'state', d.state, 'document_date', d.document_date, 'fiscal_year', d.fiscal_year,
    'description', d.description, 'amount', d.amount::text, 'version', d.version,
    'number', {_NUMBER}, 'created_at', d.created_at
"""
HISTORY = """
    (SELECT json_agg(json_build_object(
                'action', s.action, 'state', s.state, 'officer_name_th', s.officer_name_th,
                'officer_id', s.officer_id, 'is_acting', s.is_acting, 'note', s.note, 'at', s.at,
                'position_th', s.position_th, 'acting_order', s.acting_order,
                'separation', s.separation) ORDER BY s.step_no)
       FROM document_step s WHERE s.document_id = {document})
"""
_ENTRIES = """
    (SELECT coalesce(json_agg(json_build_object(
                'number', e.kind || '-' || lpad(e.no::text, greatest(5, length(e.no::text)), '0')
                          || '/' || lpad((e.fiscal_year %% 100)::text, 2, '0'),
                'event_no', e.event_no, 'entry_date', e.entry_date, 'rule', e.rule,
                'amount', (SELECT sum(l.debit)::text FROM journal_line l
                            WHERE l.event_no = e.event_no)) ORDER BY e.event_no), '[]')
       FROM journal_entry e WHERE e.document_id = d.id OR e.event_no = d.event_no)
"""
_DOCUMENT = script(
    "document",
    f"""
SELECT json_build_object({_HEAD}, 'prepared_by', d.prepared_by, 'content', d.content,
           'journal_entries', {_ENTRIES}, 'history', {HISTORY.format(document="d.id")})::text
  FROM document d
 WHERE d.kind = %(kind)s
   AND d.id = coalesce(%(id)s::uuid, (SELECT named.id FROM document AS named
                                       WHERE named.kind = %(kind)s
                                         AND named.number = ANY (%(numbers)s::varchar[])))
""",
)
# uuidv7 keys are in order of creation.
_LIST = f"""
WITH page AS MATERIALIZED (
    SELECT * FROM document d
     WHERE d.kind = %(kind)s AND (%(state)s::text IS NULL OR d.state = %(state)s)
       AND (%(before)s::uuid IS NULL OR d.id < %(before)s)
     ORDER BY d.id DESC LIMIT %(limit)s + 1
), shown AS MATERIALIZED (
    SELECT * FROM page ORDER BY id DESC LIMIT %(limit)s
)
SELECT json_build_object(
         'items', coalesce(json_agg(json_build_object({_HEAD}) ORDER BY d.id DESC), '[]'),
         'next', CASE WHEN (SELECT count(*) FROM page) > %(limit)s THEN
                      (SELECT id FROM shown ORDER BY id LIMIT 1) END)::text
  FROM shown d
"""

_KIND_OF = """
SELECT id, kind FROM document
 WHERE kind = ANY(%(kinds)s::varchar[])
   AND (id = %(id)s::uuid OR (%(id)s::uuid IS NULL AND number = ANY(%(numbers)s::varchar[])))
 ORDER BY id LIMIT 1
"""


def document(*, kind: str, document_id: Reference) -> str | None:
    """Return a document with its entries and its history as JSON; None when there is none."""
    return books.answer(_DOCUMENT, {"kind": kind, **by_reference(document_id)})


def documents(
    *, kind: str, limit: int, state: str | None = None, before: UUID | None = None
) -> str:
    """Return documents of a kind, the latest first, as JSON ``{"items", "next"}``."""
    facts = {"kind": kind, "state": state, "before": before, "limit": limit}
    found = books.row(_LIST, facts)
    assert found is not None  # an aggregate without GROUP BY has one row
    return str(found[0])


def kind_of(*, reference: Reference, kinds: Sequence[str]) -> tuple[UUID, str] | None:
    """Return the id and the kind of a document of some kinds; None when there is none."""
    found = books.row(_KIND_OF, {"kinds": list(kinds), **by_reference(reference)})
    return (found[0], str(found[1])) if found else None


_WITH_NUMBER = """
SELECT id FROM document
 WHERE kind = ANY(%(kinds)s::varchar[]) AND number = ANY(%(numbers)s::varchar[])
"""


def with_number(*, number: str, kinds: Sequence[str]) -> list[UUID]:
    """Return the documents of some kinds that have a number, as paths write it."""
    facts = {"kinds": list(kinds), **by_reference(number)}
    return [row[0] for row in books.rows(_WITH_NUMBER, facts)]


_EXCEPTIONS = """
WITH page AS MATERIALIZED (
    SELECT s.* FROM document_step s
     WHERE s.separation IS NOT NULL
       AND (%(document_id)s::uuid IS NULL
            OR (s.document_id, s.step_no) < (%(document_id)s, %(step_no)s))
     ORDER BY s.document_id DESC, s.step_no DESC LIMIT %(limit)s + 1
), shown AS MATERIALIZED (
    SELECT * FROM page ORDER BY document_id DESC, step_no DESC LIMIT %(limit)s
)
SELECT json_build_object(
         'items', coalesce(json_agg(json_build_object(
             'document_id', d.id, 'kind', d.kind, 'number', d.number, 'description', d.description,
             'amount', d.amount::text, 'action', s.action, 'separation', s.separation, 'at', s.at,
             'officer_id', s.officer_id, 'officer_name_th', s.officer_name_th,
             'position_th', s.position_th, 'acting_order', coalesce(s.acting_order, (
                 SELECT earlier.acting_order FROM document_step earlier
                  WHERE earlier.document_id = s.document_id AND earlier.step_no < s.step_no
                    AND earlier.officer_id = s.officer_id AND earlier.acting_order IS NOT NULL
                  ORDER BY earlier.step_no DESC LIMIT 1)))
             ORDER BY s.document_id DESC, s.step_no DESC), '[]'),
         'next', CASE WHEN (SELECT count(*) FROM page) > %(limit)s THEN
                      (SELECT document_id || '/' || step_no FROM shown
                        ORDER BY document_id, step_no LIMIT 1) END)::text
  FROM shown s JOIN document d ON d.id = s.document_id
"""


def separation_exceptions(*, limit: int, before: tuple[UUID, int] | None = None) -> str:
    """Return steps whose separation of duties a formal acting order waived, the latest first.

    As JSON ``{"items", "next"}``; ``next`` is the last step's document and place, ``id/3``.
    """
    document_id, step_no = before or (None, None)
    facts = {"limit": limit, "document_id": document_id, "step_no": step_no}
    found = books.row(_EXCEPTIONS, facts)
    assert found is not None  # an aggregate without GROUP BY has one row
    return str(found[0])
