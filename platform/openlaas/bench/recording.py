"""What one request says to PostgreSQL: every message, with its text, as it was sent."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import psycopg

from openlaas.bench.offices import Office
from tenants.backend.connection import TenantConnection


@dataclass(slots=True)
class Messages:
    """Messages of one request, in order; each is one round trip."""

    to_books: list[str] = field(default_factory=list)
    to_control_plane: list[str] = field(default_factory=list)


def recorded_posting(office: Office, entry: dict[str, Any], *, key: str) -> Messages:
    """Post the entry through the API within this process; return what the database was told."""
    with _recording() as messages:
        _request(office, "post", "journal-entries", data=json.dumps(entry), key=key)
    return messages


def recorded_read(office: Office, path: str) -> Messages:
    """Read a path of the body through the API within this process."""
    with _recording() as messages:
        _request(office, "get", path, data=None, key="")
    return messages


def recorded_new_read(office: Office, path: str) -> Messages:
    """Read a path of the body on a connection that has not served it: statements are prepared."""
    forget_connections()
    return recorded_read(office, path)


def forget_connections() -> None:
    """Close this process's connections to the cells."""
    from tenants.backend.pool import POOLS  # noqa: PLC0415 - Django was not set up at import

    POOLS.close()


def _request(office: Office, method: str, path: str, *, data: str | None, key: str) -> None:
    from django.test import Client  # noqa: PLC0415 - Django was not set up at import

    headers = {"Authorization": f"Bearer {office.token}", "Idempotency-Key": key}
    response = getattr(Client(SERVER_NAME="localhost"), method)(
        f"/api/v1/bodies/{office.code}/{path}",
        data=data,
        content_type="application/json",
        headers=headers,
    )
    if response.status_code >= 300:  # noqa: PLR2004 - the first that is no success
        raise RuntimeError(f"{path} answered {response.status_code}: {response.content[:1000]!r}")


@contextlib.contextmanager
def _recording() -> Iterator[Messages]:
    """Record below Django and below the tenants' backend, where a message is a round trip."""
    messages = Messages()
    execute = psycopg.Cursor.execute

    def record(cursor: Any, query: Any, params: Any = None, **options: Any) -> Any:
        is_bound_here = params is not None and isinstance(cursor, psycopg.ClientCursor)
        text = cursor.mogrify(query, params) if is_bound_here else query
        is_books = isinstance(cursor.connection, TenantConnection)
        (messages.to_books if is_books else messages.to_control_plane).append(text)
        return execute(cursor, query, params, **options)

    with mock.patch.object(psycopg.Cursor, "execute", record):
        yield messages
