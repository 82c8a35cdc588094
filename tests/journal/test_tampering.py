"""Whoever can do everything to the database changes the books: it is found, and where.

The tamperer is a superuser with the triggers switched off. The books are 30 entries: events 1 to
10 are JV-00001/69 to JV-00010/69, events 11 to 30 are JV-00001/70 to JV-00020/70. Event 20 undoes
event 5, event 25 was posted by a voucher, event 28 moves money on an account of the body's own.
"""

import hashlib
import json
from datetime import date
from types import SimpleNamespace

import pytest

from tests.journal.tamperings import (
    BALANCES_ANEW,
    COUNTER_TO_LAST,
    ENTRY_AND_LINES,
    HEAD_TO_LAST,
    OTHER_TEXT,
    TAMPERINGS,
    deleted,
    entry,
    line,
)

TABLES = (
    *("journal_entry", "journal_line", "journal_head", "document_counter", "account_balance"),
    *("account", "period", "fiscal_year", "document"),
)


_OURS = "WHERE body_code = (SELECT body_code FROM body_identity)"


@pytest.fixture(scope="module")
def books(_unused_bodies, entering, officer, posting, post, as_owner, verified):
    """The books of the first paragraph, and a tamperer's connection to them."""
    from accounting.chart.operations import open_sub_account

    body = next(_unused_bodies)
    with entering(body):
        own = open_sub_account(parent="1101030101.001", name_th="ธ.กรุงไทย", officer=officer).code
    days = ["2026-09-20"] * 10 + ["2026-10-02"] * 10 + ["2026-11-03"] * 10
    some = [
        posting(day, f"{event_no}.00", reference=f"ฎ. {event_no}" if event_no < 9 else None)
        for event_no, day in enumerate(days, start=1)
    ]
    some[27] = posting(
        days[27],
        lines=[
            {"account": own, "debit": "28.00"},
            {"account": "1101010101.001", "debit": "0.50", "memo": "ส่วนหนึ่ง"},
            {"account": "4401010104.001", "credit": "28.50"},
        ],
    )
    post(body, *some[:19])
    _undo(body, entering, officer)
    post(body, *some[20:24])
    _post_voucher(body, entering, officer)
    post(body, *some[25:])
    assert verified(body).findings == ()
    with as_owner(body) as owner:
        owner.execute("SET session_replication_role = replica")
        yield _with_memory(body, owner)


def _undo(body, entering, officer):
    from accounting.journal.entry_number import read_number
    from accounting.journal.operations import reverse_entry

    number, day = read_number("JV-00005/69"), date(2026, 10, 2)
    with entering(body):
        reverse_entry(number=number, entry_date=day, reason="ผิดบัญชี", officer=officer)


def _post_voucher(body, entering, officer):
    import uuid
    from dataclasses import replace

    from accounting.general_vouchers import operations as vouchers

    raw = {
        "entry_date": "2026-11-03",
        "description": "ใบผ่านรายการ",
        "lines": [
            {"account": "1101010101.001", "debit": "25.00"},
            {"account": "4401010104.001", "credit": "25.00"},
        ],
    }
    with entering(body):
        voucher_id = vouchers.draft_voucher(raw=raw, officer=officer)
        vouchers.check_voucher(voucher_id=voucher_id, officer=replace(officer, id=uuid.uuid4()))
        vouchers.post_voucher(voucher_id=voucher_id, officer=officer)


def _with_memory(body, owner):
    """Give a tamperer who can put everything back as it was."""
    tables = (*TABLES, "body_identity")
    for table in tables:
        owner.execute(f"CREATE TEMP TABLE untouched_{table} AS TABLE {table}")
    owner.execute(f"CREATE TEMP TABLE untouched_events AS SELECT * FROM shared.outbox {_OURS}")

    def seal(event_no):
        hashes = "SELECT hash FROM journal_entry WHERE event_no = %s"
        texts = "SELECT canonical FROM journal_entry WHERE event_no = %s"
        before, text = (
            owner.execute(query, [no]).fetchone()[0]
            for query, no in ((hashes, event_no - 1), (texts, event_no))
        )
        sealed = hashlib.sha256((before + text).encode()).hexdigest()
        owner.execute("UPDATE journal_entry SET hash = %s WHERE event_no = %s", [sealed, event_no])

    def tamper(statements):
        for statement in statements:
            if statement.startswith("SEAL "):
                seal(int(statement.removeprefix("SEAL ")))
            else:
                owner.execute(statement)

    def restore():
        for table in tables:
            owner.execute(f"DELETE FROM {table}; INSERT INTO {table} TABLE untouched_{table}")
        owner.execute(f"DELETE FROM shared.outbox {_OURS}")
        owner.execute("INSERT INTO shared.outbox TABLE untouched_events")

    return SimpleNamespace(body=body, owner=owner, tamper=tamper, restore=restore, seal=seal)


