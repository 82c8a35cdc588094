"""What was known at a moment is printed the same for ever, and a difference names its documents."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest

LATER, AT_ONCE = 1_000, 200
BACK_DATED = ("2025-10-01", "2026-09-30", "2026-10-01", "2026-10-20", "2026-11-20")
MONTH = date(2026, 10, 1)


@pytest.fixture(scope="module")
def turned(_unused_bodies, post, posting, reports):
    """A body; what was printed of it at a moment; and a thousand entries posted since."""
    body = next(_unused_bodies)
    days = ("2026-09-01", "2026-10-05", "2026-11-07")
    known = post(body, *(posting(days[n % 3], f"{n}.25") for n in range(1, 31)))[-1].posted_at
    asked = [
        {"fiscal_year": 2569},
        {"fiscal_year": 2570},
        {"fiscal_year": 2570, "month": MONTH},
        {"fiscal_year": 2570, "as_of": date(2026, 10, 10)},
    ]
    printed = [(one, reports.trial_balance(body, as_known_at=known, **one)) for one in asked]
    later = [
        entry
        for start in range(0, LATER, AT_ONCE)
        for entry in post(
            body,
            *(
                posting(BACK_DATED[n % 5], f"{n + 1}.50", description=f"รายการหลัง {n}")
                for n in range(start, start + AT_ONCE)
            ),
        )
    ]
    return body, known, printed, later


def test_a_trial_balance_as_known_then_is_the_same_to_the_byte(turned, reports):
    body, known, printed, later = turned
    assert len(later) == LATER
    for asked, text in printed:
        again = reports.trial_balance(body, as_known_at=known, **asked)
        assert again.encode() == text.encode()
        assert reports.trial_balance(body, **asked) != text, "as known now it is another one"


def test_a_moment_between_two_recordings_gives_the_same_report_too(body, post, posting, reports):
    """Asked for at a moment after the last recording, before and after the next one."""
    from datetime import UTC, datetime

    post(body, posting("2026-10-05", "1.00"))
    moment = datetime.now(UTC)
    asked = {"account": "1101010101.001", "from_date": MONTH, "to_date": MONTH.replace(day=31)}

    def printed():
        return (
            reports.trial_balance(body, fiscal_year=2570, as_known_at=moment),
            reports.ledger(body, limit=10, as_known_at=moment, **asked),
        )

    before = printed()
    post(body, posting("2026-10-05", "2.00"))
    assert printed() == before


def test_a_posting_that_has_taken_its_moment_is_waited_for(
    body, entering, officer, posting, reports, as_owner
):
    """It is dated before the report's moment and written after: the report must have it."""
    from datetime import UTC, datetime

    from accounting.journal.operations import post_entries

    taken, written = threading.Event(), threading.Event()

    def post_slowly():
        with entering(body):
            post_entries(postings=[posting("2026-10-05", "3.00")], officer=officer)
            taken.set()
            assert written.wait(30)

    def is_waiting():
        with as_owner(body) as owner:
            asked = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            return owner.execute(asked).fetchone()[0]

    with ThreadPoolExecutor() as threads:
        slow = threads.submit(post_slowly)
        assert taken.wait(30)
        asked = {"fiscal_year": 2570, "as_known_at": datetime.now(UTC)}
        report = threads.submit(reports.trial_balance, body, **asked)
        while not is_waiting() and not report.done():
            pass
        written.set()
        slow.result()
        first = report.result()
    assert '"3.00"' in first
    assert reports.trial_balance(body, **asked) == first


def test_the_difference_lists_exactly_the_documents_posted_since(turned, reports):
    body, known, _, later = turned
    told = json.loads(
        reports.difference(
            body,
            fiscal_year=2570,
            month=None,
            known_from=known,
            known_to=later[-1].posted_at,
        )
    )
    assert [document["number"] for document in told["documents"]] == [e.number for e in later]
    assert [document["description"] for document in told["documents"]] == [
        entry.description for entry in later
    ]
    total = sum((line.debit for entry in later for line in entry.lines), Decimal(0))
    assert [(a["account"], a["debit"], a["credit"]) for a in told["accounts"]] == [
        ("1101010101.001", str(total), "0.00"),
        ("4401010104.001", "0.00", str(total)),
    ]


def test_the_difference_of_a_month_leaves_out_what_is_dated_after_it(turned, reports):
    body, known, _, later = turned
    span = {"known_from": known, "known_to": later[-1].posted_at}
    told = json.loads(reports.difference(body, fiscal_year=2570, month=MONTH, **span))
    expected = [entry.number for entry in later if entry.entry_date < date(2026, 11, 1)]
    assert [document["number"] for document in told["documents"]] == expected
    assert len(expected) == LATER * 4 // 5


def test_the_difference_explains_the_two_trial_balances(turned, reports):
    body, known, _, later = turned
    now = later[-1].posted_at
    of_2569 = {"fiscal_year": 2569, "month": None}
    accounts = json.loads(reports.difference(body, known_from=known, known_to=now, **of_2569))
    moved = {a["account"]: Decimal(a["debit"]) - Decimal(a["credit"]) for a in accounts["accounts"]}

    def closing(moment):
        rows = json.loads(reports.trial_balance(body, fiscal_year=2569, as_known_at=moment))["rows"]
        return {
            r["account"]: Decimal(r["closing_debit"]) - Decimal(r["closing_credit"]) for r in rows
        }

    then, since = closing(known), closing(now)
    assert {account: since[account] - then.get(account, Decimal(0)) for account in since} == moved


def test_nothing_was_posted_between_a_moment_and_itself(turned, reports):
    body, known, _, _ = turned
    span = {"known_from": known, "known_to": known}
    told = json.loads(reports.difference(body, fiscal_year=2570, month=None, **span))
    assert (told["documents"], told["accounts"]) == ([], [])
