"""Books brought back are the same books, or nothing was brought at all."""

import json
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import psycopg
import pytest
from django.utils import timezone
from psycopg.conninfo import make_conninfo

from openlaas.stack import processes
from tests.archives.test_archive import unpacked

pytestmark = pytest.mark.usefixtures("as_operator")


def findings_outside(body):
    from tenants.provisioning.outside_check import outbox_findings
    from tenants.provisioning.servers import owner_connection

    with owner_connection(body.cell, body.server) as cell:
        return outbox_findings(cell, body)


@pytest.fixture
def written(books, archive):
    """The archive of the books, and its manifest."""
    from tenants.archives.exporting import export_body

    return export_body(books.code, archive)


@pytest.fixture
def control_plane(owner_url):
    conninfo = make_conninfo(owner_url, dbname="openlaas_control")
    with psycopg.connect(conninfo, autocommit=True) as owner:
        yield owner


@pytest.fixture
def take_away(control_plane, as_owner):
    """Make the instance forget a body's books, as an empty one never had them."""

    def forget(body, *, register: bool = False):
        with as_owner(body) as owner:
            owner.execute(f"DROP SCHEMA {body.schema_name} CASCADE")
            owner.execute("ALTER TABLE shared.outbox DISABLE TRIGGER USER")
            owner.execute("DELETE FROM shared.outbox WHERE body_code = %s", [body.code])
            owner.execute("ALTER TABLE shared.outbox ENABLE TRIGGER USER")
        control_plane.execute(
            "DELETE FROM place USING body WHERE body.id = place.body_id AND code = %s", [body.code]
        )
        control_plane.execute("UPDATE body SET state = 'registered' WHERE code = %s", [body.code])
        if register:
            whose = "USING officer WHERE officer.id = officer_id AND username LIKE %s"
            for table in ("one_time_link", "appointment"):
                control_plane.execute(f"DELETE FROM {table} {whose}", [f"{body.code}-%"])
            query = "DELETE FROM officer WHERE username LIKE %s"
            control_plane.execute(query, [f"{body.code}-%"])
            control_plane.execute("DELETE FROM body WHERE code = %s", [body.code])

    return forget


@pytest.fixture
def left_behind(control_plane, owner_url):
    """Everything that an import of a body could leave: places, schemas, the body itself."""

    def look(code: str, cells=("openlaas_cell_01", "openlaas_cell_02")):
        query = (
            "SELECT use, place.schema_name FROM place JOIN body ON body.id = body_id"
            " WHERE code = %s"
        )
        found = set(control_plane.execute(query, [code]).fetchall())
        for cell in cells:
            with psycopg.connect(make_conninfo(owner_url, dbname=cell)) as owner:
                query = "SELECT nspname FROM pg_namespace WHERE nspname LIKE %s"
                found |= {(cell, name) for (name,) in owner.execute(query, [f"b\\_{code}%"])}
        return found

    return look


def bring_in(path, *, use="live", **options):
    from tenants.archives.loading import import_archive
    from tenants.directory.models import PlaceUse

    return import_archive(path, use=PlaceUse(use), now=timezone.now(), **options)


@pytest.mark.parametrize("is_known", [True, False])
def test_books_come_back_whole_into_an_instance_without_them(
    books,
    written,
    archive,
    take_away,
    verified,
    api,
    officer_of,
    entry,
    is_known,
    tmp_path,
):
    from tenants.archives.exporting import export_body
    from tenants.directory.queries import body_with_books

    take_away(books, register=not is_known)

    done = bring_in(archive)

    body = body_with_books(books.code)
    assert (done.entries, body.state, body.schema_name) == (2, "open", books.schema_name)
    assert verified(body).findings == ()
    assert findings_outside(body) == []
    again = export_body(body.code, tmp_path / "again.zip")
    assert again.digest == written.digest
    one, other = unpacked(archive), unpacked(tmp_path / "again.zip")
    assert one | {"snapshot.json": b""} == other | {"snapshot.json": b""}
    token = officer_of(body).token
    posted = api.post(f"bodies/{body.code}/journal-entries", entry(), token=token)
    assert posted.json()["event_no"] == 3


