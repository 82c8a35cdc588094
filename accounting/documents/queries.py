"""Reading documents: one statement, whose answer is its JSON."""

from uuid import UUID

from accounting import books

_NUMBER = """
    (SELECT e.kind || '-' || lpad(e.no::text, greatest(5, length(e.no::text)), '0')
            || '/' || lpad((e.fiscal_year %% 100)::text, 2, '0')
       FROM journal_entry e WHERE e.event_no = d.event_no)
"""
_HEAD = f"""
    'id', d.id, 'state', d.state, 'document_date', d.document_date, 'fiscal_year', d.fiscal_year,
    'description', d.description, 'amount', d.amount::text, 'version', d.version,
    'number', {_NUMBER}, 'created_at', d.created_at
"""
_ONE = f"""
SELECT json_build_object({_HEAD}, 'prepared_by', d.prepared_by, 'content', d.content, 'history',
           (SELECT json_agg(json_build_object(
                       'action', s.action, 'state', s.state, 'officer_name_th', s.officer_name_th,
                       'is_acting', s.is_acting, 'note', s.note, 'at', s.at) ORDER BY s.step_no)
              FROM document_step s WHERE s.document_id = d.id))::text
  FROM document d WHERE d.id = %(id)s AND d.kind = %(kind)s
"""
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


def document(*, kind: str, document_id: UUID) -> str | None:
    """Return a document with its history as JSON; None when there is none of the kind."""
    found = books.row(_ONE, {"id": document_id, "kind": kind})
    return str(found[0]) if found else None


def documents(
    *, kind: str, limit: int, state: str | None = None, before: UUID | None = None
) -> str:
    """Return documents of a kind, the latest first, as JSON ``{"items", "next"}``."""
    found = books.row(_LIST, {"kind": kind, "state": state, "before": before, "limit": limit})
    assert found is not None  # an aggregate without GROUP BY has one row
    return str(found[0])
