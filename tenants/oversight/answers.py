"""Idempotency of the centre: the first answer beside its effect, in the control plane.

The scope of a key is the officer and the route. See accounting.answers, Note [Two at once]: the
lock is tried, not waited for, and the answer is looked for by a statement of its own.
"""

from datetime import datetime
from uuid import UUID

from accounting.answers import KEPT_FOR, Answer, KeyReused, Request, StillInProgress
from tenants.rollups.kept import rows, run

_LOCK = """
SELECT pg_try_advisory_xact_lock(hashtextextended(
         'central ' || %(officer)s::text || ' ' || %(route)s::text || ' ' || %(key)s::text, 0))
"""
_KEPT = """
SELECT request_sha256, status, answer FROM central_answer
 WHERE officer_id = %(officer)s AND route = %(route)s AND key = %(key)s
"""
_REMEMBER = """
INSERT INTO central_answer
       (officer_id, route, key, request_sha256, status, answer, answered_at)
VALUES (%(officer)s, %(route)s, %(key)s, %(sha256)s, %(status)s, %(answer)s, %(now)s)
"""


def claim(officer_id: UUID, request: Request) -> Answer | None:
    """Claim the key for this transaction; return the first answer when there was one.

    Raises:
        StillInProgress: another transaction holds the key.
        KeyReused: the key was answered for another body.
    """
    facts = {"officer": officer_id, "route": request.route, "key": request.key}
    if rows(_LOCK, facts) != [(True,)]:
        raise StillInProgress
    found = rows(_KEPT, facts)
    if not found:
        return None
    sha256, status, text = found[0]
    if sha256 != request.sha256:
        raise KeyReused
    return Answer(status=status, text=text)


def remember(officer_id: UUID, request: Request, answer: Answer, *, now: datetime) -> None:
    """Keep the answer, in the transaction that claimed its key."""
    run(
        _REMEMBER,
        {
            "officer": officer_id,
            "route": request.route,
            "key": request.key,
            "sha256": request.sha256,
            "status": answer.status,
            "answer": answer.text,
            "now": now,
        },
    )


def forget_old(*, now: datetime) -> int:
    """Delete answers that need not be remembered any longer; return how many."""
    return run("DELETE FROM central_answer WHERE answered_at < %s", [now - KEPT_FOR])
