"""An archive holds all of a body's books, of one moment, and costs what the body costs."""

import json
import zipfile
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.archives.conftest import PDF


def unpacked(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.usefixtures("as_operator")
def test_it_holds_every_table_the_outbox_and_the_contents(books, archive, as_owner):
    from tenants.archives.exporting import export_body

    manifest = export_body(books.code, archive).manifest

    files = unpacked(archive)
    with as_owner(books) as owner:
        query = (
            "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = 'r'"
        )
        tables = {name for (name,) in owner.execute(query, [books.schema_name])}
        for table in tables:
            (rows,) = owner.execute(f"SELECT count(*) FROM {table}").fetchone()
            assert manifest["files"][f"tables/{table}.csv"]["rows"] == rows, table
    assert {f"tables/{name}.csv" for name in tables | {"outbox"}} <= set(files)
    assert PDF in files.values()
    assert manifest["head"]["event_no"] == manifest["files"]["tables/outbox.csv"]["rows"] == 2
    assert manifest["body"]["code"] == books.code
    assert manifest["body"]["full_name_th"] == books.full_name_th
    described = json.loads(files["schema.json"])["$defs"]["journal_entry"]["properties"]
    assert described["reference"] == {
        "type": ["string", "null"],
        "x-type": "character varying(100)",
        "maxLength": 100,
    }


@pytest.mark.usefixtures("as_operator")
def test_what_is_missing_and_what_is_empty_are_kept_apart(books, archive, as_owner):
    from tenants.archives.exporting import export_body

    export_body(books.code, archive)

    files = unpacked(archive)
    first, second = files["tables/journal_entry.csv"].decode().splitlines()[1:3]
    assert ',,"' in first, "NULL is nothing"
    assert '"ฎ. 1, ""2""",' in second
    assert '"2026-10-01","","2570"' in files["tables/period.csv"].decode(), "'' is quotes"


@pytest.mark.usefixtures("as_operator")
def test_the_same_books_give_the_same_bytes(books, tmp_path):
    from tenants.archives.exporting import export_body

    first, second = (
        export_body(books.code, tmp_path / name, as_folder=name.endswith("folder"))
        for name in ("1.zip", "2.zip")
    )

    assert first == second
    one, other = unpacked(tmp_path / "1.zip"), unpacked(tmp_path / "2.zip")
    assert one.pop("snapshot.json") != other.pop("snapshot.json"), "but for the moment"
    assert one == other
    assert list(one) == list(other)


@pytest.mark.usefixtures("as_operator")
def test_postings_beside_it_are_not_in_it(books, archive, post, posting, owner_url, run_verifier):
    """The snapshot stands from its first statement: what is posted meanwhile is not seen."""
    from tenants.archives import writing
    from tenants.archives.facts import facts_of

    class Beside(psycopg.Connection):
        posted = False

        def execute(self, query, *arguments, **options):
            done = super().execute(query, *arguments, **options)
            if "release" in str(query) and not self.posted:
                self.posted = True
                post(books, posting("2026-10-02", "8.00"))
            return done

    conninfo = make_conninfo(owner_url, dbname=books.cell)
    with Beside.connect(conninfo, autocommit=True) as cell:
        manifest = writing.write_archive(
            cell=cell,
            schema_name=books.schema_name,
            facts=facts_of(books.code),
            path=archive,
            content=lambda _sha256: PDF,
        ).manifest
        assert cell.posted

    assert manifest["head"]["event_no"] == 2
    assert run_verifier(archive).returncode == 0


CATALOGUE_ROWS_READ = """
SELECT sum(seq_tup_read), sum(idx_tup_fetch) FROM pg_stat_xact_sys_tables
 WHERE relname IN ('pg_class', 'pg_attribute', 'pg_index', 'pg_depend')
"""


OWN_CATALOGUE_ROWS = """
SELECT count(*) + sum((SELECT count(*) FROM pg_attribute WHERE attrelid = r.oid))
                + sum((SELECT count(*) FROM pg_index WHERE indexrelid = r.oid))
                + sum((SELECT count(*) FROM pg_depend WHERE objid = r.oid))
  FROM pg_class AS r
 WHERE r.relnamespace = %(schema)s::regnamespace
"""


def test_it_reads_of_the_catalogue_what_is_the_bodys_own(books, archive, owner_url):
    """No other body of the cell is paid for: no catalogue is read from its beginning to its end."""
    from tenants.archives import writing
    from tenants.archives.facts import facts_of

    class Counting(psycopg.Connection):
        asked, read = (), (0, 0)

        def execute(self, query, *arguments, **options):
            done = super().execute(query, *arguments, **options)
            text = query if isinstance(query, str) else query.as_string(self)
            self.asked = (*self.asked, text)
            if "DISTINCT sha256" in text:  # the last question of the transaction
                self.read = super().execute(CATALOGUE_ROWS_READ).fetchone()
            return done

    with Counting.connect(make_conninfo(owner_url, dbname=books.cell), autocommit=True) as cell:
        (relations,) = cell.execute("SELECT count(*) FROM pg_class").fetchone()
        (own,) = cell.execute(OWN_CATALOGUE_ROWS, {"schema": books.schema_name}).fetchone()
    with Counting.connect(make_conninfo(owner_url, dbname=books.cell), autocommit=True) as cell:
        writing.write_archive(
            cell=cell,
            schema_name=books.schema_name,
            facts=facts_of(books.code),
            path=archive,
            content=lambda _sha256: PDF,
        )
        whole, by_index = map(int, cell.read)
    assert relations > 500
    assert len(cell.asked) < 20
    assert whole == 0, "rows read by going through a whole catalogue"
    # Each is looked up some fifteen times: by its table, its column, its constraints.
    assert 0 < by_index < 25 * own, "more than looking up the body's own rows takes"


def test_the_command_writes_it_and_never_over_anything(books, archive, operator, run_verifier):
    done = operator("export", books.code, archive, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert run_verifier(archive, told["digest"]).returncode == 0
    assert run_verifier(archive, "0" * 64).returncode == 1
    assert operator("export", books.code, archive).returncode == 2
    assert operator("export", "0000000", archive.with_name("none.zip")).returncode == 2
    assert [path.name for path in archive.parent.iterdir()] == [archive.name]


@pytest.mark.parametrize("is_there", [True, False])
def test_books_of_another_body_and_no_books_are_not_written(
    books, other_body, archive, owner_url, is_there
):
    from tenants.archives import writing
    from tenants.archives.facts import facts_of

    conninfo = make_conninfo(owner_url, dbname=other_body.cell)
    with (
        psycopg.connect(conninfo, autocommit=True) as cell,
        pytest.raises(writing.NotThisBody),
    ):
        writing.write_archive(
            cell=cell,
            schema_name=other_body.schema_name if is_there else "b_0000000",
            facts=facts_of(books.code),
            path=archive,
            content=lambda _sha256: PDF,
        )
    assert list(archive.parent.iterdir()) == []
