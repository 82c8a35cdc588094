"""A role sees one schema, and the login role sees none."""

import os

import psycopg
import pytest
from django.db import ProgrammingError
from psycopg.conninfo import make_conninfo

TABLES_OF_BODIES = """
SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname LIKE 'b\\_%'
"""
RIGHTS_OF_LOGIN = """
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
   AND c.relkind IN ('r', 'v', 'S')
   AND has_table_privilege(current_user, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')
"""
USABLE_SCHEMAS = """
SELECT array_agg(nspname::text) FROM pg_namespace
 WHERE has_schema_privilege(nspname, 'USAGE') AND nspname NOT LIKE 'pg\\_%'
"""


@pytest.fixture(scope="module")
def body(_unused_bodies):
    """One for all: what is refused leaves it as it was."""
    return next(_unused_bodies)


@pytest.fixture
def login(body):
    """The role that web processes connect with, and no prelude."""
    conninfo = make_conninfo(os.environ["OPENLAAS_CELL_URL"], dbname=body.cell)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count(*) FROM {0}.journal_entry",
        "SELECT * FROM {0}.body_identity",
        "SELECT * FROM {0}.answered_request",
        "INSERT INTO {0}.document_counter VALUES ('JV', 2570, 1)",
        "UPDATE {0}.journal_head SET event_no = 0",
        "LOCK TABLE {0}.journal_entry IN ACCESS SHARE MODE",
        "SELECT last_no INTO TEMP mine FROM {0}.document_counter",
    ],
)
def test_a_body_can_neither_read_nor_write_its_neighbour(body, inside, neighbour_of, statement):
    neighbour = neighbour_of(body)
    with pytest.raises(ProgrammingError, match="permission denied"), inside(body) as cursor:
        cursor.execute(statement.format(neighbour.schema_name))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE shared.account SET name_th = 'other'",
        "INSERT INTO shared.account SELECT * FROM shared.account LIMIT 1",
        "DELETE FROM shared.account",
        "TRUNCATE shared.account CASCADE",
        "SELECT * FROM shared.outbox",
        "UPDATE shared.outbox SET payload = '{}'",
        "DELETE FROM shared.outbox",
        "TRUNCATE shared.outbox",
        "SELECT * FROM shared.notice",
        "UPDATE shared.notice SET about = 'other'",
        "DELETE FROM shared.notice",
        "SELECT ddl FROM shared.release",
        "CREATE TABLE shared.mine ()",
        "CREATE TABLE public.mine ()",
        "CREATE TABLE mine ()",
        "CREATE TEMP TABLE mine ()",
        "CREATE SCHEMA mine",
    ],
)
def test_what_all_bodies_share_is_read_only_to_each(body, inside, statement):
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|no schema"),
        inside(body) as cursor,
    ):
        cursor.execute(statement)


def test_an_unknown_table_falls_through_to_nothing(body, inside):
    with pytest.raises(ProgrammingError, match="does not exist"), inside(body) as cursor:
        cursor.execute("SELECT * FROM django_session")


def test_resetting_the_role_gives_no_rights(body, inside, neighbour_of):
    for schema in (body.schema_name, neighbour_of(body).schema_name):
        with pytest.raises(ProgrammingError, match="permission denied"), inside(body) as cursor:
            cursor.execute("RESET ROLE")
            cursor.execute(f"SELECT * FROM {schema}.journal_entry")


def test_the_login_role_can_read_nothing_before_it_takes_a_role(login):
    (holds,) = login.execute(RIGHTS_OF_LOGIN).fetchone()
    (usable,) = login.execute(USABLE_SCHEMAS).fetchone()
    assert holds == 0
    assert usable == ["information_schema"]
    tables = [name for (name,) in login.execute(TABLES_OF_BODIES)]
    assert len(tables) >= 9, "it is told which tables there are, and may read none"
    for table in tables[:40]:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            login.execute(f"SELECT 1 FROM {table}")


def test_the_login_role_has_no_search_path(login):
    assert login.execute("SHOW search_path").fetchone() == ('""',)
    with pytest.raises(psycopg.errors.UndefinedTable):
        login.execute("SELECT * FROM journal_entry")


def test_the_login_role_is_no_superuser_and_makes_nothing(login):
    (powers,) = login.execute(
        "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls"
        " OR rolinherit FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    assert powers is False
    for statement in (
        "CREATE SCHEMA mine",
        "CREATE TEMP TABLE mine ()",
        "CREATE TABLE shared.mine ()",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            login.execute(statement)


def test_the_control_plane_role_cannot_enter_a_cell(body):
    conninfo = make_conninfo(os.environ["OPENLAAS_CONTROL_URL"], dbname=body.cell)
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(conninfo)


def test_the_cells_role_cannot_enter_the_control_plane():
    conninfo = make_conninfo(os.environ["OPENLAAS_CELL_URL"], dbname="openlaas_control")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(conninfo)


def test_the_program_is_never_told_the_owner(owner_url):
    from django.conf import settings

    assert "owner" not in settings.DATABASES
    assert "DATABASE_URL" not in os.environ
    assert owner_url not in os.environ.values()
