"""Finding a document by any of its names. One statement each."""

from dataclasses import dataclass
from uuid import UUID

from accounting import books
from accounting.documents.queries import HISTORY
from accounting.journal.entry_number import EntryNumber
from accounting.journal.queries import NUMBER_OF

Reference = UUID | EntryNumber

# A posted voucher has an id and a number, which mean the same document; an entry posted at once has
# a number only.
_FOUND = """
    SELECT d.id, e.event_no
      FROM document d LEFT JOIN journal_entry e ON e.event_no = d.event_no
     WHERE d.id = %(id)s::uuid
     UNION ALL
    SELECT (SELECT d.id FROM document d
             WHERE d.kind = e.kind AND d.state = 'posted' AND d.event_no = e.event_no), e.event_no
      FROM journal_entry e
     WHERE %(id)s::uuid IS NULL
       AND e.fiscal_year = %(fiscal_year)s AND e.kind = %(kind)s AND e.no = %(no)s
"""
_SUBJECT = f"""
WITH found (id, event_no) AS ({_FOUND})
SELECT coalesce(found.id::text, (SELECT {NUMBER_OF} FROM journal_entry e
                                  WHERE e.event_no = found.event_no)),
       (SELECT body_id FROM body_identity)
  FROM found
"""
_STEPS = f"""
    SELECT coalesce(
        {HISTORY.format(document="found.id")},
        json_build_array(json_build_object(
                    'action', 'post', 'state', 'posted', 'officer_name_th', e.officer_name_th,
                    'is_acting', NULL, 'note', NULL, 'at', e.recorded_at,
                    'officer_id', e.officer_id, 'position_th', NULL, 'acting_order', NULL,
                    'separation', NULL)))
"""
_HISTORY = f"""
WITH found (id, event_no) AS ({_FOUND})
SELECT json_build_object(
         'id', found.id, 'number', coalesce(d.number, {NUMBER_OF}),
         'state', coalesce(d.state, 'posted'),
         'steps', ({_STEPS}),
         'reverses', (SELECT {NUMBER_OF.replace("e.", "r.")} FROM journal_entry r
                       WHERE r.event_no = e.reverses),
         'reversed_by', (SELECT {NUMBER_OF.replace("e.", "r.")} FROM journal_entry r
                          WHERE r.reverses = e.event_no),
         'attachments', (SELECT count(*) FROM attachment a
                          WHERE a.subject = coalesce(found.id::text, {NUMBER_OF})))::text
  FROM found
  LEFT JOIN document d ON d.id = found.id
  LEFT JOIN journal_entry e ON e.event_no = found.event_no
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A document of a body, by the one name under which things hang on it."""

    name: str
    body_id: UUID


def subject(*, reference: Reference) -> Subject | None:
    """Return the document that an id or a number means; None when there is none."""
    found = books.row(_SUBJECT, _facts(reference))
    return Subject(name=found[0], body_id=found[1]) if found else None


def history(*, reference: Reference) -> str | None:
    """Return a document's steps and the entries it reverses or is reversed by, as JSON."""
    found = books.row(_HISTORY, _facts(reference))
    return str(found[0]) if found else None


def _facts(reference: Reference) -> dict[str, object]:
    if isinstance(reference, UUID):
        return {"id": reference, "kind": None, "fiscal_year": None, "no": None}
    return {
        "id": None,
        "kind": reference.kind,
        "fiscal_year": reference.fiscal_year,
        "no": reference.no,
    }
