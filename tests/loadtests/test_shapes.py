"""Each shape of tenancy that is measured does what it is measured for, and keeps bodies apart."""

from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.utils import timezone

from openlaas.bench.fleet import Fleet
from openlaas.bench.shapes.databases import Databases
from openlaas.bench.shapes.rows import Rows
from openlaas.bench.shapes.schemas import Schemas
from openlaas.bench.shapes.shape import Shape


@pytest.fixture
def shape_of(owner_url) -> Iterator:
    """Make a shape with two bodies; its databases are dropped afterwards."""
    ground = Fleet(places=None, operators={}, owner_url=owner_url, foreign_load=0.0)
    made = []

    def make(kind: type, name: str) -> Shape:
        shape = kind(ground, name, 2, timezone.localtime())
        shape.prepare()
        made.append(shape)
        for tenant in shape.tenants:
            shape.add(tenant)
        return shape

    yield make
    for shape in made:
        shape._owner.close()
    with ground.owner("postgres") as owner:
        names = owner.execute("SELECT datname FROM pg_database WHERE datname LIKE 'shapes%'")
        for (name,) in names.fetchall():
            owner.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def post(shape: Shape, number: int) -> None:
    database, message = shape.posting(shape.tenants[number])
    parameters = {**settings.CELL_PARAMETERS, "dbname": database, "options": "-c search_path="}
    with psycopg.connect(**parameters, autocommit=True) as connection:
        connection.execute(message)


def heads(shape: Shape, owner_url: str) -> list[int]:
    """The number of the last event of each body."""
    found = []
    for tenant in shape.tenants:
        where = " WHERE body_code = %(code)s" if isinstance(shape, Rows) else ""
        with psycopg.connect(owner_url, dbname=tenant.cell) as owner:
            query = f'SELECT event_no FROM "{tenant.schema_name}".journal_head{where}'
            ((event_no,),) = owner.execute(query, {"code": tenant.code}).fetchall()
        found.append(event_no)
    return found


@pytest.mark.parametrize("kind", [Schemas, Databases, Rows])
def test_it_posts_copies_and_changes_one_body_and_no_other(shape_of, owner_url, kind):
    shape = shape_of(kind, "tried")
    for number in (0, 0, 1):
        post(shape, number)
    assert heads(shape, owner_url) == [2, 1]

    tenant = shape.tenants[0]
    pairs = shape.copies(tenant)
    with psycopg.connect(owner_url, dbname=tenant.cell, autocommit=True) as owner:
        kept = [(into, b"".join(map(bytes, copied(owner, out)))) for out, into in pairs]
    assert sum(content.count(b"\n") for _, content in kept) > 26, "two years of months at least"
    shape.take_away(tenant)
    shape.add_empty(tenant)
    with psycopg.connect(owner_url, dbname=tenant.cell, autocommit=True) as owner:
        owner.execute("SET session_replication_role = replica")
        for into, content in kept:
            with owner.cursor() as cursor, cursor.copy(into) as copy:
                copy.write(content)
    assert heads(shape, owner_url) == [2, 1]
    post(shape, 0)
    shape.change_structure()
    post(shape, 1)
    assert heads(shape, owner_url) == [3, 2]


def copied(owner: psycopg.Connection, out: str) -> list[bytes]:
    with owner.cursor() as cursor, cursor.copy(out) as copy:
        return list(copy)
