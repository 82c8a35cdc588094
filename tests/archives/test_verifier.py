"""An archive is checked by a program that needs nothing of ours."""

import ast
import hashlib
import json
import re
import shutil
import subprocess
import sys
import uuid
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

MOST_LINES = 200
TABLES = tuple(
    f"tables/{name}.csv"
    for name in ("journal_entry", "journal_line", "attachment", "outbox", "account_balance")
)
PDF, PNG = b"%PDF-1.7\n" + bytes(range(256)), b"\x89PNG\r\n\x1a\n" + bytes(50)
PAPERS = (
    ("JV-00001/70", "ใบเสร็จ, 1.pdf", PDF),
    ("JV-00004/70", "ใบเสร็จ.pdf", PDF),
    ("JV-00004/70", "ภาพ.png", PNG),
)
SAMPLES = (
    ("2026-09-29", "1.00", {"reference": "ฎ. 12/2569"}),
    ("2026-09-30", "2.05", {"description": 'สองบรรทัด\n"อ้าง", จุลภาค\r\nจบ'}),
    ("2026-10-01", "4000000.10", {}),
    ("2026-10-01", "8.00", {}),
    ("2026-11-05", "16.00", {}),
)


@pytest.fixture(scope="module")
def books(_unused_bodies, post, posting):
    """A body with entries in two fiscal years."""
    body = next(_unused_bodies)
    post(body, *(posting(day, amount, **changed) for day, amount, changed in SAMPLES))
    return body


@pytest.fixture(scope="module")
def papers(books, entering, officer):
    """What hangs on two of its documents: one content twice, and a picture."""
    from accounting.attachments import contents, operations, store

    with entering(books):
        for subject, name, content in PAPERS:
            file = contents.inspect(name=name, content=content)
            operations.attach(subject=subject, file=file, officer=officer)
            store.keep(body_id=id_of_the_body(), sha256=file.sha256, content=content)
    return [hashlib.sha256(content).hexdigest() for _, _, content in PAPERS]


def id_of_the_body():
    from accounting import books

    return books.row("SELECT body_id FROM body_identity", {})[0]


@pytest.fixture(scope="module")
def original(books, papers, entering, officer, exported, tmp_path_factory):
    """Its journal written out, after one of the entries was undone."""
    from accounting.journal.entry_number import read_number
    from accounting.journal.operations import reverse_entry

    number, day = read_number("JV-00002/69"), date(2026, 11, 6)
    with entering(books):
        reverse_entry(number=number, entry_date=day, reason="ซ้ำ", officer=officer)
    folder = tmp_path_factory.mktemp("export") / "books"
    exported(books, folder)
    return folder


