"""Databases named like cells: a copy of our template is one of ours, any other is left alone."""

import psycopg
import pytest
from psycopg import sql


@pytest.fixture
def unlisted(fleet):
    """Make a database of a cell's name that the directory does not know, from a template."""
    made = []

    def make(number: int, template: str) -> str:
        name = f"openlaas_cell_{number:02d}"
        words = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        with fleet.connect("postgres") as server:
            server.execute(words.format(sql.Identifier(name), sql.Identifier(template)))
        made.append(name)
        return name

    yield make
    with fleet.connect("postgres") as server:
        for name in made:
            fleet.control("DELETE FROM place WHERE cell_id = %s AND body_id IS NULL", name)
            fleet.control("DELETE FROM cell WHERE name = %s", name)
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def rights_of(fleet, name: str) -> object:
    query = "SELECT datacl::text FROM pg_database WHERE datname = %s"
    return fleet.control(query, name)[0][0]


def test_only_a_copy_of_our_template_is_adopted(fleet, unlisted):
    ours, strange = unlisted(91, "openlaas_template"), unlisted(92, "template0")
    other = unlisted(93, "openlaas_template")
    with fleet.connect(other) as cell:
        cell.execute("COMMENT ON SCHEMA shared IS 'openlaas instance of somebody else'")
    cells = (
        "SELECT cell.name FROM cell LEFT JOIN place ON place.cell_id = cell.name"
        " WHERE cell.is_open GROUP BY cell.name ORDER BY count(place.id) LIMIT 1"
    )
    ((emptiest,),) = fleet.control(cells)
    code = fleet.control("SELECT code FROM body WHERE state = 'registered' ORDER BY code")[0][0]
    fleet.provision("--code", code, "--cell", emptiest)
    assert ours in fleet.cells()
    assert not {strange, other} & set(fleet.cells())
    assert rights_of(fleet, strange) is None


def test_no_cell_gets_the_name_of_a_database_that_is_not_ours(fleet, unlisted):
    numbers = [int(name[-2:]) for name in fleet.cells()]
    strange = unlisted(max(numbers) + 1, "template0")
    process = fleet.start("fleet", "add-cell")
    _, errors = process.communicate()
    assert process.returncode == 1
    assert strange in errors
    assert strange not in fleet.cells()
    assert rights_of(fleet, strange) is None
    with fleet.connect(strange) as there, pytest.raises(psycopg.errors.InvalidSchemaName):
        there.execute("CREATE TABLE shared.nothing ()")
