"""`openlaas verify`: what lies outside a body's books, reports, and going on after a crash."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

VERIFY = [sys.executable, "-m", "openlaas.cli", "verify"]


@pytest.fixture
def posted(body, post, posting):
    """A body with three entries."""
    post(body, *(posting("2026-10-05", f"{n}.00") for n in range(1, 4)))
    return body


@pytest.fixture
def verify(owner_environment, tmp_path):
    """Run the command; give its exit status, what it prints and what it writes."""

    def run(*words: str):
        command = [*VERIFY, *words, "--json", "--report", str(tmp_path / "report.json")]
        done = subprocess.run(
            command, env=owner_environment, capture_output=True, text=True, check=False
        )
        assert done.stdout, done.stderr
        report = json.loads((tmp_path / "report.json").read_text())
        return done.returncode, json.loads(done.stdout), report

    return run


# --- outside the books ---------------------------------------------------------------------------


def outbox_findings(body, as_owner, statement=None):
    from tenants.provisioning.outside_check import outbox_findings as findings

    with as_owner(body) as owner:
        if statement:
            owner.execute("SET session_replication_role = replica")
            where = " WHERE event_no = 2 AND body_code = %(body)s"
            owner.execute(statement + where, {"body": body.code})
        return [(finding.event_no, finding.detail) for finding in findings(owner, body)]


def test_the_outbox_holds_every_entry_of_every_kind(posted, as_owner, entering, officer):
    from datetime import date

    from accounting.journal.entry_number import read_number
    from accounting.journal.operations import reverse_entry

    number, day = read_number("JV-00002/70"), date(2026, 10, 6)
    with entering(posted):
        reverse_entry(number=number, entry_date=day, reason="ผิด", officer=officer)
    assert outbox_findings(posted, as_owner) == []


COPIED = (
    "INSERT INTO shared.outbox SELECT body_code, 9, kind, recorded_at, payload FROM shared.outbox"
)
OTHER_AMOUNT = "UPDATE shared.outbox SET payload = jsonb_set(payload, '{lines,0,1}', '\"9.00\"')"


@pytest.mark.parametrize(
    ("statement", "event_no", "detail"),
    [
        ("DELETE FROM shared.outbox", 2, "not hold"),
        (COPIED, 9, "not there"),
        (OTHER_AMOUNT, 2, "otherwise"),
        ("UPDATE shared.outbox SET payload = payload - 'number'", 2, "otherwise"),
        ("UPDATE shared.outbox SET payload = 'null'", 2, "otherwise"),
        ("UPDATE shared.outbox SET recorded_at = now()", 2, "otherwise"),
        ("UPDATE shared.outbox SET kind = 'x'", 2, "otherwise"),
    ],
)
def test_tampering_with_the_outbox_is_found_and_located(
    posted, as_owner, statement, event_no, detail
):
    ((found_at, said),) = outbox_findings(posted, as_owner, statement)
    assert found_at == event_no
    assert detail in said


# --- the command ---------------------------------------------------------------------------------


def test_whole_books_are_reported_body_by_body(posted, other_body, verify):
    status, summary, report = verify("--code", posted.code, "--code", other_body.code)
    assert status == 0, summary
    assert (summary["bodies"], summary["entries"], summary["findings"]) == (2, 3, 0)
    assert summary["outbox_checked"]
    assert summary["cells"] == report["cells"]
    assert sum(cell["bodies"] for cell in report["cells"].values()) == 2
    assert report["cells"][posted.cell]["entries"] == 3
    slowest = report["cells"][posted.cell]["slowest"][0]["body"]
    assert slowest in {posted.code, other_body.code}
    assert {one["body"]: one["entries"] for one in report["results"]} == {
        posted.code: 3,
        other_body.code: 0,
    }


def test_every_finding_is_told_and_one_body_does_not_stop_the_others(
    posted, other_body, post, posting, as_owner, verify
):
    post(other_body, posting("2026-10-05"))
    with as_owner(posted) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute("UPDATE journal_entry SET description = 'x' WHERE event_no = 2")
        owner.execute("DELETE FROM shared.outbox WHERE body_code = %s", [posted.code])
    with as_owner(other_body) as owner:
        owner.execute("ALTER TABLE journal_line RENAME TO journal_lines")
    try:
        status, summary, _ = verify(
            "--code", other_body.code, "--code", posted.code, "--code", "0000000"
        )
    finally:
        with as_owner(other_body) as owner:
            owner.execute("ALTER TABLE journal_lines RENAME TO journal_line")
    assert status == 1
    found = {(f["body"], f["check"], f["event_no"]) for f in summary["details"]}
    assert found == {
        ("0000000", "directory", None),
        (other_body.code, "reading", None),
        (posted.code, "rows are what was hashed", 2),
        *((posted.code, "outbox", event_no) for event_no in (1, 2, 3)),
    }


def test_a_head_kept_elsewhere_may_be_given(posted, as_owner, verify):
    with as_owner(posted) as owner:
        (kept,) = owner.execute("SELECT hash FROM journal_entry WHERE event_no = 2").fetchone()
    assert verify("--code", posted.code, "--kept-head", kept)[0] == 0
    status, summary, _ = verify("--code", posted.code, "--kept-head", "0" * 64)
    assert status == 1
    assert [finding["check"] for finding in summary["details"]] == ["head kept elsewhere"]


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(holds) -> None:
    """Wait for what is bound to come; the limit is for a product that hangs."""
    deadline = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_killed_it_goes_on_where_it_was(
    posted, other_body, as_owner, verify, owner_environment, tmp_path
):
    """One body is locked, so that the run cannot end by itself."""
    state = tmp_path / "state.jsonl"
    words = ["--code", posted.code, "--code", other_body.code, "--state", str(state)]
    with as_owner(other_body) as owner, owner.transaction():
        owner.execute("LOCK TABLE journal_entry IN ACCESS EXCLUSIVE MODE")
        running = subprocess.Popen(
            [*VERIFY, *words], env=owner_environment, stderr=subprocess.DEVNULL
        )
        wait_until(lambda: state.exists() and state.read_text().endswith("}\n"))
        children = children_of(running.pid)
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
        wait_until(lambda: not any(is_alive(child) for child in children))
    (kept,) = [json.loads(line) for line in state.read_text().splitlines() if line]
    assert kept["body"] == posted.code
    with state.open("a") as file:
        file.write('\n{"body": "0')  # a line that the crash cut short

    status, summary, report = verify(*words)

    assert (status, summary["bodies"], summary["resumed"]) == (0, 2, 1)
    results = {result["body"]: result for result in report["results"]}
    assert results[posted.code] == kept, "it was not verified again"
    assert set(results) == {posted.code, other_body.code}
    assert not state.exists(), "the next run begins anew"


def test_a_process_ended_from_outside_is_no_clean_bill(
    posted, as_owner, owner_environment, tmp_path
):
    """As by the system when memory is short: what was not looked at is not called whole."""
    state = tmp_path / "state.jsonl"
    words = ["--code", posted.code, "--state", str(state), "--processes", "1"]
    words += ["--report", str(tmp_path / "report.json")]
    with as_owner(posted) as owner, owner.transaction():
        owner.execute("LOCK TABLE journal_entry IN ACCESS EXCLUSIVE MODE")
        running = subprocess.Popen(
            [*VERIFY, *words], env=owner_environment, stderr=subprocess.DEVNULL
        )
        wait_until(lambda: verifying_children(running.pid))
        for child in verifying_children(running.pid):
            os.kill(child, signal.SIGKILL)
        assert running.wait(60) == 2
    report = json.loads((tmp_path / "report.json").read_text())
    assert (report["is_whole_run"], report["books"]) == (False, 0)


def verifying_children(pid: int) -> list[int]:
    """The processes that verify: multiprocessing has one more, which cleans up after them."""
    commands = {child: Path(f"/proc/{child}/cmdline") for child in children_of(pid)}
    return [child for child, path in commands.items() if b"spawn_main" in path.read_bytes()]
