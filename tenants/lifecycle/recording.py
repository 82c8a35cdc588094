"""Locking a body of the register, and writing down what changed and why."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from django.db import Error, connections, transaction
from django.db.models import F

from accounting.errors import AccountingError, Refusal
from tenants.directory.models import Body
from tenants.lifecycle.models import BodyChange
from tenants.lifecycle.rules import StateChange, refusal

_LOCK = "SELECT pg_try_advisory_lock(hashtextextended('life of body ' || %s, 0))"
_UNLOCK = "SELECT pg_advisory_unlock(hashtextextended('life of body ' || %s, 0))"
_TRIES, _PAUSE_SECONDS = 20, 0.05
REASON_MAX = 300  # characters; the column's own limit


class UnableToChangeBody(AccountingError):
    """At least one rule refuses; ``refusals`` lists them all. Nothing was changed."""

    code = "unable_to_change_body"


@contextmanager
def alone_with(*codes: str) -> Iterator[None]:
    """Let no other command change these bodies meanwhile; killed, it lets go by itself.

    The lock belongs to this thread's connection to the control plane, on which the directory is
    changed too: whoever has lost the lock cannot change anything any more.

    Raises:
        UnableToChangeBody: another command is at work on one of them.
    """
    held: list[str] = []
    try:
        for code in sorted(set(codes)):
            if not _soon_had(code):
                raise UnableToChangeBody([_at_work(code)])
            held.append(code)
        yield
    finally:
        with suppress(Error):  # a connection that is gone holds no lock
            for code in held:
                _asked(_UNLOCK, code)


def _soon_had(code: str) -> bool:
    """Take the lock of a body; the server notices only in a moment that its holder was killed."""
    for _ in range(_TRIES):
        if _asked(_LOCK, code):
            return True
        time.sleep(_PAUSE_SECONDS)
    return False


def _asked(query: str, code: str) -> bool:
    with connections["default"].cursor() as cursor:
        cursor.execute(query, [code])
        (answer,) = cursor.fetchone()
    return bool(answer)


def _at_work(code: str) -> Refusal:
    return refusal(
        "another_command_at_work",
        f"มีคำสั่งอื่นกำลังทำงานกับหน่วยงาน {code}",
        f"another command is at work on body {code}",
    )


def locked_body(code: str) -> Body:
    """Return the body's row, locked to the end of the transaction.

    Raises:
        UnableToChangeBody: the register has no such body.
    """
    body: Body | None = Body.objects.select_for_update(of=("self",)).filter(code=code).first()
    if body is None:
        raise UnableToChangeBody([unknown(code)])
    return body


def unknown(code: str) -> Refusal:
    """Return the reason that the register has no such body."""
    return refusal("no_such_body", f"ไม่มีหน่วยงานรหัส {code}", f"there is no body {code}")


def reason_refusals(reason: str) -> Iterator[Refusal]:
    """Yield what is wrong with the reason that an operator gave."""
    if not reason.strip():
        yield refusal("reason_required", "ต้องระบุเหตุผล", "a reason is required")
    if len(reason) > REASON_MAX:
        yield refusal(
            "reason_too_long",
            f"เหตุผลยาวเกิน {REASON_MAX} ตัวอักษร",
            f"the reason has more than {REASON_MAX} characters",
        )


def forget(body: Body) -> None:
    """Let every cache forget the body."""
    Body.objects.filter(pk=body.pk).update(epoch=F("epoch") + 1)


def record(
    body: Body,
    *,
    what: str,
    before: object,
    after: object,
    reason: str,
    changed_by: str,
    now: datetime,
) -> None:
    """Write a change down, and let every cache forget the body; in the change's transaction.

    ``after`` is written as text; of a state its words and its end too.
    """
    state = after if isinstance(after, StateChange) else StateChange(state="")
    assert transaction.get_connection("default").in_atomic_block
    forget(body)
    BodyChange.objects.create(
        body=body,
        what=what,
        before=str(before),
        after=str(after),
        reason=reason[:REASON_MAX],
        changed_by=changed_by[:80],
        at=now,
        message_th=state.message_th,
        message_en=state.message_en,
        until=state.until,
    )
