"""Whoever can do everything to the database changes the books: it is found, and where.

The tamperer is a superuser with the triggers switched off; the books are those of
``openlaas.tampering.books``.
"""

import json
from types import SimpleNamespace

import pytest

from openlaas.tampering import books as books_to_tamper_with
from openlaas.tampering.books import OURS, Tamperer
from openlaas.tampering.ways import (
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


@pytest.fixture(scope="module")
def books(_unused_bodies, officer, as_owner, verified):
    """The books of the first paragraph, and a tamperer's connection to them."""
    body = next(_unused_bodies)
    books_to_tamper_with.write(body, officer=officer)
    assert verified(body).findings == ()
    with as_owner(body) as owner:
        tamperer = Tamperer(owner, schema=body.schema_name)
        tamperer.keep_untouched()
        yield SimpleNamespace(
            body=body,
            owner=owner,
            tamper=tamperer.tamper,
            restore=tamperer.restore,
        )
        tamperer.forget_untouched()


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
            f"DELETE FROM shared.outbox {OURS} AND event_no > 25",
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
    events = f"UPDATE shared.outbox SET {told} {OURS} AND event_no = 12"
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
