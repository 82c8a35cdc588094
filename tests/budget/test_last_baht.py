"""The last baht is spent once, at each level of control, however many ask for it at one moment.

`make prove-budget` sends 1,000 requests, 20 times at each level.
"""

import logging
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.budget.office import DAY

FULL_SIZE = os.environ.get("OPENLAAS_FULL_SIZE") == "1"
ROUNDS, REQUESTS, THREADS = (20, 1_000, 32) if FULL_SIZE else (1, 24, 8)


def spoken_for(ledger, level):
    """Return a line and what to ask of it: the last baht is in the line, a hold or a contract."""
    if level == "grant":
        return ledger.line("1.00", fund_source="GRANT_SPEC"), "reserve", {}
    if level == "line":
        return ledger.line("1.00"), "reserve", {}
    line, holder = ledger.line("50.00"), ledger.document()
    makes, takes = ("reserve", "obligate") if level == "hold" else ("obligate", "disburse")
    more = {} if makes == "reserve" else {"of": None}
    ledger.do(makes, holder, (line, "1.00"), **more)
    return line, takes, {"of": holder}


def ask(ledger, operation, document, line, **more) -> object:
    """Ask for a baht of a line; return what one is told."""
    from django.db import connections

    try:
        ledger.do(operation, document, (line, "1.00"), **more)
    except ledger.operations.UnableToMoveBudget as error:
        return [refusal.code for refusal in error.refusals]
    finally:
        connections["default"].close()
    return "taken"


def ask_at_once(ledger, operation, line, **more) -> list[object]:
    """Let many ask for a baht of a line at one moment; return what each is told."""
    document, together = ledger.document(), threading.Barrier(THREADS)

    def one(number):
        if number < THREADS:
            together.wait(30)
        return ask(ledger, operation, document, line, **more)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(REQUESTS)))


@pytest.mark.parametrize("level", ["line", "grant", "hold", "obligation"])
def test_the_last_baht_is_taken_once(ledger, level):
    for _ in range(ROUNDS):
        line, operation, more = spoken_for(ledger, level)
        answers = ask_at_once(ledger, operation, line, **more)
        assert answers.count("taken") == 1
        assert answers.count(["budget_not_enough"]) == REQUESTS - 1
    logging.getLogger(__name__).info("%s: %s x %s asked for one baht", level, ROUNDS, REQUESTS)


WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"


@pytest.mark.parametrize("level", ["line", "hold", "obligation"])
def test_who_comes_second_waits_for_the_first_and_is_refused(ledger, as_owner, level):
    line, operation, more = spoken_for(ledger, level)
    first, second = ledger.document(), ledger.document()
    facts = {"document_id": first, "day": DAY, "officer": ledger.officer, **more}
    with as_owner(ledger.body) as owner, ThreadPoolExecutor(1) as pool:
        with ledger.entering(ledger.body):
            take = getattr(ledger.operations, operation)
            take(wanted=ledger.wanted((line, "1.00")), **facts)
            told = pool.submit(ask, ledger, operation, second, line, **more)
            while not told.done() and not owner.execute(WAITING, [ledger.body.cell]).fetchone()[0]:
                pass
        assert told.result() == ["budget_not_enough"]
