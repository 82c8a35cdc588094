"""The books do what the model does, whatever is asked of them and in whatever order.

Every operation runs in a transaction of its own that really ends, so deferred triggers and locks
take part. `make test` plays 200 games of 30 moves; `make prove-ledger` plays 2,000 of 50.
"""

import json
import logging
import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.journal.comparing import (
    BANK,
    IN_NO_CHART,
    NATIONAL,
    REVENUE,
    THIRD_YEAR,
    YEARS,
    Books,
    Comparing,
    one_of,
)
from tests.journal.model import EVERY_KIND, JV, ZERO, Asked, Line, Voucher

FULL_SIZE = os.environ.get("OPENLAAS_FULL_SIZE") == "1"
GAMES, MOVES = (2_000, 50) if FULL_SIZE else (200, 30)

MONTHS = [
    *(date(2025, 9, 1), date(2025, 10, 1), date(2026, 8, 1), date(2026, 9, 1)),
    *(date(2026, 10, 1), date(2026, 11, 1), date(2027, 9, 1), date(2027, 10, 1)),
]
OPEN_MONTHS = MONTHS[1:7]

# --- what may be asked ---------------------------------------------------------------------------

some = st.integers(min_value=0, max_value=1_000)  # which of those that there are
months = st.sampled_from(OPEN_MONTHS * 3 + MONTHS)
kinds = st.sampled_from([EVERY_KIND, EVERY_KIND, JV])
days = st.builds(date.replace, months, day=st.sampled_from([1, 2, 15, 30]))
open_days = st.builds(date.replace, st.sampled_from(OPEN_MONTHS), day=st.integers(1, 30))
amounts = st.one_of(
    st.integers(1, 10_000), st.integers(1, 10**13), st.sampled_from([1, 99, 100, 10**13 - 1])
).map(lambda satang: Decimal(satang) / 100)
# Each amount goes from one account to another; one of them may leave its entry off balance.
moves = st.lists(st.tuples(amounts, some, some), min_size=1, max_size=3)
memos = st.sampled_from([None, None, "หมายเหตุ", 'a"b\\c\nd'])
mostly_right = st.sampled_from(["right"] * 8 + ["off by a satang", "in no chart"])
mostly = st.sampled_from([True, True, True, False])
moments = st.tuples(some, st.sampled_from([-1, 0, 0, 1]))


