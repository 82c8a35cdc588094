"""Saying a release's step in schemas: several in a message, each in a transaction of its own.

Note [How long a step may hold its locks]
A request waits 3 s for a lock (``prelude.LOCK_TIMEOUT_MS``). So a step's transaction is ended after
2 s. It waits 0.25 s for a lock itself: whoever comes after it waits behind it; and when a request
holds what the step waits for, and waits for what the step holds, the step gives way long before
PostgreSQL (``deadlock_timeout``, 1 s) would choose one of them to fail. A request may become
slower; it does not fail.

Note [One flush for a message]
Each schema commits by itself, without waiting for the disk; the last one of the message waits, and
what it waits for holds those before it too. Nothing is written down as done before that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from tenants.releases import kept, schema_lock

LOCK_TIMEOUT_MS = 250
TRANSACTION_TIMEOUT_MS = 2_000
_OPENING = """BEGIN;
SELECT set_config('search_path', {path}, true), set_config('lock_timeout', {lock_ms}, true),
       set_config('statement_timeout', {statement_ms}, true),
       set_config('transaction_timeout', {longest_ms}, true),
       set_config('synchronous_commit', {flush}, true);
SELECT ({taken} || free)::int FROM (
    SELECT pg_try_advisory_xact_lock({key})::text) AS t (free) WHERE free = 'false';
SELECT ({mark} || said)::int FROM (
    SELECT coalesce(obj_description(to_regnamespace({schema}), 'pg_namespace'), '?')) AS t (said)
 WHERE said IS DISTINCT FROM {before};
"""
_RIGHTS = """
DO $rights$
DECLARE may_write constant boolean := has_table_privilege({role_name}, 'journal_head', 'UPDATE');
BEGIN
    {grants}
    IF NOT may_write THEN
        REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA {schema} FROM {role};
    END IF;
END $rights$;
"""
_TAKEN = "openlaas: another command holds the schema, free: "
_NOT_AT = "openlaas: the schema is not where it was, but at "


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A schema on its way to a release.

    Attributes:
        attempts: those that failed so far.
    """

    place_id: UUID
    cell: str
    schema: str
    role: str
    attempts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What leads from one release to another, perhaps over some between."""

    before: str
    after: str
    text: str
    grants_again: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a message.

    Attributes:
        done: schemas that are at the release now, whoever brought them there.
        failed: the one that stopped the message.
        error: why, in PostgreSQL's words.
        sqlstate: PostgreSQL's code for it; None when the connection was cut.
        untouched: those behind it in the message.
        is_taken: another command holds the one that stopped the message (``schema_lock``).
    """

    done: tuple[Target, ...]
    failed: Target | None = None
    error: str = ""
    sqlstate: str | None = None
    untouched: tuple[Target, ...] = ()
    is_taken: bool = False


def step_between(releases: Sequence[kept.Release], *, before: str, after: str) -> Step | None:
    """Return the step from one release to a later one; None when there is no way."""
    names = [release.name for release in releases]
    if before not in names or after not in names:
        return None
    way = releases[names.index(before) + 1 : names.index(after) + 1]
    return Step(
        before=before,
        after=after,
        text="".join(kept.as_text(release.body_statements) for release in way),
        grants_again=tuple(release.grants_again for release in way if release.grants_again),
    )


def message(targets: Sequence[Target], step: Step, *, longest_ms: int) -> str:
    """Return the message that brings these schemas, all at one release, to another."""
    return "".join(
        _transaction(target, step, is_last=target is targets[-1], longest_ms=longest_ms)
        for target in targets
    )


def replay(
    connection: psycopg.Connection[Any],
    targets: Sequence[Target],
    step: Step,
    *,
    longest_ms: int = TRANSACTION_TIMEOUT_MS,
) -> Outcome:
    """Send the message; tell what is so afterwards, whatever was answered.

    Args:
        connection: as the owner, in autocommit, to the targets' cell.
        targets: schemas at one release.
        step: from there.
        longest_ms: how long each schema's transaction may take.

    Raises:
        psycopg.OperationalError: the connection was cut; look again on another.
    """
    try:
        connection.execute(message(targets, step, longest_ms=longest_ms).encode())
    except psycopg.Error as error:
        if connection.closed:
            raise
        connection.execute("ROLLBACK")
        # Waits for the disk, and so for what committed in the message before it stopped.
        connection.execute("SELECT pg_logical_emit_message(true, 'openlaas', '')")
        return look(connection, targets, step, error)
    return Outcome(done=tuple(targets))


def look(
    connection: psycopg.Connection[Any],
    targets: Sequence[Target],
    step: Step,
    error: psycopg.Error | None,
) -> Outcome:
    """Tell which of the schemas are there by now; the first that is not is the one that failed."""
    truth = kept.truth(connection, [target.schema for target in targets])
    done = tuple(one for one in targets if truth.get(one.schema) == step.after)
    rest = [one for one in targets if one not in done]
    words = _words(error)
    return Outcome(
        done=done,
        failed=rest[0] if rest else None,
        error=words,
        is_taken=_TAKEN in words,
        sqlstate=error.sqlstate if error else None,
        untouched=tuple(rest[1:]),
    )


def _transaction(target: Target, step: Step, *, is_last: bool, longest_ms: int) -> str:
    opening = sql.SQL(_OPENING).format(
        path=sql.Literal(f'"{target.schema}", shared'),
        lock_ms=sql.Literal(str(LOCK_TIMEOUT_MS)),
        # A little less than the transaction's: that one would end the connection too.
        statement_ms=sql.Literal(str(longest_ms * 9 // 10)),
        longest_ms=sql.Literal(str(longest_ms)),
        flush=sql.Literal("on" if is_last else "off"),
        taken=sql.Literal(_TAKEN),
        key=sql.SQL(schema_lock.KEY).format(sql.Literal(target.schema)),
        schema=sql.Literal(target.schema),
        mark=sql.Literal(_NOT_AT),
        before=sql.Literal(step.before),
    )
    mark = kept.mark(step.after, schema=target.schema)
    return f"{opening.as_string()}{step.text}{_grants_again(target, step)}{mark}COMMIT;\n"


def _grants_again(target: Target, step: Step) -> str:
    """Return what gives the step's rights; who had lost the right to write does not get it back.

    Books that were moved, swapped or left behind are closed to writers in the cell (``fence``).
    """
    if not step.grants_again:
        return ""
    names = {"schema": target.schema, "role": target.role}
    grants = "".join(kept.grants_for(text, **names) for text in step.grants_again)
    rights = sql.SQL(_RIGHTS).format(
        grants=sql.SQL(grants),  # the release's own words
        role_name=sql.Literal(target.role),
        schema=sql.Identifier(target.schema),
        role=sql.Identifier(target.role),
    )
    return rights.as_string()


def _words(error: psycopg.Error | None) -> str:
    if error is None:
        return ""
    return " ".join((error.diag.message_primary or str(error)).split())[:500]
