"""Idempotency: the first answer to a request is kept beside its effect, in one transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounting import books
from accounting.scripts import script

KEPT_FOR = timedelta(days=120)  # the contract promises 90 days at the least

# Note [Two at once]
# The advisory lock is tried, not waited for: a second request with the key answers "in progress"
# at once instead of holding a connection. It is released by COMMIT or ROLLBACK, after which the
# stored answer is there for everybody, or nothing happened at all. The answer is looked for by a
# second statement of the same message, because its snapshot must be taken after the lock: one that
# did both could get the lock just released and not see the answer just stored.
_CLAIM = script(
    "claim",
    """
SELECT set_config('openlaas.claimed', pg_try_advisory_xact_lock(hashtextextended(
         current_schema() || %(route)s::text || ' ' || %(key)s::text, 0))::text, true);
SELECT current_setting('openlaas.claimed')::boolean,
       kept.request_sha256, kept.status, kept.answer
  FROM (SELECT 1) AS one
  LEFT JOIN answered_request kept ON kept.route = %(route)s AND kept.key = %(key)s
""",
)
_REMEMBER = script(
    "remember",
    """
INSERT INTO answered_request (route, key, request_sha256, status, answer)
VALUES (%(route)s, %(key)s, %(sha256)s, %(status)s, %(answer)s)
""",
)
_FORGET = "DELETE FROM answered_request WHERE answered_at < %(before)s RETURNING 1"


class StillInProgress(Exception):
    """The first request with this key has not been answered yet."""


class KeyReused(Exception):
    """The key was sent before, with another body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A status and the bytes that went with it, as text."""

    status: int
    text: str


class AnsweredBefore(Exception):
    """The request was answered before; ``answer`` is the first answer."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        super().__init__(str(answer.status))


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What an answer is remembered by: the route in this body, the key, the body's SHA-256."""

    route: str
    key: str
    sha256: str


def claim(request: Request) -> Answer | None:
    """Claim the key for this transaction; return the first answer when there was one.

    Raises:
        StillInProgress: another transaction holds the key.
        KeyReused: the key was answered for another body.
    """
    *_, ((row,)) = books.rows_of_each(_CLAIM, {"route": request.route, "key": request.key})
    return _kept(request, row)


def claim_with_next(request: Request) -> None:
    """Claim the key in the message of the next question; that question raises what this finds.

    Raises:
        AnsweredBefore: there was an answer; so raises the next question, as do the others.
        StillInProgress: another transaction holds the key.
        KeyReused: the key was answered for another body.
    """

    def check(row: tuple[Any, ...]) -> None:
        if kept := _kept(request, row):
            raise AnsweredBefore(kept)

    books.ask_with_next(_CLAIM, {"route": request.route, "key": request.key}, check)


def _kept(request: Request, row: tuple[Any, ...]) -> Answer | None:
    locked, sha256, status, text = row
    if not locked:
        raise StillInProgress
    if sha256 is None:
        return None
    if sha256 != request.sha256:
        raise KeyReused
    return Answer(status=status, text=text)


def remember(request: Request, answer: Answer) -> None:
    """Keep the answer; it is stored in the message that carries COMMIT."""
    books.at_commit(
        _REMEMBER,
        {
            "route": request.route,
            "key": request.key,
            "sha256": request.sha256,
            "status": answer.status,
            "answer": answer.text,
        },
    )


def forget_old(*, now: datetime) -> int:
    """Delete answers older than KEPT_FOR; return how many."""
    return len(books.rows(_FORGET, {"before": now - KEPT_FOR}))