@pytest.fixture
def copy(original, tmp_path):
    """A copy of the export that a test may tamper with."""
    return shutil.copytree(original, tmp_path / "journal")


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def run_verifier(
    folder: Path, *arguments: str, program: str = "verify.py"
) -> subprocess.CompletedProcess[str]:
    """Run the copied program as a stranger would: no packages, no environment, another folder."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(folder / program), *arguments],
        env={},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )


FIELD = re.compile(r'(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)')


def rows_of(path: Path) -> list[dict[str, str | None]]:
    """Read a table by means of our own: NULL is None."""
    lines: list[list[str | None]] = [[]]
    for quoted, plain, end in (found.groups() for found in FIELD.finditer(path.read_text())):
        lines[-1].append(plain or None if quoted is None else quoted.replace('""', '"'))
        lines += [[]] if end == "\n" else []
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:-1]]


def write(path: Path, rows: list[dict[str, str | None]]) -> None:
    lines = [",".join(rows[0])]
    lines += [",".join(map(quoted, row.values())) for row in rows]
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")


def quoted(value: str | None) -> str:
    return "" if value is None else '"{}"'.format(value.replace('"', '""'))


def forge_manifest(folder: Path, **said: object) -> None:
    """Make the manifest agree with the files, as a careful forger would."""
    manifest = json.loads((folder / "manifest.json").read_text())
    for name, file in manifest["files"].items():
        path = folder / name
        if path.exists():
            file["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
        if name in TABLES:
            file["rows"] = len(rows_of(path))
    for name, value in said.items():
        place = manifest["body"] if name in {"code", "id"} else manifest["head"]
        (manifest if name == "generation" else place)[name] = value
    (folder / "manifest.json").write_text(json.dumps(manifest))


def printed_balances(output: str) -> dict[str, Decimal]:
    found = [line.split() for line in output.splitlines() if line[:1].isdigit()]
    return {words[0]: Decimal(words[1].replace(",", "")) for words in found if "." in words[0]}


def test_a_stranger_finds_the_journal_whole_and_the_balances_ours(original, books, as_owner):
    done = run_verifier(original)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "6 entries, 0 problems"
    with as_owner(books) as owner:
        ours = owner.execute("SELECT account, sum(debit - credit) FROM account_balance GROUP BY 1")
        assert printed_balances(done.stdout) == dict(ours.fetchall())


def test_its_trial_balance_is_the_one_we_print(original, books, reports):
    ours = json.loads(reports.trial_balance(books, fiscal_year=2570))["rows"]
    expected: dict[str, Decimal] = defaultdict(Decimal)
    for row in ours:
        expected[row["account"]] += Decimal(row["closing_debit"]) - Decimal(row["closing_credit"])

    found = printed_balances(run_verifier(original).stdout)

    # The revenue of 2569, still unclosed, stands on equity with us and on its account there.
    of_last_year = expected.pop("3101010101.001")
    expected["4401010104.001"] += of_last_year
    assert found == expected


def test_the_command_writes_the_same(original, books, tmp_path, owner_environment):
    folder = tmp_path / "by-command"
    command = [sys.executable, "-m", "openlaas.cli", "export", books.code, str(folder), "--folder"]
    done = subprocess.run(
        [*command, "--json"], env=owner_environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["head"]["event_no"] == 6
    for name in (*TABLES, "manifest.json", "verify.py"):
        assert (folder / name).read_bytes() == (original / name).read_bytes()
    assert names_in(folder / "attachments") == names_in(original / "attachments")
    again = subprocess.run(command, env=owner_environment, capture_output=True, check=False)
    assert again.returncode == 2, "it never writes over a folder"


@pytest.mark.parametrize("amount", ["x", "", "1,00"])
def test_an_amount_that_is_none_is_told_and_not_stumbled_over(copy, amount):
    path = copy / "tables" / "journal_line.csv"
    rows = rows_of(path)
    rows[0]["debit"] = amount
    write(path, rows)
    forge_manifest(copy)
    for program in ("verify.py", "verify_budget.py", "verify_papers.py"):
        done = run_verifier(copy, program=program)
        assert (done.returncode, done.stderr) == (1, "")
        assert "cannot be read" in done.stdout


def test_an_empty_journal_is_whole(body, exported, tmp_path):
    manifest = exported(body, tmp_path / "journal")
    done = run_verifier(tmp_path / "journal")
    assert (done.returncode, done.stdout) == (0, "0 entries, 0 problems\n")
    kept = run_verifier(tmp_path / "journal", str(tmp_path / "journal"), manifest["head"]["hash"])
    assert kept.returncode == 0


def test_the_budgets_program_checks_all_with_the_one_beside_it(copy):
    done = run_verifier(copy, str(copy), program="verify_budget.py")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "6 entries, 0 problems")
    (copy / "tables" / "journal_line.csv").write_text("", encoding="utf-8")
    assert run_verifier(copy, program="verify_budget.py").returncode == 1
    (copy / "verify.py").unlink()
    alone = run_verifier(copy, program="verify_budget.py")
    assert (alone.returncode, "verify.py" in alone.stderr) == (1, True), "never taken for checked"


def test_the_papers_program_checks_all_with_the_two_beside_it(copy):
    done = run_verifier(copy, str(copy), program="verify_papers.py")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "6 entries, 0 problems")
    (copy / "tables" / "journal_line.csv").write_text("", encoding="utf-8")
    assert run_verifier(copy, program="verify_papers.py").returncode == 1
    (copy / "verify_budget.py").unlink()
    alone = run_verifier(copy, program="verify_papers.py")
    assert (alone.returncode, "verify_budget.py" in alone.stderr) == (1, True), "never for checked"


def test_the_papers_program_knows_every_series_of_numbers():
    from accounting.documents import series
    from tenants.archives import verify_papers

    told = {kind: (one.name, one.mark and f"{one.mark}-") for kind, one in series.SERIES.items()}
    assert told == verify_papers.SERIES
    assert (series.VOUCHERS, series.RETURNS, series.CERTIFICATES) == ("DIKA", "PND", "WHT")


@pytest.mark.parametrize("program", ["verify.py", "verify_budget.py", "verify_papers.py"])
def test_a_verifier_is_short_and_uses_the_standard_library_alone(original, program):
    text = (original / program).read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    imported = {
        name.partition(".")[0]
        for node in ast.walk(ast.parse(text))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or "?"]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported
    assert imported <= set(sys.stdlib_module_names)


def changed(column: str, value: str):
    def change(rows):
        rows[2][column] = value
        return rows

    return change


def drop(rows):
    return rows[:2] + rows[3:]


def double(rows):
    return [*rows[:3], rows[2], *rows[3:]]


def swap(rows):
    rows[2], rows[3] = rows[3], rows[2]
    return rows


def cut_tail(rows):
    return rows[:-1]


E, L, A, T, B = TABLES
# What a forger does to one file, and where the verifier must point. The third entry is event 3; the
# third line is the first of event 2.
TAMPERINGS = {
    "an amount": (L, changed("debit", "3.05"), "event 2: its lines is not"),
    "an amount of another shape": (
        L,
        changed("debit", "2.050"),
        "journal_line.csv row 3: its debit",
    ),
    "an account": (L, changed("account", "1101010102.001"), "event 2: its lines is not"),
    "a memo": (L, changed("memo", "x"), "event 2: its lines is not"),
    "the date of a line": (L, changed("entry_date", "2026-09-29"), "event 2 line 1: must be"),
    "the entry of a line": (L, changed("event_no", "1"), "event 2: has 1 lines"),
    "a line of no entry": (L, changed("event_no", "77"), "event 77: has lines or was told"),
    "the number of a line": (L, changed("line_no", "3"), "event 2 line "),
    "both sides": (L, changed("credit", "2.05"), "event 2 line 1: must be"),
    "a line left out": (L, drop, "event 2: has 1 lines"),
    "a line twice": (L, double, "event 2: has 3 lines"),
    "two lines exchanged": (L, swap, "event 2 line "),
    "a description": (E, changed("description", "x"), "event 3: its description is not"),
    "a reference": (E, changed("reference", "x"), "event 3: its reference is not"),
    "an officer": (E, changed("officer_id", "x"), "event 3: its officer is not"),
    "an officer's name": (E, changed("officer_name_th", "x"), "event 3: its officer_name_th is"),
    "a time": (E, changed("recorded_at", "2026-10-01T00:00:00.000000Z"), "event 3: its recorded"),
    "a date": (E, changed("entry_date", "2026-10-02"), "event 3: its entry_date is not"),
    "a date of another year": (E, changed("entry_date", "2026-09-30"), "event 3: is numbered in"),
    "a fiscal year": (E, changed("fiscal_year", "2670"), "event 3: is numbered in 2670"),
    "a number": (E, changed("no", "9"), "event 3: number 9 follows 0"),
    "a kind": (E, changed("kind", "RV"), "event 3: its number is not"),
    "what it reverses": (E, changed("reverses", "1"), "event 3: its reverses is not"),
    "a hash": (E, changed("hash", "0" * 64), "event 3: its hash does not follow"),
    "a text": (E, changed("canonical", '{"v":1}'), "event 3: its hash does not follow"),
    "a text that is none": (E, changed("canonical", "["), "event 3: its body is not"),
    "an event number": (E, changed("event_no", "9"), "event 9: follows event 2"),
    "an event number that is none": (
        E,
        changed("event_no", "x"),
        "journal_entry.csv row 3: its event",
    ),
    "an entry left out": (E, drop, "event 4: follows event 2"),
    "an entry twice": (E, double, "event 3: follows event 3"),
    "two entries exchanged": (E, swap, "event 4: follows event 2"),
    "another content": (A, changed("sha256", "0" * 64), f"attachments/{'0' * 64}: is missing"),
    "a size": (A, changed("size_bytes", "9"), ": is of another size"),
    "a content that is no hash": (
        A,
        changed("sha256", "../x"),
        "attachment.csv row 3: its sha256",
    ),
    "an attachment left out": (A, drop, ": belongs to nothing in this archive"),
    "an event told otherwise": (T, changed("payload", "{}"), "event 3 when told: its lines is not"),
    "an event told at another time": (
        T,
        changed("recorded_at", "2026-10-01T00:00:00.000000Z"),
        "event 3 when told: is missing, or of another kind or time",
    ),
    "an event not told": (T, drop, "event 3 when told: is missing"),
    "an event of no entry": (T, changed("event_no", "77"), "event 77: has lines or was told"),
    "a balance": (B, changed("debit", "7.77"), "debit of"),
    "a balance left out": (B, drop, "is kept as None, the entries say"),
    "the last entry": (E, cut_tail, "event 5: is the last entry, the head is event 6"),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_with_a_file_is_found_and_located(copy, name):
    file, change, where = TAMPERINGS[name]
    write(copy / file, change(rows_of(copy / file)))

    done = run_verifier(copy)

    assert done.returncode == 1
    assert f"{file}: is not the file of the manifest" in done.stdout
    forge_manifest(copy)
    done = run_verifier(copy)
    assert done.returncode == 1, "a manifest that agrees with the forgery does not hide it"
    assert "is not the file of the manifest" not in done.stdout
    assert where in done.stdout, done.stdout


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"hash": "0" * 64}, "event 6: is the last entry"),
        ({"event_no": 5}, "event 6: is the last entry, the head is event 5"),
        ({"generation": 2}, "event 1: its hash does not follow"),
        ({"code": "0000000"}, "event 1: its body is not"),
        ({"id": "x"}, "body_identity: or genesis is not of"),
        ({"genesis": "0" * 64}, "body_identity: or genesis is not of"),
    ],
)
def test_a_manifest_that_says_other_things_is_found(copy, said, where):
    forge_manifest(copy, **said)
    done = run_verifier(copy)
    assert done.returncode == 1
    assert where in done.stdout


@pytest.mark.parametrize("missing", [*TABLES, "manifest.json"])
def test_a_file_that_is_missing_or_broken_is_named(copy, missing):
    (copy / missing).write_bytes(b"\xff{")
    broken = run_verifier(copy)
    assert broken.returncode == 1
    assert "Traceback" not in broken.stderr
    (copy / missing).unlink()
    gone = run_verifier(copy)
    assert gone.returncode == 1
    assert missing in gone.stdout


def test_a_kept_digest_proves_what_no_chain_seals(copy):
    """A party's name is in no entry; whoever kept the hash of the manifest finds it changed."""
    kept = hashlib.sha256((copy / "manifest.json").read_bytes()).hexdigest()
    assert run_verifier(copy, str(copy), kept).returncode == 0
    rows = rows_of(copy / A)
    rows[0]["name"] = "another.pdf"
    write(copy / A, rows)
    forge_manifest(copy)
    assert run_verifier(copy).returncode == 0
    done = run_verifier(copy, str(copy), kept)
    assert (done.returncode, "the hash you kept is not" in done.stdout) == (1, True)


