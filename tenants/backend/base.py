"""Alias ``tenant``: django-tenants' backend, with the doors it leaves open closed.

django-tenants sets the search_path for the session and swallows a failure to do so. Here a
connection exists only inside a tenant transaction (see ``tenants.transactions``) or behind the
administrative door (see ``tenants.provisioning.door``); anything else raises.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import psycopg
from django.conf import settings
from django.db import connections
from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from django_tenants.postgresql_backend import base as django_tenants_backend

from accounting.scripts import Script
from tenants.backend.allowance import NO_LIMIT
from tenants.backend.breaker import knock
from tenants.backend.connection import Question, TenantConnection, TenantCursor
from tenants.backend.errors import (
    NestedTenantTransaction,
    NoTenantTransaction,
    TransactionLost,
)
from tenants.backend.pool import POOLS, CellPool
from tenants.backend.prelude import Address, Manner, opening
from tenants.usage import usage

IDLE_IN_TRANSACTION_TIMEOUT_MS = 15_000


class LeanSchemaEditor(DatabaseSchemaEditor):
    """Makes no index that nobody asked for: every relation is paid for by 22,000 bodies."""

    def _create_like_index_sql(self, model: Any, field: Any) -> None:
        """Make no second index for LIKE beside a unique one."""


class DatabaseWrapper(django_tenants_backend.DatabaseWrapper):  # type: ignore[misc]  # untyped
    """The connection of one thread to whichever body it is working for, or to none."""

    SchemaEditorClass = LeanSchemaEditor
    tenant_code: str | None = None
    connection: Any
    savepoint_ids: list[Any]
    atomic_blocks: list[Any]
    run_commit_hooks_on_set_autocommit_on: bool
    timezone_name: str
    autocommit: bool
    in_atomic_block: bool
    closed_in_transaction: bool
    wrap_database_errors: Any
    settings_dict: dict[str, Any]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._inside = False
        self._door: dict[str, str] | None = None
        self._last_words: list[tuple[str, str]] = []  # scripts' names, and what runs them
        super().__init__(*arguments, **options)

    # --- the two doors ---------------------------------------------------------------------------

    @contextmanager
    def enter_tenant(self, address: Address, manner: Manner) -> Iterator[None]:
        """Lease a connection of the body's cell; the caller opens and ends the transaction.

        Raises:
            NestedTenantTransaction: this thread is inside one already.
            PoolExhausted: no connection came free in time.
            ServerAway: the body's server does not answer.
        """
        if self._inside or self._door is not None:
            raise NestedTenantTransaction(f"{address.code} was asked for inside {self.tenant_code}")
        prelude = opening(address, manner)  # before the lease: a fault here must not keep a slot
        pool = POOLS.of(address.cell, lambda: self._make_pool(address))
        with self.wrap_database_errors, usage().waiting_for_pool():
            slot, connection = pool.lease(address.code)
        connection.prelude = prelude
        connection.messages = 0
        self._last_words.clear()
        self.connection, self._inside = connection, True
        self.tenant_code, self.schema_name = address.code, address.schema_name
        self.closed_in_transaction = False
        self.autocommit = True
        try:
            yield
        finally:
            self.connection, self._inside = None, False
            self.in_atomic_block, self.closed_in_transaction = False, False
            self.savepoint_ids, self.atomic_blocks = [], []
            self.run_on_commit: list[Any] = []  # a lost COMMIT leaves them behind
            self.needs_rollback = False
            self.tenant_code, self.schema_name = None, "public"
            pool.release(slot)

    @contextmanager
    def administrative_door(self, parameters: dict[str, str], *, schema: str) -> Iterator[None]:
        """Connect as the owner, in one schema, for migrations; never in a web process.

        Raises:
            NestedTenantTransaction: this thread is inside a body already.
        """
        if self._inside or self._door is not None:
            raise NestedTenantTransaction("the administrative door opens from outside only")
        self._door = parameters
        self.schema_name = schema
        try:
            yield
        finally:
            self.close()
            self._door = None
            self.schema_name = "public"

    @property
    def round_trips(self) -> int:
        """Messages sent to the database in this tenant transaction so far."""
        return int(self.connection.messages) if self.connection is not None else 0

    def with_next(
        self, script: Script, parameters: Any, check: Callable[..., None] | None = None
    ) -> None:
        """Run a script in front of the next question, in its message; see ``Question``."""
        text = self.text_of(script, parameters)
        self.connection.asking = ()
        question = Question(
            text=f"{text}; ", statements=script.count, check=check, name=script.name
        )
        self.connection.ahead = (*self.connection.ahead, question)

    def text_of(self, script: Script, parameters: Any) -> str:
        """Return what executes a script for this body, once what waits has prepared it."""
        if not self._inside:
            raise NoTenantTransaction("a script needs tenant_transaction(body)")
        connection, schema = self.connection, self.schema_name
        waiting = [one.preparation.script for one in connection.ahead if one.preparation]
        if not connection.prepared.knows(script, schema) and script not in waiting:
            preparation = connection.prepared.preparation(script, schema, make_room=not waiting)
            question = Question(
                text=preparation.text, statements=preparation.statements, preparation=preparation
            )
            connection.ahead = (*connection.ahead, question)
        connection.asking = (script.name,)
        return script.text_for(schema, connection.literals(parameters))

    def with_commit(self, script: Script, parameters: Any) -> None:
        """Keep a script for the message that carries COMMIT; it saves a round trip."""
        self._last_words.append((script.name, self.text_of(script, parameters)))
        self.connection.asking = ()

    # --- Django's hooks --------------------------------------------------------------------------

    def connect(self) -> None:
        """Connect behind the administrative door; refuse everywhere else."""
        if self._door is None:
            raise NoTenantTransaction("a query on alias 'tenant' needs tenant_transaction(body)")
        super().connect()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return the administrative connection, its session set to the door's schema."""
        connection = psycopg.connect(
            **{**conn_params, **(self._door or {})},
            options=f'-c search_path="{self.schema_name}",shared -c TimeZone={self.timezone_name}',
        )
        self.isolation_level = connection.isolation_level
        return connection

    def get_connection_params(self) -> dict[str, Any]:
        """Return Django's parameters; the door or the pool names the database."""
        self.settings_dict["NAME"] = self.settings_dict["NAME"] or "postgres"
        return dict(super().get_connection_params())

    def set_autocommit(
        self,
        autocommit: bool,  # noqa: FBT001 - Django's signature
        force_begin_transaction_with_broken_autocommit: bool = False,  # noqa: FBT001, FBT002
    ) -> None:
        """Note that a transaction begins or has ended; BEGIN itself rides with the first query."""
        if self._door is not None:
            super().set_autocommit(autocommit, force_begin_transaction_with_broken_autocommit)
            return
        self.validate_no_atomic_block()
        if not self._inside:
            self.connect()
        self.autocommit = autocommit
        if autocommit and self.run_commit_hooks_on_set_autocommit_on:
            self.run_and_clear_commit_hooks()
            self.run_commit_hooks_on_set_autocommit_on = False

    def _commit(self) -> None:
        if self._door is not None:
            super()._commit()
            return
        connection = self.connection
        if connection.is_over and not self._last_words:
            return
        if any(question.check for question in connection.ahead):
            with self.wrap_database_errors, connection.cursor() as cursor:
                cursor.execute("SELECT 1")  # a check may forbid the COMMIT: it is answered first
        if connection.prelude is not None and not connection.ahead and not self._last_words:
            connection.prelude = None  # nothing was asked of the database
            return
        with self.wrap_database_errors, connection.cursor() as cursor:
            self.connection.asking = (*(name for name, _ in self._last_words), "commit")
            cursor.execute("; ".join([*(text for _, text in self._last_words), "COMMIT"]))
            cursor.set_result(-1)
            if cursor.statusmessage != "COMMIT":
                raise TransactionLost(f"COMMIT was answered with {cursor.statusmessage}")

    def _rollback(self) -> None:
        if self._door is None:
            self.connection.ahead = ()
            if self.connection.prelude is not None:
                self.connection.prelude = None
                return
        super()._rollback()

    def _handle_search_path(self, cursor: Any = None) -> None:
        """Do nothing: the prelude, or the door's connection, has set it."""

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:  # noqa: FBT001, FBT002
        """Move the administrative session to another schema (django-tenants' own commands)."""
        self.tenant = tenant
        self.schema_name = tenant.schema_name
        door = getattr(self, "_door", None)
        if door is not None and self.connection is not None:
            with self.connection.cursor() as cursor:
                cursor.execute(f'SET search_path = "{tenant.schema_name}", shared')

    def _make_pool(self, address: Address) -> CellPool:
        parameters = self.get_connection_params()
        parameters |= {
            "dbname": address.cell,
            **address.server,
            "autocommit": True,
            "prepare_threshold": None,
            "cursor_factory": TenantCursor,
            "connect_timeout": 2,
            "application_name": "openlaas",
            "options": (
                "-c search_path= -c idle_in_transaction_session_timeout="
                f"{IDLE_IN_TRANSACTION_TIMEOUT_MS} -c TimeZone={self.timezone_name}"
                # See prepared.py, Note [A plan for every size].
                " -c plan_cache_mode=force_generic_plan -c enable_seqscan=off"
            ),
        }
        host, port = str(parameters.get("host", "")), str(parameters.get("port", ""))

        def connect() -> TenantConnection:
            knock(host, port)
            return TenantConnection.connect(**parameters)

        return CellPool(
            connect=connect,
            breaker=POOLS.breaker_of(host, port),
            slots=settings.TENANT_POOL_SLOTS,
            sticky=settings.TENANT_POOL_STICKY,
            max_age_seconds=settings.TENANT_CONNECTION_MAX_AGE_SECONDS,
            max_bodies=settings.TENANT_CONNECTION_MAX_BODIES or NO_LIMIT,
            allowance=POOLS.allowance(
                f"{parameters.get('host', '')}:{parameters.get('port', '')}",
                most=settings.TENANT_POOL_CONNECTIONS,
            ),
        )


def tenant_alias() -> DatabaseWrapper:
    """Return this thread's connection of alias ``tenant``."""
    return cast("DatabaseWrapper", connections["tenant"])