@pytest.fixture
def tampered(books):
    """Tamper with the books; they are put back afterwards."""
    yield books.tamper
    books.restore()


def told_by_the_standalone_verifier(exported, body, folder, capsys, *, kept_head=""):
    from tenants.archives import verify_archive
    from tenants.archives.writing import NotThisBody

    try:
        exported(body, folder)
    except NotThisBody:
        return 1, "unreadable"  # there is no head to export
    status = verify_archive.main([str(folder), kept_head])
    return status, capsys.readouterr().out


def test_there_are_fifty_ways_and_more():
    assert len(TAMPERINGS) >= 50


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found_and_located(
    books, tampered, verified, exported, tmp_path, capsys, name
):
    statements, (check, event_no), told = TAMPERINGS[name]
    tampered(statements)

    found = [(finding.check, finding.event_no) for finding in verified(books.body).findings]

    assert (check, event_no) in found
    status, said = told_by_the_standalone_verifier(exported, books.body, tmp_path / "j", capsys)
    if told is None:
        assert status == 0, "the files do not show it: the entries and lines are as they were"
    else:
        assert (status, told in said) == (1, True), said


def test_books_put_back_are_whole(books, verified, exported, tmp_path, capsys):
    assert verified(books.body).findings == ()
    status, said = told_by_the_standalone_verifier(exported, books.body, tmp_path / "j", capsys)
    assert (status, said.splitlines()[-1]) == (0, "30 entries, 0 problems")


def test_books_of_another_body_are_not_even_opened(books, tampered, verified):
    from tenants.backend.errors import WrongTenant

    tampered(["UPDATE body_identity SET body_code = '0000000'"])
    with pytest.raises(WrongTenant):
        verified(books.body)


def kept_head(books):
    return books.owner.execute("SELECT hash FROM journal_head").fetchone()[0]


def assert_only_a_kept_head_tells(books, kept, verified, exported, tmp_path, capsys):
    assert verified(books.body).findings == (), "the books agree with themselves"
    (finding,) = verified(books.body, kept_head=kept).findings
    assert finding.check == "head kept elsewhere"
    status, said = told_by_the_standalone_verifier(exported, books.body, tmp_path / "1", capsys)
    assert status == 0, said
    status, said = told_by_the_standalone_verifier(
        exported, books.body, tmp_path / "2", capsys, kept_head=kept
    )
    assert (status, said.splitlines()[0]) == (1, "head: the hash you kept is not in this archive")


def test_a_tail_cut_off_without_a_trace_is_found_by_a_kept_head(
    books, tampered, verified, exported, tmp_path, capsys
):
    kept = kept_head(books)
    tampered(
        [
            *deleted(*ENTRY_AND_LINES, where="event_no > 25"),
            *(HEAD_TO_LAST, COUNTER_TO_LAST, *BALANCES_ANEW),
            f"DELETE FROM shared.outbox {_OURS} AND event_no > 25",
        ]
    )
    assert_only_a_kept_head_tells(books, kept, verified, exported, tmp_path, capsys)


def test_a_chain_written_anew_without_a_trace_is_found_by_a_kept_head(
    books, tampered, verified, exported, tmp_path, capsys
):
    kept = kept_head(books)
    tampered([*line("debit = 99"), *line("credit = 99", line_no=2), *entry(OTHER_TEXT)])
    tampered(f"SEAL {event_no}" for event_no in range(12, 31))
    told = "payload = replace(payload::text, '12.00', '99.00')::jsonb"
    events = f"UPDATE shared.outbox SET {told} {_OURS} AND event_no = 12"
    tampered([HEAD_TO_LAST, *BALANCES_ANEW, events])
    assert_only_a_kept_head_tells(books, kept, verified, exported, tmp_path, capsys)


def test_a_head_kept_at_any_time_is_found_again(books, verified):
    hashes = books.owner.execute("SELECT hash FROM journal_entry ORDER BY event_no").fetchall()
    genesis = json.loads(_chain_head(books.body))["genesis"]
    for kept in (genesis, *(hash_ for (hash_,) in hashes[::7])):
        assert verified(books.body, kept_head=kept).findings == ()


def _chain_head(body):
    from accounting.journal.proofs import chain_head
    from tenants.transactions import tenant_transaction

    with tenant_transaction(body, read_only=True):
        return chain_head()