def test_a_zip_file_is_checked_as_it_is(copy, tmp_path):
    path = shutil.make_archive(str(tmp_path / "packed"), "zip", copy)
    assert run_verifier(copy, path).returncode == 0
    Path(path).write_bytes(Path(path).read_bytes()[:-2_000])
    broken = run_verifier(copy, path)
    assert (broken.returncode, broken.stderr) == (1, "")


def test_what_hangs_on_a_document_is_there_by_its_content(original, papers):
    rows = rows_of(original / A)
    assert [(row["subject"], row["name"]) for row in rows] == [(s, n) for s, n, _ in PAPERS]
    assert names_in(original / "attachments") == sorted(set(papers))
    for name in papers:
        content = (original / "attachments" / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == name
    files = json.loads((original / "manifest.json").read_text())["files"]
    assert {f"attachments/{name}" for name in papers} <= set(files)
    assert files[A]["rows"] == len(PAPERS)


def damage(folder: Path, path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1] + b"!")


def remove(folder: Path, path: Path) -> None:
    path.unlink()


def add(folder: Path, path: Path) -> None:
    path.with_name("0" * 64).write_bytes(b"x")


def add_and_name_it(folder: Path, path: Path) -> None:
    add(folder, path)
    manifest = json.loads((folder / "manifest.json").read_text())
    sha256 = hashlib.sha256(b"x").hexdigest()
    manifest["files"][f"attachments/{'0' * 64}"] = {"sha256": sha256}
    (folder / "manifest.json").write_text(json.dumps(manifest))


