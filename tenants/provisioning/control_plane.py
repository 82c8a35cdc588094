"""Making the control plane's database and bringing it to this release."""

from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import connections
from psycopg import sql

from tenants.provisioning import roles
from tenants.provisioning.servers import (
    CONTROL_DATABASE,
    CONTROL_ROLE,
    database_exists,
    owner_connection,
)


def ensure_control_plane() -> None:
    """Make the database and its role, and apply the migrations that it lacks."""
    with owner_connection() as server:
        roles.ensure_login_roles(server, roles.derived_passwords())
        if not database_exists(server, CONTROL_DATABASE):
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(CONTROL_DATABASE)))
            server.execute(
                sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(
                    sql.Identifier(CONTROL_DATABASE)
                )
            )
            server.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                    sql.Identifier(CONTROL_DATABASE), sql.Identifier(CONTROL_ROLE)
                )
            )
    # Django's own command: the name "migrate" is django-tenants', for all its schemas.
    call_command(migrate.Command(), database="owner", interactive=False, verbosity=0)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            f"""
            GRANT USAGE ON SCHEMA public TO {CONTROL_ROLE};
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {CONTROL_ROLE};
            REVOKE UPDATE, DELETE ON watchers_reading FROM {CONTROL_ROLE};
            REVOKE UPDATE, DELETE ON announcement, announcement_addressee, announcement_reading,
                   announcement_withdrawal, question, question_step,
                   master_version, master_decision FROM {CONTROL_ROLE};
            REVOKE INSERT, UPDATE, DELETE ON announcement_read_count FROM {CONTROL_ROLE};
            GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {CONTROL_ROLE};
            REVOKE CREATE ON SCHEMA public FROM PUBLIC;
            """
        )
    connections["owner"].close()
