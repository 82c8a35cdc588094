"""Many documents of one kind taken one step on, in one statement."""

from collections.abc import Sequence
from uuid import UUID

from accounting import books
from accounting.errors import InvariantBroken
from accounting.officers import Officer

_MOVE = """
WITH moved AS (
    UPDATE document SET state = %(state)s, version = version + 1
     WHERE id IN (SELECT id FROM document
                   WHERE id = ANY(%(ids)s::uuid[]) AND kind = %(kind)s AND state = %(from)s
                   ORDER BY id FOR UPDATE)
    RETURNING id
), step AS (
    INSERT INTO document_step (document_id, step_no, action, state, officer_id, officer_name_th,
                               is_acting, note, acting_order, position_th)
    SELECT moved.id, (SELECT count(*) + 1 FROM document_step WHERE document_id = moved.id),
           %(action)s, %(state)s, %(officer_id)s, %(officer_name_th)s, %(is_acting)s, %(note)s,
           %(acting_order)s, %(position_th)s
      FROM moved
), told AS (
    INSERT INTO shared.notice (body_code, about)
    SELECT body_code, %(kind)s FROM body_identity
)
SELECT count(*) FROM moved
"""


def move_together(
    *,
    kind: str,
    ids: Sequence[UUID],
    comes_from: str,
    action: str,
    leads_to: str,
    officer: Officer,
    note: str | None = None,
) -> None:
    """Lead documents that the transaction holds from one state to another; all of them.

    Raises:
        InvariantBroken: one of them is not in that state, though its row is held.
    """
    found = books.row(
        _MOVE,
        {
            "kind": kind,
            "ids": list(ids),
            "from": comes_from,
            "action": action,
            "state": leads_to,
            "note": note,
            "officer_id": officer.id,
            "officer_name_th": officer.name_th,
            "is_acting": officer.is_acting,
            "acting_order": officer.acting_order or None,
            "position_th": officer.position_th or None,
        },
    )
    if found is None or found[0] != len(set(ids)):
        raise InvariantBroken("a held document was in another state")
