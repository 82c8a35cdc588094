"""Verifying the books of a fleet: every place that holds some, the empty ones by a shorter way."""

from contextlib import closing
from types import SimpleNamespace

import pytest


@pytest.fixture
def posted(body, post, posting):
    """A body with three entries."""
    post(body, *(posting("2026-10-05", f"{n}.00") for n in range(1, 4)))
    return body


@pytest.fixture
def looked_at(owner_url):
    """Verify a body's books as a process of `openlaas verify` does; give result after result."""
    from django.test import override_settings

    from openlaas.database_urls import connection_parameters
    from tenants.fleet_health.books import books_of
    from tenants.fleet_health.verifying import CellVerifier

    def look(body):
        parameters = connection_parameters(owner_url)
        with override_settings(OWNER_PARAMETERS=parameters), closing(CellVerifier()) as verifier:
            return [
                result
                for books in books_of([body.code])
                for result in verifier.verified([books], kept_head=None)
            ]

    return look


def checks(results):
    return {finding["check"] for result in results for finding in result["findings"]}


# name, what a tamperer does to books without an entry, the check that finds it
EMPTY_BOOKS = [
    ("UPDATE body_identity SET body_id = gen_random_uuid()", "identity"),
    ("UPDATE body_identity SET body_code = '0000000'", "reading"),
    ("UPDATE body_identity SET generation = 2", "identity"),
    ("DELETE FROM journal_head", "head of the chain"),
    ("UPDATE journal_head SET hash = repeat('0', 64)", "head of the chain"),
    ("UPDATE journal_head SET event_no = 1", "head of the chain"),
    ("INSERT INTO document_counter VALUES ('JV', 2570, 1)", "counters"),
    (
        "INSERT INTO account_balance VALUES ('1', '2026-10-01', 5, 0)",
        "balances are the sums of lines",
    ),
    (
        "INSERT INTO journal_line VALUES (1, 1, '1', '2026-10-02', 5, 0)",
        "lines belong to an entry",
    ),
    ("DELETE FROM period WHERE starts_on = '2026-10-01'", "years have their months"),
    ("UPDATE period SET fiscal_year = 2571 WHERE fiscal_year = 2570", "years have their months"),
    ("DELETE FROM fiscal_year; DELETE FROM period", "years have their months"),
]


@pytest.mark.parametrize(("statement", "check"), EMPTY_BOOKS)
def test_books_without_an_entry_are_looked_at_too(body, as_owner, looked_at, statement, check):
    """They take a shorter way, which must not be a way around."""
    (before,) = looked_at(body)
    assert (before["findings"], before["entries"]) == ([], 0)
    with as_owner(body) as owner:
        owner.execute(f"SET session_replication_role = replica; {statement}")
    assert check in checks(looked_at(body))


def test_entries_that_only_the_outbox_tells_are_found(body, as_owner, looked_at):
    with as_owner(body) as owner:
        owner.execute(
            "INSERT INTO shared.outbox VALUES (%s, 1, 'journal_entry', now(), '{}')", [body.code]
        )
    ((finding,),) = [result["findings"] for result in looked_at(body)]
    assert (finding["check"], finding["event_no"]) == ("outbox", 1)


def test_books_of_another_time_are_verified_beside_the_live_ones(posted, other_body, looked_at):
    """The live books of one body stand in for an earlier generation of the other's."""
    from tenants.directory.models import Body, Place

    theirs = Place.objects.get(body__code=other_body.code)
    owner = Body.objects.get(code=posted.code)
    Place.objects.filter(id=theirs.id).update(use="earlier", body=owner)
    try:
        results = looked_at(posted)
    finally:
        Place.objects.filter(id=theirs.id).update(use="live", body=theirs.body)
    uses = {one["use"]: [finding["check"] for finding in one["findings"]] for one in results}
    assert uses == {"live": [], "earlier": ["reading"]}, "the schema is another body's"


def test_a_body_closed_to_everybody_is_verified(posted, looked_at):
    from tenants.directory.models import Body

    Body.objects.filter(code=posted.code).update(state="suspended")
    try:
        (result,) = looked_at(posted)
    finally:
        Body.objects.filter(code=posted.code).update(state="open")
    assert (result["findings"], result["entries"]) == ([], 3)


def test_a_cell_whose_server_is_away_is_told_of_each_body(posted, looked_at):
    from tenants.directory.models import Cell

    Cell.objects.filter(name=posted.cell).update(host="127.0.0.1", port=1)
    try:
        results = looked_at(posted)
    finally:
        Cell.objects.filter(name=posted.cell).update(host="", port=None)
    assert checks(results) == {"server"}


def test_a_process_keeps_to_a_cell_and_then_goes_where_most_is_left():
    from openlaas.verifying.processes import BOOKS_TOGETHER, Work

    def books(cell, count):
        return [SimpleNamespace(cell=cell) for _ in range(count)]

    work = Work([*books("a", 3 * BOOKS_TOGETHER), *books("b", 2 * BOOKS_TOGETHER + 1)])
    assert work.batches == 6
    first, second = work.next_batch("")[0].cell, work.next_batch("")[0].cell
    assert (first, second) == ("a", "b"), "each begins in a cell of its own"
    assert [work.next_batch("b")[0].cell for _ in range(2)] == ["b", "b"]
    assert work.next_batch("b")[0].cell == "a"
    assert len(work.next_batch("a")) == BOOKS_TOGETHER
    assert work.next_batch("a") == work.next_batch("a") == []
