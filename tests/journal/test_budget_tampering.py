"""Whoever can do everything to the database changes the budget: it is found, and where.

As test_tampering.py, with the budget of ``openlaas.tampering.budget_books``.
"""

from types import SimpleNamespace

import pytest

from openlaas.tampering import budget_books
from openlaas.tampering.books import Tamperer
from openlaas.tampering.budget_ways import BUDGET_TAMPERINGS, HEAD_TO_LAST, movement, sealed


@pytest.fixture(scope="module")
def books(_unused_bodies, officer, as_owner, verified):
    """The budget of the first paragraph, and a tamperer's connection to it."""
    body = next(_unused_bodies)
    budget_books.write(body, officer=officer)
    assert verified(body).findings == ()
    with as_owner(body) as owner:
        tamperer = Tamperer(owner, schema=body.schema_name)
        tamperer.keep_untouched()
        yield SimpleNamespace(body=body, owner=owner, tamperer=tamperer)
        tamperer.forget_untouched()


@pytest.fixture
def tampered(books):
    """Tamper with the budget; it is put back afterwards."""
    yield books.tamperer.tamper
    books.tamperer.restore()


@pytest.fixture
def told(books, exported, tmp_path, capsys):
    """What the verifier of the exported files says, and its exit status."""
    from tenants.archives import verify_budget

    def ask(*, kept: str = "") -> tuple[int, str]:
        folder = tmp_path / f"archive-{len(list(tmp_path.iterdir()))}"
        exported(books.body, folder)
        status = verify_budget.main([str(folder), kept])
        return status, capsys.readouterr().out

    return ask


def test_there_are_fifty_ways_and_more():
    assert len(BUDGET_TAMPERINGS) >= 50


@pytest.mark.parametrize("name", BUDGET_TAMPERINGS)
def test_tampering_is_found_and_located(books, tampered, verified, told, name):
    statements, (check, detail), words = BUDGET_TAMPERINGS[name]
    tampered(statements)

    found = [(one.check, one.detail) for one in verified(books.body).findings]

    assert any(one == check and detail in said for one, said in found), found
    status, said = told()
    assert (status, words in said) == (1, True), said


def test_a_budget_put_back_is_whole(books, verified, told):
    assert verified(books.body).findings == ()
    status, said = told()
    assert (status, said.splitlines()[-1]) == (0, "0 entries, 0 problems")


def test_a_chain_written_anew_without_a_trace_is_found_by_a_kept_hash(
    books, tampered, verified, told
):
    (kept,) = books.owner.execute("SELECT hash FROM budget_head").fetchone()
    assert verified(books.body, kept_head=kept).findings == ()
    assert told(kept=kept)[0] == 0
    tampered([*movement("day = day + 1"), *map(sealed, range(5, 11)), HEAD_TO_LAST])
    assert verified(books.body).findings == (), "the budget agrees with itself"
    (finding,) = verified(books.body, kept_head=kept).findings
    assert finding.check == "head kept elsewhere"
    assert told()[0] == 0
    assert told(kept=kept)[0] == 1