def test_books_come_in_beside_the_live_ones(books, written, archive, verified, post, posting):
    from tenants.directory.models import Place
    from tenants.directory.queries import body_with_books

    post(books, posting("2026-10-03", "1.00"))

    done = bring_in(archive, use="beside")

    assert body_with_books(books.code) == books, "the live ones are where they were"
    place = Place.objects.get(schema_name=done.schema_name)
    assert (place.use, place.cell_id) == ("beside", books.cell)
    assert verified(books).entries == 3


def test_the_guards_stand_again_in_books_brought_in(books, written, archive, owner_url):
    done = bring_in(archive, use="beside")
    with psycopg.connect(make_conninfo(owner_url, dbname=done.cell)) as owner:
        owner.execute(f"SET search_path = {done.schema_name}, shared")
        with pytest.raises(psycopg.errors.RestrictViolation):
            owner.execute("DELETE FROM journal_line")


def forged(archive: Path, change) -> Path:
    """Change an archive's files, and its manifest so that it agrees."""
    files = unpacked(archive)
    manifest = json.loads(files["manifest.json"])
    change(files, manifest)
    files["manifest.json"] = json.dumps(manifest).encode()
    path = archive.with_name("forged.zip")
    with zipfile.ZipFile(path, "w") as target:
        for name, content in files.items():
            target.writestr(name, content)
    return path


def newer(files, manifest):
    manifest["release"]["migrations"].append("accounting.9999_of_tomorrow")


def older(files, manifest):
    manifest["release"]["migrations"].clear()


def damaged(files, manifest):
    files["tables/journal_line.csv"] = files["tables/journal_line.csv"].replace(b"4.10", b"4.11")


def of_another_body(files, manifest):
    manifest["body"]["code"] = "9999999"


def of_another_shape(files, manifest):
    import hashlib

    schema = json.loads(files["schema.json"])
    schema["$defs"]["party"]["properties"]["name"]["maxLength"] = 7
    files["schema.json"] = json.dumps(schema).encode()
    manifest["files"]["schema.json"]["sha256"] = hashlib.sha256(files["schema.json"]).hexdigest()


def with_a_number_that_no_paper_has(files, manifest):
    import hashlib

    name, row = "tables/document_series.csv", {"series": "PR", "fiscal_year": "2570"}
    (header,) = files[name].decode().splitlines()
    files[name] += (",".join(f'"{row.get(one, 1)}"' for one in header.split(",")) + "\n").encode()
    sha256 = hashlib.sha256(files[name]).hexdigest()
    manifest["files"][name] = {"rows": 1, "sha256": sha256}


def with_an_account_of_nobody(files, manifest):
    """Every sum and hash agrees; only a look into the chart tells."""
    import hashlib

    name = "tables/account.csv"
    files[name] = files[name].splitlines(keepends=True)[0]
    sha256 = hashlib.sha256(files[name]).hexdigest()
    manifest["files"][name] = {"rows": 0, "sha256": sha256}


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (newer, {"archive_of_a_newer_release"}),
        (older, {"archive_of_an_older_release"}),
        (damaged, {"archive_damaged"}),
        (with_a_number_that_no_paper_has, {"archive_damaged"}),
        (of_another_body, {"archive_damaged"}),
        (of_another_shape, {"archive_of_another_shape"}),
    ],
)
def test_what_may_not_come_in_leaves_nothing(books, written, archive, left_behind, change, codes):
    from tenants.archives.refusing import ArchiveRefused

    before = left_behind(books.code)

    with pytest.raises(ArchiveRefused) as refused:
        bring_in(forged(archive, change), use="beside")

    assert {refusal.code for refusal in refused.value.refusals} == codes
    assert all(r.message_th and r.message_en for r in refused.value.refusals)
    assert left_behind(books.code) == before


