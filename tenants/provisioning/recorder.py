"""Letting Django migrate the template's schema, and writing down what it says to the database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.management import call_command
from django.core.management.commands import migrate

from tenants.backend.base import tenant_alias
from tenants.provisioning.servers import TEMPLATE_SCHEMA, owner_parameters
from tenants.provisioning.sources import SHARED_SCHEMA
from tenants.routers import TENANT

_NOT_STRUCTURE = ("SHOW", "SET SEARCH_PATH", "SAVEPOINT", "RELEASE SAVEPOINT")
_RECORD_OF_MIGRATION = 'INSERT INTO "django_migrations"'
_KNOWN = "INSERT INTO django_migrations (app, name, applied) VALUES ('accounting', %s, now())"


@dataclass(slots=True)
class Recording:
    """What was said while the template was migrated.

    Attributes:
        statements: what changed something, in order, parameters merged in.
        questions: what was asked; none of it may be of rows, for other bodies have others.
        ends: how many statements there were when each migration was over, by the migration's name.
    """

    statements: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    ends: dict[str, int] = field(default_factory=dict)

    def hear(
        self,
        execute: Callable[..., Any],
        query: str,
        params: Any,
        many: bool,  # noqa: FBT001 - Django's signature
        context: Any,
    ) -> Any:
        """Pass a statement on and write it down, as Django's execute_wrapper."""
        if query.startswith(_RECORD_OF_MIGRATION):
            # Nobody else keeps it: a body's schema says its release by its comment.
            self.ends[params[1]] = len(self.statements)
            return execute(query, params, many, context)
        # Before it runs: rendering it afterwards would forget the cursor's result.
        text = context["cursor"].mogrify(query, params) if params else query
        result = execute(query, params, many, context)
        opening = query.lstrip().upper()
        if opening.startswith("SELECT"):
            self.questions.append(text)
        elif not opening.startswith(_NOT_STRUCTURE):
            self.statements.append(text.strip().rstrip(";"))
        return result


def record_migrations(
    database: str,
    address: dict[str, str] | None = None,
    *,
    known: Sequence[str] = (),
    after: str = "",
) -> Recording:
    """Let Django migrate the template schema of a database; return what it said.

    Args:
        database: the template's, or a copy of it.
        address: of its server, where it is another than the default one.
        known: the migrations that the schema has come through.
        after: SQL to run and record at the end.
    """
    recording = Recording()
    alias = tenant_alias()
    parameters = owner_parameters(database, address)
    with alias.administrative_door(parameters, schema=TEMPLATE_SCHEMA), alias.cursor() as cursor:
        cursor.execute((SHARED_SCHEMA / "record_of_migrations.sql").read_text(encoding="utf-8"))
        cursor.executemany(_KNOWN, [[name] for name in known])
        with alias.execute_wrapper(recording.hear):
            # Django's own command: the name "migrate" is django-tenants', for all its schemas.
            call_command(
                migrate.Command(), "accounting", database=TENANT, interactive=False, verbosity=0
            )
            if after:
                cursor.execute(after)
        cursor.execute("DROP TABLE django_migrations")
    return recording
