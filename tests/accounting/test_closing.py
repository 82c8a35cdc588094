"""Closing a month and posting into it never pass each other."""

import threading
import time
from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest
from django.db import connections

from accounting.closing import operations as closing
from accounting.journal import operations as journal
from accounting.journal.drafts import read_entry
from accounting.officers import Officer
from tenants.transactions import tenant_transaction

OCTOBER = date(2026, 10, 1)
OFFICER = Officer(id=uuid4(), name_th="นางสาวสมหญิง ใจดี", roles=frozenset({"ACCOUNTANT"}))


@pytest.fixture
def post(entry) -> Callable[..., journal.PostedEntry]:
    def post_one(**changed: object) -> journal.PostedEntry:
        return journal.post_entry(draft=read_entry(entry(**changed)), officer=OFFICER)

    return post_one


@pytest.fixture
def beside(body, as_owner):
    """Do work in a transaction of another thread; tell whether it had to wait for this one."""

    def start(work: Callable[[], object]) -> tuple[threading.Thread, list[object], bool]:
        results: list[object] = []

        def run() -> None:
            try:
                with tenant_transaction(body):
                    results.append(work())
            except journal.UnableToPostEntry as error:
                results.append([refusal.code for refusal in error.refusals])
            finally:
                connections["tenant"].close()

        with connections["tenant"].cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (mine,) = cursor.fetchone()
        thread = threading.Thread(target=run)
        thread.start()
        waits = False
        deadline = time.monotonic() + 30
        with as_owner(body) as owner:
            while not waits and thread.is_alive():
                assert time.monotonic() < deadline
                waits = owner.execute(
                    "SELECT EXISTS (SELECT 1 FROM pg_stat_activity"
                    " WHERE %s = ANY(pg_blocking_pids(pid)))",
                    [mine],
                ).fetchone()[0]
        return thread, results, waits

    return start


def test_closing_waits_for_a_posting_under_way(body, post, beside):
    with tenant_transaction(body):
        post()
        thread, results, waited = beside(
            lambda: closing.close_period(starts_on=OCTOBER, officer=OFFICER).state
        )
    thread.join()
    assert waited, "else an entry could be committed into a closed month"
    assert results == ["closed"]


def test_a_posting_waits_for_closing_and_is_refused(body, post, beside, as_owner):
    with tenant_transaction(body):
        assert closing.close_period(starts_on=OCTOBER, officer=OFFICER)
        thread, results, waited = beside(post)
    thread.join()
    assert waited
    assert results == [["period_closed"]]
    with as_owner(body) as owner:
        assert owner.execute("SELECT event_no FROM journal_head").fetchone() == (0,)


def test_postings_into_one_month_wait_for_each_other_at_the_head_only(body, post, beside):
    with tenant_transaction(body):
        first = post()
        thread, results, waited = beside(post)
    thread.join()
    assert waited
    assert [posted.event_no for posted in results] == [first.event_no + 1]


def test_a_month_is_closed_once_and_opened_again(body, post):
    with tenant_transaction(body):
        assert closing.close_period(starts_on=OCTOBER, officer=OFFICER).state == "closed"
    for day, code in ((OCTOBER, "closed_already"), (date(2020, 1, 1), "period_missing")):
        with pytest.raises(closing.UnableToClosePeriod) as refused, tenant_transaction(body):
            closing.close_period(starts_on=day, officer=OFFICER)
        assert [refusal.code for refusal in refused.value.refusals] == [code]
    with pytest.raises(journal.UnableToPostEntry), tenant_transaction(body):
        post()
    with tenant_transaction(body):
        closing.reopen_period(starts_on=OCTOBER, officer=OFFICER, reason="ปรับปรุง")
        assert post().event_no == 1
    with pytest.raises(closing.UnableToReopenPeriod) as refused, tenant_transaction(body):
        closing.reopen_period(starts_on=OCTOBER, officer=OFFICER, reason="ปรับปรุง")
    assert [refusal.code for refusal in refused.value.refusals] == ["open_already"]


def test_a_year_is_opened_with_its_twelve_months_and_twice_changes_nothing(body, post):
    from django.utils import timezone

    with tenant_transaction(body):
        with pytest.raises(journal.UnableToPostEntry, match="has not been opened"):
            post(entry_date="2028-01-01")
        for _ in range(2):
            closing.open_fiscal_year(year=2571, opened_at=timezone.now())
        assert post(entry_date="2027-10-01").number == "JV-00001/71"
        assert post(entry_date="2028-09-30").number == "JV-00002/71"