class LedgerMachine(Comparing):
    """The moves of a game, and what is looked at meanwhile."""

    # --- moves -----------------------------------------------------------------------------------

    @initialize(asked=st.lists(st.tuples(open_days, moves, memos, st.just("right")), max_size=6))
    def begin_with_entries(self, asked):
        for one in asked:
            self._post_all([self._asked(*one)])

    @rule(day=days, moves=moves, memo=memos, fault=mostly_right)
    def post(self, day, moves, memo, fault):
        self._post_all([self._asked(day, moves, memo, fault)])

    @rule(asked=st.lists(st.tuples(days, moves, memos, mostly_right), min_size=2, max_size=4))
    def post_in_bulk_all_or_none(self, asked):
        self._post_all([self._asked(*one) for one in asked])

    @precondition(lambda self: self.model.entries)
    @rule(which=some, day=days, in_order=mostly)
    def reverse(self, which, day, in_order):
        from accounting.journal.entry_number import read_number
        from accounting.journal.operations import reverse_entry

        entry = one_of(self.model.entries, which)
        day = max(day, entry.day) if in_order else day
        lines = tuple(replace(ln, debit=ln.credit, credit=ln.debit) for ln in entry.lines)
        undoing = Asked(day=day, lines=lines)
        posted = self._attempt(
            self.model.reversal_refusals(entry, undoing),
            lambda: reverse_entry(
                number=read_number(entry.number),
                entry_date=day,
                reason="ผิด",
                officer=self.books.officers[0],
            ),
        )
        if posted:
            self._compare_posted(
                posted, self.model.record(undoing, posted.posted_at, reverses=entry.event_no)
            )

    @rule(month=months, kind=kinds)
    def close(self, month, kind):
        from accounting.closing.operations import close_period

        refusals = self.model.closing_refusals(month, kind)
        if self._control(refusals, close_period, starts_on=month, kind=kind):
            self.model.closed.add((month, kind))

    @rule(month=months, kind=kinds, which=some, that_is_closed=mostly)
    def reopen(self, month, kind, which, that_is_closed):
        from accounting.closing.operations import reopen_period

        if that_is_closed and self.model.closed:
            month, kind = one_of(sorted(self.model.closed), which)
        refusals = self.model.reopening_refusals(month, kind)
        if self._control(refusals, reopen_period, starts_on=month, kind=kind, reason="ปรับปรุง"):
            self.model.closed.discard((month, kind))

    @rule(year=st.sampled_from([*YEARS, THIRD_YEAR]))
    def open_a_fiscal_year(self, year):
        from accounting.closing.operations import open_fiscal_year

        with self.books.entering():
            open_fiscal_year(year=year, opened_at=datetime.now(UTC))
        self.model.years.add(year)

    @rule(parent=st.sampled_from([BANK, REVENUE, IN_NO_CHART]), name=st.sampled_from("กขค"))
    def open_an_account(self, parent, name):
        from accounting.chart.operations import open_sub_account

        refusals = ["unknown_account"] if parent == IN_NO_CHART else []
        taken = {(code[:-3], own) for code, own in self.model.own.items()}
        refusals += ["name_taken"] if (parent, name) in taken else []
        opened = self._control(refusals, open_sub_account, parent=parent, name_th=name)
        if opened:
            assert opened.code == self.model.open_account(parent, name)

    @rule(day=days, moves=moves, memo=memos, fault=mostly_right, by=some, whole=st.booleans())
    def draft_a_voucher(self, day, moves, memo, fault, by, whole):
        from accounting.general_vouchers.operations import draft_voucher

        asked = self._asked(day, moves, memo, fault) if whole or fault == "right" else None
        raw = asked.raw() if asked else {"description": "ยังไม่ครบ"}
        with self.books.entering():
            voucher_id = draft_voucher(raw=raw, officer=self._officer(by))
        self.model.vouchers[voucher_id] = Voucher(preparer=by % 2, asked=asked)

    @precondition(lambda self: self.model.vouchers)
    @rule(which=some, day=days, moves=moves, by=some, is_stale=st.booleans())
    def change_a_voucher(self, which, day, moves, by, is_stale):
        from accounting.general_vouchers.operations import change_voucher

        voucher_id, voucher = self._voucher(which)
        asked = self._asked(day, moves, None, "right")
        refusals = self.model.step_refusals(voucher, "change", by % 2)
        changed = self._attempt(
            ["stale_document"] if is_stale else refusals,
            lambda: (
                change_voucher(
                    document=voucher_id,
                    version=voucher.version - is_stale,
                    raw=asked.raw(),
                    officer=self._officer(by),
                )
                or True
            ),
        )
        if changed:
            voucher.asked, voucher.version = asked, voucher.version + 1
            voucher.hands.add(by % 2)

    @precondition(lambda self: self.model.vouchers)
    @rule(which=some, action=st.sampled_from(["check", "check", "return", "cancel"]), by=some)
    def move_a_voucher(self, which, action, by):
        self._move_voucher(*self._voucher(which), action, by)

    @precondition(lambda self: self.model.vouchers)
    @rule(which=some, by=some)
    def post_a_voucher(self, which, by):
        self._post_voucher(*self._voucher(which), by)

    @precondition(lambda self: self.model.vouchers)
    @rule(which=some)
    def lead_a_voucher_to_its_end(self, which):
        unfinished = [
            (voucher_id, voucher)
            for voucher_id, voucher in self.model.vouchers.items()
            if voucher.state in {"draft", "checked"}
        ]
        for voucher_id, voucher in unfinished and [one_of(unfinished, which)]:
            if voucher.state == "draft":
                self._move_voucher(voucher_id, voucher, "check", voucher.preparer + 1)
            self._post_voucher(voucher_id, voucher, voucher.preparer)

    # --- looks -----------------------------------------------------------------------------------

    @rule(
        year=st.sampled_from(YEARS),
        month=st.one_of(st.none(), st.sampled_from(OPEN_MONTHS)),
        as_of=st.one_of(st.none(), days, some, some),
        moment=st.one_of(st.none(), moments),
    )
    def look_at_a_trial_balance(self, year, month, as_of, moment):
        as_of = self._day(as_of) if as_of is not None else None
        self._compare_trial_balance(year, month, as_of, self._moment(moment))

    @precondition(lambda self: self.model.entries)
    @rule(
        which=some,
        span=st.tuples(st.one_of(days, some), st.one_of(days, some)),
        limit=st.integers(1, 5),
        moment=st.one_of(st.none(), moments),
    )
    def look_at_a_ledger(self, which, span, limit, moment):
        account = one_of(list(self.model.accounts()), which)
        first, last = sorted(self._day(day) for day in span)
        self._compare_ledger(account, first, last, limit, self._moment(moment))

    @precondition(lambda self: self.model.entries)
    @rule(year=st.sampled_from(YEARS), one=moments, other=moments)
    def look_at_a_difference(self, year, one, other):
        from accounting.journal.reports import difference

        span = tuple(sorted((self._moment(one), self._moment(other))))
        with self.books.entering():
            text = difference(fiscal_year=year, month=None, known_from=span[0], known_to=span[1])
        told = json.loads(text)
        found = (
            [document["number"] for document in told["documents"]],
            {a["account"]: (a["debit"], a["credit"]) for a in told["accounts"]},
        )
        assert found == self.model.difference(year=year, moments=span)

    # --- what holds after every move, and at the end of the game ---------------------------------

    @invariant()
    def the_head_and_the_counters_are_those_of_the_model(self):
        self.books.played["moves"] += 1
        ((event_no,),) = self.books.rows("SELECT event_no FROM journal_head")
        assert event_no == len(self.model.entries)
        counters = self.books.rows("SELECT fiscal_year, last_no FROM document_counter")
        last = {entry.year: entry.no for entry in self.model.entries}
        assert dict(counters) == last

    def teardown(self):
        from accounting.journal.verification import verify_books

        with self.books.entering(read_only=True):
            assert verify_books().findings == ()
        for year in YEARS:
            self._compare_trial_balance(year, None, None, None)
        for account in self.model.accounts():
            self._compare_ledger(account, OPEN_MONTHS[0], MONTHS[-1], 100, None)
        self._compare_chain()
        closed = self.books.rows("SELECT starts_on, kind FROM period WHERE state = 'closed'")
        assert set(closed) == self.model.closed
        self.books.played["entries"] += len(self.model.entries)
        ((acts,),) = self.books.rows("SELECT count(*) FROM audit_event")
        assert acts == self.model.acts

    def _move_voucher(self, voucher_id, voucher, action, by):
        from accounting.general_vouchers.kind import VOUCHERS

        refusals = self.model.step_refusals(voucher, action, by % 2)
        if action == "check" and refusals != ["wrong_step"]:
            refusals += self._voucher_refusals(voucher)
        officer = self._officer(by)
        if self._attempt(
            refusals,
            lambda: (
                VOUCHERS.take(action=action, document=voucher_id, officer=officer, note="เหตุผล")
                or True
            ),
        ):
            leads_to = {"check": "checked", "return": "draft", "cancel": "cancelled"}
            voucher.state, voucher.version = leads_to[action], voucher.version + 1

    def _post_voucher(self, voucher_id, voucher, by):
        from accounting.general_vouchers.kind import VOUCHERS

        refusals = self.model.step_refusals(voucher, "post", by % 2)
        officer = self._officer(by)
        posted = self._attempt(
            refusals or self._voucher_refusals(voucher),
            lambda: VOUCHERS.take(action="post", document=voucher_id, officer=officer),
        )
        if posted:
            voucher.state, voucher.version = "posted", voucher.version + 1
            self._compare_posted(posted, self.model.record(voucher.asked, posted.posted_at))

    def _asked(self, day, moves, memo, fault):
        """Make an entry of moves from one account to another, with a fault or none."""
        accounts = [*NATIONAL, *sorted(self.model.own)]
        lines = []
        for amount, to, from_ in moves:
            to_account = one_of(accounts, to)
            lines.append(Line(account=to_account, debit=amount, credit=ZERO, memo=memo))
            lines.append(Line(account=one_of(accounts, from_), debit=ZERO, credit=amount))
        if fault == "off by a satang":
            lines[0] = replace(lines[0], debit=lines[0].debit + Decimal("0.01"))
        if fault == "in no chart":
            lines[-1] = replace(lines[-1], account=IN_NO_CHART)
        return Asked(day=day, lines=tuple(lines))

    def _voucher_refusals(self, voucher):
        if voucher.asked is None:
            return ["required", "required"]  # a date and lines
        return self.model.posting_refusals(voucher.asked)

    def _voucher(self, which):
        return one_of(list(self.model.vouchers.items()), which)

    def _officer(self, by):
        return self.books.officers[by % 2]

    def _day(self, day):
        """Return a day, or the day of an entry when it is told by its place: limits are there."""
        if isinstance(day, date):
            return day
        return one_of([entry.day for entry in self.model.entries] or OPEN_MONTHS, day)

    def _moment(self, moment):
        """Return a moment at an entry's recording, or a microsecond beside it."""
        if moment is None:
            return None
        which, beside = moment
        recorded = [entry.recorded_at for entry in self.model.entries] or [self.model.opened_at]
        return one_of(recorded, which) + timedelta(microseconds=beside)


@pytest.fixture
def books(body, as_owner, entering):
    with as_owner(body) as owner:
        yield Books(body, owner, entering)


def test_the_books_do_what_the_model_does(books):
    quick = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)
    run_state_machine_as_test(
        lambda: LedgerMachine(books),
        settings=settings(
            max_examples=GAMES,
            stateful_step_count=MOVES,
            deadline=None,
            phases=quick,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
    logging.getLogger(__name__).info("played: %s", dict(books.played))
