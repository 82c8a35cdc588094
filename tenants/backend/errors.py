"""What goes wrong on the way into a body's schema."""

import psycopg


class TenantError(Exception):
    """Base of everything the tenant backend raises itself."""


class NoTenantTransaction(TenantError):
    """A query on alias ``tenant`` outside ``tenant_transaction``: a bug in the caller."""


class NestedTenantTransaction(TenantError):
    """One thread asked for a second tenant transaction inside the first: a bug in the caller."""


class WrongTenant(TenantError):
    """The schema reached is not the body asked for. Nothing was read or written: an alarm."""


class TransactionLost(TenantError):
    """COMMIT was answered with ROLLBACK: an earlier error was swallowed, nothing was stored."""


class PoolExhausted(TenantError):
    """No connection of the cell came free in time; try again later."""


class ServerAway(TenantError):
    """The server that has the body's books does not answer; other servers' bodies are served."""


class PlanOutdated(psycopg.OperationalError):
    """A prepared statement's columns changed their types; on another connection it works."""
