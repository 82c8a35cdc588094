"""The one door to a body's books: a transaction in its schema, as its role."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

from django.db import ProgrammingError, connections, transaction
from psycopg.errors import InsufficientPrivilege

from tenants.backend.base import tenant_alias
from tenants.backend.prelude import STATEMENT_TIMEOUT_MS, Address, Manner
from tenants.directory.queries import body_with_books
from tenants.lifecycle.rules import lets
from tenants.routers import TENANT


class BodyClosed(Exception):
    """The body's state lets nobody in, or lets nobody write.

    Attributes:
        state: which one.
        message_th: what officers are to read; ``message_en`` the same in English.
        until: when the body is open again by itself, where that is known.
    """

    def __init__(
        self,
        state: str,
        *,
        message_th: str = "",
        message_en: str = "",
        until: datetime | None = None,
    ) -> None:
        self.state = state
        self.message_th = message_th or lets(state).message_th
        self.message_en = message_en or lets(state).message_en
        self.until = until
        super().__init__(state)


class OpenableBody(Address, Protocol):
    """An address, and whether its books are open."""

    @property
    def state(self) -> str: ...  # noqa: D102
    @property
    def state_message_th(self) -> str: ...  # noqa: D102
    @property
    def state_message_en(self) -> str: ...  # noqa: D102
    @property
    def state_until(self) -> datetime | None: ...  # noqa: D102
    @property
    def epoch(self) -> int: ...  # noqa: D102


def is_writable(body: OpenableBody) -> bool:
    """Tell whether the body's state lets its books be changed."""
    return lets(body.state).write


def closed(body: OpenableBody) -> BodyClosed:
    """Return what tells that the body's state keeps somebody out."""
    return BodyClosed(
        body.state,
        message_th=body.state_message_th,
        message_en=body.state_message_en,
        until=body.state_until,
    )


@contextmanager
def tenant_transaction(
    body: OpenableBody,
    *,
    read_only: bool = False,
    snapshot: bool = False,
    statement_timeout_ms: int = STATEMENT_TIMEOUT_MS,
    for_import: bool = False,
) -> Iterator[None]:
    """Open one transaction in the body's schema; COMMIT at the end, ROLLBACK on an exception.

    A body that is only readable gets a read-only transaction, so that the database itself refuses
    whatever the caller forgot to refuse.

    Args:
        body: whose books.
        read_only: refuse to change anything, in the database too.
        snapshot: see one moment throughout, for what reads much.
        statement_timeout_ms: 0 for none.
        for_import: it brings data in from elsewhere: the state ``import_only`` lets it write.

    Raises:
        BodyClosed: the body's state forbids it.
        NestedTenantTransaction: this thread is inside a body already.
        PoolExhausted: no connection came free in time.
        ServerAway: the server with the body's books does not answer.
        WrongTenant: the schema found is another body's (raised at the first query).
    """
    state = lets(body.state)
    may_write = state.imports if for_import else state.write
    if not state.read or not (read_only or may_write):
        raise closed(body)
    manner = Manner(
        read_only=read_only or not may_write,
        snapshot=snapshot,
        statement_timeout_ms=statement_timeout_ms,
    )
    with _entered(body, manner):
        yield


@contextmanager
def one_question(body: OpenableBody) -> Iterator[None]:
    """Open a read-only transaction for one question: it goes, with COMMIT, in one message.

    Raises:
        NoTenantTransaction: a second question was asked.
        BodyClosed, NestedTenantTransaction, PoolExhausted, ServerAway, WrongTenant: as above.
    """
    if not lets(body.state).read:
        raise closed(body)
    with _entered(body, Manner(read_only=True, one_question=True)):
        yield


@contextmanager
def _entered(body: OpenableBody, manner: Manner) -> Iterator[None]:
    try:
        with (
            tenant_alias().enter_tenant(body, manner),
            transaction.atomic(using=TENANT, durable=True),
        ):
            yield
    except ProgrammingError as error:
        if isinstance(error.__cause__, InsufficientPrivilege) and _has_changed(body):
            raise BodyClosed("moving") from error
        raise


def _has_changed(body: OpenableBody) -> bool:
    """Tell whether the directory has changed the body since this record of it was read.

    Note [The last word is the cell's]
    A move takes the right to write away from the old place's role before it switches. Whoever was
    let in just before is refused by the cell itself; asked after a refusal only, this tells that
    refusal from a bug of ours. Nothing was written: sent again, the request finds the new place.
    """
    now = body_with_books(body.code)
    return now is None or now.epoch != body.epoch


def round_trips() -> int:
    """Return the messages sent so far in this thread's tenant transaction."""
    return tenant_alias().round_trips


def prove_and_undo() -> None:
    """End this thread's tenant transaction with ROLLBACK, once it has proved that it could commit.

    What waits for the next message is written, and the checks that wait for COMMIT are made now.
    """
    with connections[TENANT].cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    transaction.set_rollback(True, using=TENANT)