def test_books_that_only_the_database_can_refute_leave_nothing(
    body, post, posting, entering, officer, archive, left_behind
):
    from accounting.chart.operations import open_sub_account
    from tenants.archives.exporting import export_body
    from tenants.archives.refusing import ArchiveRefused

    with entering(body):
        own = open_sub_account(parent="1101030101.001", name_th="ธ.กรุงไทย", officer=officer).code
    lines = [{"account": own, "debit": "1.00"}, {"account": "4401010104.001", "credit": "1.00"}]
    post(body, posting("2026-10-01", lines=lines))
    export_body(body.code, archive)
    before = left_behind(body.code)

    with pytest.raises(ArchiveRefused) as refused:
        bring_in(forged(archive, with_an_account_of_nobody), use="beside")

    assert [r.code for r in refused.value.refusals] == ["archive_fails_verification"]
    assert own in refused.value.refusals[0].message_en
    assert left_behind(body.code) == before


def test_every_reason_is_told_at_once(books, written, archive):
    from tenants.archives.refusing import ArchiveRefused

    with pytest.raises(ArchiveRefused) as refused:
        bring_in(forged(archive, newer), expected_code="9999999")
    assert {refusal.code for refusal in refused.value.refusals} == {
        "archive_of_a_newer_release",
        "archive_of_another_body",
        "body_has_books",
    }


def test_no_file_and_half_a_file_are_refused_in_words(archive, written, operator, tmp_path):
    half = tmp_path / "half.zip"
    half.write_bytes(archive.read_bytes()[:5_000])
    for path in (half, tmp_path / "none.zip"):
        done = operator("import-archive", path, "--beside")
        assert done.returncode == 1
        assert "อ่านแฟ้ม" in done.stderr
        assert "Traceback" not in done.stderr


def test_an_import_that_is_killed_shows_nothing_and_the_next_one_succeeds(
    books,
    written,
    archive,
    take_away,
    owner_environment,
    control_plane,
    left_behind,
    verified,
):
    """It is killed at the last step: rows loaded and committed, the place not yet anybody's."""
    from tenants.directory.models import Body
    from tenants.directory.queries import body_with_books

    take_away(books)
    command = [sys.executable, "-m", "openlaas.cli", "import-archive", str(archive), "--as-live"]
    waiting = "SELECT 1 FROM pg_locks WHERE NOT granted"
    with control_plane.transaction():
        query = "SELECT 1 FROM body WHERE code = %s FOR NO KEY UPDATE"
        control_plane.execute(query, [books.code])
        killed = subprocess.Popen(command, env=owner_environment, stderr=subprocess.DEVNULL)
        assert processes.wait_until(
            lambda: control_plane.execute(waiting).fetchone() is not None, seconds=30
        )
        killed.send_signal(signal.SIGKILL)
        killed.wait()

    assert ("making", books.schema_name) in left_behind(books.code)
    assert body_with_books(books.code) is None
    assert Body.objects.get(code=books.code).state == "registered"

    done = bring_in(archive)

    assert (done.entries, done.schema_name) == (2, books.schema_name)
    assert verified(body_with_books(books.code)).findings == ()
    assert {use for use, _ in left_behind(books.code) if use in {"making", "live"}} == {"live"}


def test_a_schema_that_stands_in_the_way_is_left_alone(
    books, written, archive, take_away, owner_url, left_behind
):
    from tenants.archives.refusing import ArchiveRefused

    take_away(books)
    with psycopg.connect(make_conninfo(owner_url, dbname=books.cell)) as owner:
        owner.execute(f"CREATE SCHEMA {books.schema_name} CREATE TABLE somebodys (id int)")
        owner.commit()
        with pytest.raises(ArchiveRefused) as refused:
            bring_in(archive, cell_name=books.cell)
        assert owner.execute(f"SELECT count(*) FROM {books.schema_name}.somebodys").fetchone()
        owner.rollback()
        assert left_behind(books.code) == {(books.cell, books.schema_name)}
        owner.execute(f"DROP SCHEMA {books.schema_name} CASCADE")
    assert [refusal.code for refusal in refused.value.refusals] == ["schema_in_the_way"]


def test_an_unpacked_archive_comes_in_too(books, written, archive, tmp_path):
    shutil.unpack_archive(archive, tmp_path / "unpacked")
    assert bring_in(tmp_path / "unpacked", use="beside").entries == 2