def exchange(folder: Path, path: Path) -> None:
    (other,) = (one for one in path.parent.iterdir() if one != path)
    first, second = path.read_bytes(), other.read_bytes()
    path.write_bytes(second)
    other.write_bytes(first)


@pytest.mark.parametrize(
    ("tamper", "where"),
    [
        (damage, "{name}: is not the file of the manifest"),
        (remove, "{name}: is missing"),
        (add, "attachments/" + "0" * 64 + ": belongs to nothing"),
        (add_and_name_it, "attachments/" + "0" * 64 + ": belongs to nothing"),
        (exchange, "{name}: is not the file of the manifest"),
    ],
)
def test_tampering_with_a_content_is_found_and_located(copy, papers, tamper, where):
    path = copy / "attachments" / papers[0]
    tamper(copy, path)
    done = run_verifier(copy)
    assert done.returncode == 1
    assert where.format(name=f"attachments/{papers[0]}") in done.stdout


def test_a_file_that_nobody_exported_is_found(copy):
    (copy / "notes.txt").write_text("x")
    done = run_verifier(copy)
    assert (done.returncode, "notes.txt: belongs to nothing" in done.stdout) == (1, True)


def test_a_content_that_is_gone_from_the_store_stops_the_export(
    body, entering, officer, post, posting, exported, tmp_path
):
    from accounting.attachments import contents, operations
    from accounting.errors import InvariantBroken

    post(body, posting("2026-10-01", "1.00"))
    with entering(body):
        file = contents.inspect(name="a.pdf", content=PDF + uuid.uuid4().bytes)
        operations.attach(subject="JV-00001/70", file=file, officer=officer)
    with pytest.raises(InvariantBroken, match="is not there"):
        exported(body, tmp_path / "journal")
    assert list(tmp_path.iterdir()) == []
