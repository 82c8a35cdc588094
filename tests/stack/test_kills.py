"""A small run of `make prove-crashes`, and whether it would notice what it looks for."""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import pytest

from openlaas.bench.offices import Office
from openlaas.crashes import checks, running
from openlaas.crashes.history import History, Posting, Told
from openlaas.crashes.proof import kinds_in_order

from .conftest import clean_environ

OFFICE = Office(code="1", schema="b_1", role="r", cell="c", token="t")
SENT = (("11", "5.00", "0.00"), ("44", "0.00", "5.00"))


def test_nothing_acknowledged_is_lost_whatever_is_killed(var):
    words = ("prove", "crashes", "--kills", "6", "--bodies", "3", "--clients", "12", "--json")
    done = subprocess.run(
        [sys.executable, "-m", "openlaas.cli", *words, "--var", var],
        env={**clean_environ(), "OPENLAAS_BUILD": str(var.with_name("build"))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    kinds = {"app worker": 1, "app server": 1, "backend": 2, "postmaster": 2}
    assert report["dataset"]["kills"] == kinds
    assert {n: v for n, v in report["figures"].items() if n.startswith("broken") and v} == {}
    assert report["figures"]["entries_acknowledged"] > 0
    assert report["figures"]["crash_recoveries"] >= 2
    assert not var.exists()


def test_nothing_is_killed_that_the_supervisor_did_not_start():
    with subprocess.Popen(["sleep", "60"]) as stranger, subprocess.Popen(["sleep", "60"]) as root:
        assert not running._kill(stranger.pid, root=root.pid)
        assert stranger.poll() is None
        assert running._kill(stranger.pid, root=os.getpid())
        stranger.wait(5)
        root.kill()


def test_each_kind_has_a_third_of_the_kills():
    from collections import Counter
    from random import Random

    counted = Counter(kinds_in_order(300, Random(1)))
    assert counted == {"app worker": 50, "app server": 50, "backend": 100, "postmaster": 100}


# --- would it notice? ----------------------------------------------------------------------------


def sealed(*entries: dict[str, object]) -> list[SimpleNamespace]:
    """Entries 1, 2, … as a body has them, each sealed over the one before."""
    known = hashlib.sha256(b"OpenLAAS 1 generation 1").hexdigest()
    rows = []
    for number, changed in enumerate(entries, start=1):
        canonical = f"text {number}"
        known = hashlib.sha256((known + canonical).encode()).hexdigest()
        usual = {
            "event_no": number,
            "kind": "JV",
            "fiscal_year": 2570,
            "no": number,
            "reference": f"key{number}.0",
            "canonical": canonical,
            "hash": known,
            "lines": [list(line) for line in SENT],
        }
        rows.append(SimpleNamespace(**{**usual, **changed}))
    return rows


def books_of(*entries: SimpleNamespace, **changed: object) -> checks.Books:
    last = entries[-1]
    amounts = {("11", "2026-10"): (Decimal(15), Decimal(0))}
    head = SimpleNamespace(
        event_no=last.event_no,
        hash=last.hash,
        body_code="1",
        generation=1,
        counters={"JV2570": last.no},
    )
    usual = {
        "entries": list(entries),
        "head": head,
        "balances": amounts,
        "sums": amounts,
        "answers": {f"key{n}": [(201, f"answer {n}")] for n in (1, 2, 3)},
        "outbox": [entry.event_no for entry in entries],
    }
    return checks.Books(**{**usual, **changed})


def history_of(entries: list[SimpleNamespace]) -> list[Posting]:
    """What the clients were told of three entries, sent one after the other."""
    return [
        Posting(
            office=OFFICE,
            path="journal-entries",
            key=f"key{n}",
            body=b"",
            expected=201,
            entries={f"key{n}.0": SENT},
            outcomes=["201"],
            first_sent_at=float(n),
            answered_at=n + 0.5,
            answer_sha256=f"answer {n}",
            told={f"key{n}.0": Told(event_no=n, number=f"JV-{n:05d}/70", hash=entries[n - 1].hash)},
        )
        for n in (1, 2, 3)
    ]


def broken(postings: list[Posting], books: checks.Books) -> set[str]:
    return {
        promise for promise, _ in [*checks.promises_kept_to(postings, books), *checks.whole(books)]
    }


def test_whole_books_break_nothing():
    entries = sealed({}, {}, {})
    assert broken(history_of(entries), books_of(*entries)) == set()


@pytest.mark.parametrize(
    ("changed", "promise"),
    [
        ({"reference": "key1.0"}, "doubled"),
        ({"reference": "another"}, "invented"),
        ({"reference": "another"}, "lost"),
        ({"hash": "0" * 64}, "chain"),
        ({"hash": "0" * 64}, "altered"),
        ({"canonical": "other"}, "chain"),
        ({"lines": [["11", "5.00", "0.00"], ["44", "0.00", "4.00"]]}, "unbalanced"),
        ({"lines": [["11", "6.00", "0.00"], ["44", "0.00", "6.00"]]}, "altered"),
        ({"lines": None}, "unbalanced"),
        ({"event_no": 7}, "gaps"),
        ({"no": 7}, "gaps"),
    ],
)
def test_an_entry_that_is_not_as_it_was_acknowledged_is_noticed(changed, promise):
    told = history_of(sealed({}, {}, {}))
    assert promise in broken(told, books_of(*sealed({}, changed, {})))


def test_an_entry_that_is_gone_is_noticed():
    entries = sealed({}, {}, {})
    found = broken(history_of(entries), books_of(entries[0], entries[2]))
    assert found >= {"lost", "gaps", "chain"}
    assert "lost" in broken(history_of(entries), books_of(*entries[:2]))


@pytest.mark.parametrize(
    ("changed", "promise"),
    [
        ({"outbox": [1, 2]}, "outbox"),
        ({"balances": {}}, "balances"),
        ({"answers": {}}, "forgotten"),
        (
            {"answers": {f"key{n}": [(201, f"answer {n}")] * 2 for n in (1, 2, 3)}},
            "forgotten",
        ),
    ],
)
def test_what_stands_beside_the_entries_is_looked_at_too(changed, promise):
    entries = sealed({}, {}, {})
    assert broken(history_of(entries), books_of(*entries, **changed)) == {promise}


def test_a_counter_or_a_head_that_runs_ahead_is_noticed():
    entries = sealed({}, {}, {})
    head = books_of(*entries).head
    ahead = replace(books_of(*entries), head=SimpleNamespace(**{**vars(head), "event_no": 4}))
    assert broken(history_of(entries), ahead) == {"chain"}
    counted = SimpleNamespace(**{**vars(head), "counters": {"JV2570": 4}})
    assert broken(history_of(entries), replace(ahead, head=counted)) == {"gaps"}


def test_an_entry_before_one_that_was_acknowledged_earlier_is_noticed():
    entries = sealed({}, {}, {})
    told = history_of(entries)
    told[0].first_sent_at = 2.7  # sent after the answer to the second, and yet before it
    assert broken(told, books_of(*entries)) == {"order"}


def test_what_was_never_answered_and_what_nobody_may_be_told_is_noticed():
    history = History()
    posting = history_of(sealed({}, {}, {}))[0]
    posting.answer_sha256 = None
    history.begin(posting)
    history.complain("500: b''")
    found = {promise for promise, _ in checks.of_the_clients(history)}
    assert found == {"unresolved", "answers"}
