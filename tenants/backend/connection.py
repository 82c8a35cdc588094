"""A connection to a cell that opens its transaction together with the first query."""

import select
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import psycopg
from psycopg import abc, adapt, errors

from tenants.backend.errors import NoTenantTransaction, PlanOutdated, WrongTenant
from tenants.backend.prelude import IDENTITY_MARK, Prelude
from tenants.backend.prepared import Preparation, Prepared
from tenants.usage import fingerprint_of, usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Statements that ride in front of the next question.

    Attributes:
        text: one or more statements, parameters merged in, each ended by a semicolon.
        statements: how many.
        check: gets the row of the last one before the next question is answered; raises when the
            transaction must not go on. None for statements that only write.
        preparation: what the connection knows once they have succeeded.
        name: the script's; none for what only prepares.
    """

    text: str
    statements: int
    check: Callable[[tuple[Any, ...]], None] | None = None
    preparation: Preparation | None = None
    name: str = ""


class TenantConnection(psycopg.Connection[Any]):
    """A psycopg connection in autocommit; BEGIN, COMMIT and ROLLBACK are ours to send.

    Attributes:
        prelude: what the next message must begin with; None once it was sent.
        ahead: questions that the next message begins with, after the prelude.
        messages: round trips made since the transaction was asked for.
        leases: how often it was given back; a cursor is good for the lease it was made in.
        prepared: which statements it knows for which bodies.
        is_spoiled: nobody can tell what it knows; it is not used again.
        is_over: the transaction's only message was sent, with COMMIT in it.
        asking: the names of the scripts that the next question is made of, when it is.
    """

    prelude: Prelude | None = None
    ahead: tuple[Question, ...] = ()
    messages: int = 0
    leases: int = 0
    is_spoiled: bool = False
    is_over: bool = False
    asking: tuple[str, ...] = ()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.prepared = Prepared()

    def literals(self, parameters: Mapping[str, Any]) -> dict[str, str]:
        """Return parameters as PostgreSQL writes them, escaped as psycopg does in every query."""
        as_literal, encoding = self._transformer.as_literal, self._transformer.encoding
        return {name: as_literal(value).decode(encoding) for name, value in parameters.items()}

    @cached_property
    def _transformer(self) -> abc.Transformer:
        return adapt.Transformer(self)  # not in __init__: the adapters are told after it

    def is_dead(self) -> bool:
        """Tell whether the server has hung up, without a round trip.

        An idle connection has nothing to be read. When it has, the server has said farewell (or
        that its settings were changed: as good a reason to begin anew).
        """
        if self.closed:
            return True
        farewell = select.poll()
        farewell.register(self.pgconn.socket, select.POLLIN)
        return bool(farewell.poll(0))


_NO_IDENTITY = (errors.InvalidTextRepresentation, errors.UndefinedTable)


class TenantCursor(psycopg.ClientCursor[Any]):
    """The client-binding cursor that Django uses; its first message carries the prelude."""

    def __init__(self, connection: TenantConnection, **options: Any) -> None:
        super().__init__(connection, **options)
        self._lease = connection.leases

    def execute(self, query: Any, params: Any = None, **options: Any) -> "TenantCursor":
        """Execute the query, preceded by the prelude when it was not sent yet.

        Raises:
            NoTenantTransaction: the cursor was kept from a transaction that has ended.
            WrongTenant: the schema reached is not the one asked for; the query did not run.
        """
        connection = self._tenant_connection()
        connection.messages += 1
        prelude, ahead = connection.prelude, connection.ahead
        connection.prelude, connection.ahead = None, ()
        own = connection.asking or (fingerprint_of(query),)
        name = "+".join([*(question.name for question in ahead if question.name), *own])
        connection.asking = ()
        if prelude or ahead:
            asked = query if params is None else self.mogrify(query, params)
            words = [*(question.text for question in ahead), asked]
            words = [prelude.text, *words, prelude.ending] if prelude else words
            query, params = "".join(words), None
            connection.is_over = bool(prelude and prelude.ending)
        started = time.perf_counter()
        try:
            super().execute(query, params, **options)
        except psycopg.Error as error:
            connection.is_spoiled |= any(question.preparation for question in ahead)
            self._raise_named(error, prelude)
            raise
        finally:
            usage().note_message(name, time.perf_counter() - started)
        connection.prepared.learn(question.preparation for question in ahead)
        self._hear(prelude, ahead)
        return self

    def executemany(self, query: Any, params_seq: Any, **options: Any) -> None:
        """Execute for each row; what waits goes first, in a message of its own."""
        self._send_what_waits()
        self._tenant_connection().messages += 1
        super().executemany(query, params_seq, **options)

    def copy(self, *arguments: Any, **options: Any) -> Any:
        """Start a COPY; what waits goes first, in a message of its own."""
        self._send_what_waits()
        self._tenant_connection().messages += 1
        return super().copy(*arguments, **options)

    def _send_what_waits(self) -> None:
        connection = self._tenant_connection()
        if connection.prelude is not None or connection.ahead:
            self.execute("SELECT 1")

    def _tenant_connection(self) -> TenantConnection:
        """Return the connection, unless it may be another body's by now."""
        connection = self.connection
        assert isinstance(connection, TenantConnection)
        if self._lease != connection.leases:
            raise NoTenantTransaction("the cursor belongs to a transaction that has ended")
        if connection.is_over:
            raise NoTenantTransaction("the transaction was opened for one question")
        return connection

    def _raise_named(self, error: psycopg.Error, prelude: Prelude | None) -> None:
        """Raise what the error means here, when it means something of its own."""
        text = str(error)
        about_identity = IDENTITY_MARK in text or "body_identity" in text
        if prelude and about_identity and isinstance(error, _NO_IDENTITY):
            raise WrongTenant(f"{prelude.body_code} was asked for: {error}") from error
        if isinstance(error, errors.FeatureNotSupported) and "cached plan" in text:
            self._tenant_connection().is_spoiled = True
            raise PlanOutdated(text) from error

    def _hear(self, prelude: Prelude | None, ahead: tuple[Question, ...]) -> None:
        """Check what was answered before the question itself, and step over it."""
        answered = 0
        if prelude:
            answered = prelude.results
            (found,) = self.set_result(answered - 1).fetchone() or (None,)
            if found != prelude.body_code:
                raise WrongTenant(f"{prelude.body_code} was asked for, {found} answered")
        for question in ahead:
            answered += question.statements
            if question.check is not None:
                question.check(self.set_result(answered - 1).fetchone() or ())
        if answered:
            self.set_result(answered)
