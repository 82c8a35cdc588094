"""The administrative door: alias ``tenant`` as the owner, in one body, for commands by hand."""

from collections.abc import Iterator
from contextlib import contextmanager

from tenants.backend.base import tenant_alias
from tenants.directory.queries import body_with_books
from tenants.provisioning.servers import owner_parameters


class NoBooks(Exception):
    """The body is unknown or has no books yet."""


@contextmanager
def administrative_door(code: str) -> Iterator[None]:
    """Open the body's schema to the owner; its guards hold, its role's limits do not.

    Raises:
        NoBooks: there is no such body with books.
        NotTheOwner: this process was not given DATABASE_URL.
    """
    body = body_with_books(code)
    if body is None:
        raise NoBooks(code)
    parameters = owner_parameters(body.cell, body.server)
    with tenant_alias().administrative_door(parameters, schema=body.schema_name):
        yield
