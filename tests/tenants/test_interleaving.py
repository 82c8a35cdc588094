"""Thousands of transactions over many bodies on one connection: none reaches another body.

Each transaction reads whose schema it is in and a canary that only its body has, and writes a
count that is compared at the end. In between, transactions fail in every way there is. By the rule
of three, 0 wrong bodies in N transactions means fewer than 3/N with 95 % confidence.
"""

import contextlib
import logging
import random
import threading
from collections import Counter
from dataclasses import dataclass, field

import pytest
from django.db import DatabaseError, connections, transaction

from accounting import books
from accounting.scripts import script
from tenants.backend import pool
from tenants.directory.queries import bodies_with_books
from tenants.transactions import one_question, tenant_transaction

log = logging.getLogger(__name__)

BODIES, THREADS = 200, 6
PROBE = "SELECT body_code, (SELECT hash FROM journal_head), current_user FROM body_identity"
PREPARED_PROBE = script("probe", PROBE)  # more bodies than a connection keeps plans for
COUNT = """
INSERT INTO document_counter AS counted VALUES ('PROBE', 2570, 1)
ON CONFLICT (kind, fiscal_year) DO UPDATE SET last_no = counted.last_no + 1
"""
PREPARED_COUNT = script("count", COUNT)


class Abandoned(Exception):
    """The caller changes its mind in the middle."""


@dataclass
class Findings:
    """What the threads saw."""

    wrong: list[str] = field(default_factory=list)
    committed: Counter[str] = field(default_factory=Counter)
    endings: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)


def commit(cursor) -> None:
    books.write_with_next(PREPARED_COUNT, {})


def abandon(cursor) -> None:
    cursor.execute(COUNT)
    raise Abandoned


def fail(cursor) -> None:
    cursor.execute(COUNT)
    cursor.execute("SELECT 1/0")


def run_out_of_time(cursor) -> None:
    cursor.execute("SELECT set_config('statement_timeout', '1', true)")
    cursor.execute("SELECT pg_sleep(10)")


def roll_back_a_savepoint(cursor) -> None:
    try:
        with transaction.atomic(using="tenant"):
            cursor.execute(COUNT)
            cursor.execute("SELECT set_config('search_path', 'shared', true)")
            cursor.execute("SELECT 1/0")
    except DatabaseError:
        cursor.execute(COUNT)


def release_a_savepoint(cursor) -> None:
    with transaction.atomic(using="tenant"):
        cursor.execute(COUNT)


def set_for_the_session(cursor) -> None:
    cursor.execute(COUNT)
    cursor.execute(
        "SELECT set_config('search_path', current_schema() || ',shared', false),"
        " set_config('role', current_user, false), set_config('statement_timeout', '0', false)"
    )


def copy_out(cursor) -> None:
    with cursor.copy("COPY (SELECT body_code FROM body_identity) TO STDOUT") as rows:
        assert len(list(rows.rows())) == 1
    raise Abandoned


def break_the_connection(cursor) -> None:
    connections["tenant"].connection.close()
    raise Abandoned


ENDINGS = (
    (commit, 30),
    (release_a_savepoint, 10),
    (roll_back_a_savepoint, 10),
    (abandon, 20),
    (fail, 20),
    (run_out_of_time, 2),
    (set_for_the_session, 4),
    (copy_out, 3),
    (break_the_connection, 1),
)
COMMITTING = {commit, release_a_savepoint, roll_back_a_savepoint, set_for_the_session}


def ask_one_question(body, canary: str, findings: Findings) -> None:
    with one_question(body):
        ((seen,),) = books.rows_of_each(PREPARED_PROBE, {})
    if seen != (body.code, canary, body.role):
        findings.wrong.append(f"{body.code}, one question: saw {seen}")


def probe(body, canary: str, ending, findings: Findings) -> None:
    ask_one_question(body, canary, findings)
    seen = ended = None
    try:
        with tenant_transaction(body), connections["tenant"].cursor() as cursor:
            cursor.execute(PROBE)
            seen = cursor.fetchone()
            ending(cursor)
            ((again,),) = books.rows_of_each(PREPARED_PROBE, {})
            seen = {seen, again}
        ended = "committed"
    except (Abandoned, DatabaseError) as error:
        ended = type(error).__name__
    with findings.lock:
        findings.endings[f"{ending.__name__}: {ended}"] += 1
        findings.committed[body.code] += ended == "committed"
        expected = (body.code, canary, body.role)
        if seen not in (expected, {expected}):
            findings.wrong.append(f"{body.code}, {ending.__name__}: saw {seen}")


@pytest.fixture
def canaries(as_owner):
    """Bodies, and the seal of each one's journal: read behind the product, unlike any other's."""
    bodies = [body for body in bodies_with_books() if body.state == "open"][-BODIES:]
    found = dict(
        zip(bodies, each(bodies, as_owner, "SELECT hash FROM {}.journal_head"), strict=True)
    )
    assert len(found) == len(set(found.values())) == BODIES
    return found


def each(bodies, as_owner, query: str) -> list[object]:
    """Ask the owner one thing about each body's schema."""
    with contextlib.ExitStack() as stack:
        homes = {body.cell: body for body in bodies}
        owners = {cell: stack.enter_context(as_owner(body)) for cell, body in homes.items()}
        rows = (owners[b.cell].execute(query.format(b.schema_name)).fetchone() for b in bodies)
        return [row[0] if row else 0 for row in rows]


TAKE_AWAY = "DELETE FROM {}.document_counter WHERE kind = 'PROBE' RETURNING last_no"


def test_no_transaction_reaches_another_body(
    canaries, as_owner, pools_with, full_size, monkeypatch
):
    transactions = 20_000 if full_size else 2_000
    monkeypatch.setattr(pool, "GIVE_UP_SECONDS", 60.0)
    findings = Findings()
    bodies = sorted(canaries, key=lambda body: body.code)
    endings, weights = zip(*ENDINGS, strict=True)

    def work(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(transactions // THREADS + 1):
            body = chance.choice(bodies)
            (ending,) = chance.choices(endings, weights)
            probe(body, canaries[body], ending, findings)

    with pools_with(TENANT_POOL_SLOTS=1) as pools:
        threads = [threading.Thread(target=work, args=[seed]) for seed in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        counted = list(pools.statistics().values())

    stored = dict(zip((b.code for b in bodies), each(bodies, as_owner, TAKE_AWAY), strict=True))
    done = sum(findings.endings.values())
    wrong = len(findings.wrong)
    log.info("%s transactions, %s bodies, 1 connection a cell: %s wrong", done, BODIES, wrong)
    for name, count in sorted(findings.endings.items()):
        log.info("%6d %s", count, name)
    assert findings.wrong == []
    assert done >= transactions
    # Each with a transaction of one question before it.
    assert sum(cell["leases"] for cell in counted) == 2 * done
    assert stored == {body.code: findings.committed[body.code] for body in bodies}
    committing = {ending.__name__ for ending in COMMITTING}
    for name in findings.endings:
        ending, _, ended = name.partition(": ")
        assert (ending in committing) == (ended == "committed"), name
