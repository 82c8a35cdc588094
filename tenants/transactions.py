"""The one door to a body's books: a transaction in its schema, as its role."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from django.db import connections, transaction

from tenants.backend.base import tenant_alias
from tenants.backend.prelude import STATEMENT_TIMEOUT_MS, Address, Manner
from tenants.routers import TENANT


class BodyClosed(Exception):
    """The body's state lets nobody in, or lets nobody write."""

    def __init__(self, state: str) -> None:
        self.state = state
        super().__init__(state)


class OpenableBody(Address, Protocol):
    """An address, and whether its books are open."""

    @property
    def state(self) -> str: ...  # noqa: D102


READABLE_STATES = frozenset({"open", "read_only", "import_only"})
WRITABLE_STATES = frozenset({"open"})


@contextmanager
def tenant_transaction(
    body: OpenableBody,
    *,
    read_only: bool = False,
    snapshot: bool = False,
    statement_timeout_ms: int = STATEMENT_TIMEOUT_MS,
) -> Iterator[None]:
    """Open one transaction in the body's schema; COMMIT at the end, ROLLBACK on an exception.

    A body that is only readable gets a read-only transaction, so that the database itself refuses
    whatever the caller forgot to refuse.

    Args:
        body: whose books.
        read_only: refuse to change anything, in the database too.
        snapshot: see one moment throughout, for what reads much.
        statement_timeout_ms: 0 for none.

    Raises:
        BodyClosed: the body's state forbids it.
        NestedTenantTransaction: this thread is inside a body already.
        PoolExhausted: no connection came free in time.
        ServerAway: the server with the body's books does not answer.
        WrongTenant: the schema found is another body's (raised at the first query).
    """
    if body.state not in READABLE_STATES or (not read_only and body.state not in WRITABLE_STATES):
        raise BodyClosed(body.state)
    manner = Manner(
        read_only=read_only or body.state not in WRITABLE_STATES,
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
    if body.state not in READABLE_STATES:
        raise BodyClosed(body.state)
    with _entered(body, Manner(read_only=True, one_question=True)):
        yield


@contextmanager
def _entered(body: OpenableBody, manner: Manner) -> Iterator[None]:
    with (
        tenant_alias().enter_tenant(body, manner),
        transaction.atomic(using=TENANT, durable=True),
    ):
        yield


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
