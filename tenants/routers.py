"""Which database a model lives in: a body's books, or the control plane."""

from typing import Any

from django.conf import settings
from django.db import connections

TENANT = "tenant"
CONTROL = "default"


def tenant_schema() -> str:
    """Return the schema that alias ``tenant`` is in: ``public`` outside every door."""
    return str(getattr(connections[TENANT], "schema_name", "public"))


class PlaneRouter:
    """Stands before django-tenants' router, which knows one database only."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """Return the alias of the model's plane."""
        return TENANT if model._meta.app_label in settings.TENANT_APPS else CONTROL  # noqa: SLF001

    def db_for_write(self, model: Any, **hints: Any) -> str:
        """Return the alias of the model's plane."""
        return self.db_for_read(model)

    def allow_relation(self, first: Any, second: Any, **hints: Any) -> bool:
        """Allow relations inside one plane only."""
        return self.db_for_read(first) == self.db_for_read(second)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Let only the owner change a plane's structure, each plane by its own apps."""
        of_the_books = app_label in settings.TENANT_APPS
        if db == TENANT:
            return of_the_books and tenant_schema() != "public"
        return db == "owner" and not of_the_books
