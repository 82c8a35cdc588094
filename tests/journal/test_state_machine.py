"""The books do what the model does, whatever is asked of them and in whatever order.

Every operation runs in a transaction of its own that really ends, so deferred triggers and locks
take part. `make test` plays 200 games of 30 moves; `make prove-ledger` plays 2,000 of 50.
"""

import hashlib
import json
import os
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.journal.model import (
    EVERY_KIND,
    JV,
    ZERO,
    Asked,
    Ledger,
    Line,
    Voucher,
)

FULL_SIZE = os.environ.get("OPENLAAS_FULL_SIZE") == "1"
GAMES, MOVES = (2_000, 50) if FULL_SIZE else (200, 30)

CASH, BANK, SURPLUS = "1101010101.001", "1101030101.001", "3101010101.001"
REVENUE, SALARIES = "4401010104.001", "5101010101.001"
NATIONAL = (CASH, BANK, SURPLUS, REVENUE, SALARIES)
IN_NO_CHART = "1999999999.999"
YEARS = (2569, 2570)
THIRD_YEAR = 2571
TABLES = (
    *("journal_line", "journal_entry", "journal_head", "document_counter", "account_balance"),
    *("document_step", "document", "audit_event", "account", "period", "fiscal_year"),
    *("answered_request", "body_identity"),
)
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
amounts = st.one_of(
    st.integers(1, 10_000), st.integers(1, 10**13), st.sampled_from([1, 99, 100, 10**13 - 1])
).map(lambda satang: Decimal(satang) / 100)
# Each amount goes from one account to another; one of them may leave its entry off balance.
moves = st.lists(st.tuples(amounts, some, some), min_size=1, max_size=3)
memos = st.sampled_from([None, None, "หมายเหตุ", 'a"b\\c\nd'])
mostly_right = st.sampled_from(["right"] * 8 + ["off by a satang", "in no chart"])
moments = st.tuples(some, st.sampled_from([-1, 0, 0, 1]))


class Books:
    """One body whose books begin anew with every game."""

    def __init__(self, body, owner, entering) -> None:
        self.body, self._owner, self._entering = body, owner, entering
        self._owner.execute("SET session_replication_role = replica")
        self._body_id = owner.execute("SELECT body_id FROM body_identity").fetchone()[0]
        self._generation = 1
        self.officers = [self._officer(name) for name in ("นายหนึ่ง", "นางสอง")]

    def _officer(self, name):
        from accounting.officers import Officer

        roles = frozenset({"ACCOUNTANT", "FIN_DIRECTOR"})
        return Officer(id=uuid.uuid4(), name_th=name, roles=roles)

    def begin_anew(self) -> Ledger:
        from accounting.books_seed import first_rows

        self._generation = self._generation % 30_000 + 1
        opened_at = datetime.now(UTC)
        rows = first_rows(
            body_code=self.body.code,
            body_id=self._body_id,
            generation=self._generation,
            fiscal_years=YEARS,
            opened_at=opened_at,
        )
        emptied = "; ".join(f"DELETE FROM {table}" for table in TABLES)
        outbox = f"DELETE FROM shared.outbox WHERE body_code = '{self.body.code}'"
        self._owner.execute(f"BEGIN; {emptied}; {outbox}; {rows}; COMMIT")
        query = "SELECT code, name_th FROM shared.account WHERE code = ANY(%s)"
        chart = dict(self._owner.execute(query, [list(NATIONAL)]).fetchall())
        return Ledger(years=set(YEARS), opened_at=opened_at, chart=chart)

    def entering(self, **manner):
        return self._entering(self.body, **manner)

    def rows(self, query):
        return self._owner.execute(query).fetchall()


class LedgerMachine(RuleBasedStateMachine):
    """One game: moves in the books and in the model, compared after each."""

    def __init__(self, books: Books) -> None:
        super().__init__()
        self.books = books
        self.model = books.begin_anew()

    # --- moves -----------------------------------------------------------------------------------

    @rule(day=days, moves=moves, memo=memos, fault=mostly_right)
    def post(self, day, moves, memo, fault):
        self._post_all([self._asked(day, moves, memo, fault)])

    @rule(asked=st.lists(st.tuples(days, moves, memos, mostly_right), min_size=2, max_size=4))
    def post_in_bulk_all_or_none(self, asked):
        self._post_all([self._asked(*one) for one in asked])

    @precondition(lambda self: self.model.entries)
    @rule(which=some, day=days)
    def reverse(self, which, day):
        from accounting.journal.entry_number import read_number
        from accounting.journal.operations import reverse_entry

        entry = self._one_of(self.model.entries, which)
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

    @rule(month=months, kind=kinds)
    def reopen(self, month, kind):
        from accounting.closing.operations import reopen_period

        refusals = self.model.reopening_refusals(month, kind)
        if self._control(refusals, reopen_period, starts_on=month, kind=kind, reason="ปรับปรุง"):
            self.model.closed.discard((month, kind))

    @precondition(lambda self: self.model.closed)
    @rule(which=some)
    def reopen_one_that_is_closed(self, which):
        month, kind = self._one_of(sorted(self.model.closed), which)
        self.reopen(month=month, kind=kind)

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
                    voucher_id=voucher_id,
                    version=voucher.version - is_stale,
                    raw=asked.raw(),
                    officer=self._officer(by),
                )
                or True
            ),
        )
        if changed:
            voucher.asked, voucher.version = asked, voucher.version + 1

    @precondition(lambda self: self.model.vouchers)
    @rule(which=some, action=st.sampled_from(["check", "check", "return", "cancel"]), by=some)
    def move_a_voucher(self, which, action, by):
        from accounting.general_vouchers import operations as vouchers

        voucher_id, voucher = self._voucher(which)
        refusals = self.model.step_refusals(voucher, action, by % 2)
        if action == "check":
            refusals += self._voucher_refusals(voucher)
        step = getattr(vouchers, f"{action}_voucher")
        note = {} if action == "check" else {"note": "เหตุผล"}
        officer = self._officer(by)
        if self._attempt(
            refusals, lambda: step(voucher_id=voucher_id, officer=officer, **note) or True
        ):
            leads_to = {"check": "checked", "return": "draft", "cancel": "cancelled"}
            voucher.state, voucher.version = leads_to[action], voucher.version + 1

    @precondition(lambda self: self.model.vouchers)
    @rule(which=some, by=some)
    def post_a_voucher(self, which, by):
        from accounting.general_vouchers.operations import post_voucher

        voucher_id, voucher = self._voucher(which)
        refusals = self.model.step_refusals(voucher, "post", by % 2)
        officer = self._officer(by)
        posted = self._attempt(
            refusals or self._voucher_refusals(voucher),
            lambda: post_voucher(voucher_id=voucher_id, officer=officer),
        )
        if posted:
            voucher.state, voucher.version = "posted", voucher.version + 1
            self._compare_posted(posted, self.model.record(voucher.asked, posted.posted_at))

    # --- looks -----------------------------------------------------------------------------------

    @rule(
        year=st.sampled_from(YEARS),
        month=st.one_of(st.none(), st.sampled_from(OPEN_MONTHS)),
        as_of=st.one_of(st.none(), days),
        moment=st.one_of(st.none(), moments),
    )
    def look_at_a_trial_balance(self, year, month, as_of, moment):
        self._compare_trial_balance(year, month, as_of, self._moment(moment))

    @precondition(lambda self: self.model.entries)
    @rule(
        which=some,
        span=st.tuples(days, days),
        limit=st.integers(1, 5),
        moment=st.one_of(st.none(), moments),
    )
    def look_at_a_ledger(self, which, span, limit, moment):
        account = self._one_of(list(self.model.accounts()), which)
        self._compare_ledger(account, *sorted(span), limit, self._moment(moment))

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
        ((acts,),) = self.books.rows("SELECT count(*) FROM audit_event")
        assert acts == self.model.acts

    # --- how it is done --------------------------------------------------------------------------

    def _attempt(self, refusals, operation):
        """Run an operation of which the model knows whether and why it is refused."""
        from accounting.errors import AccountingError

        try:
            with self.books.entering():
                done = operation()
        except AccountingError as refused:
            found = [refusal.code for refusal in refused.refusals] or [refused.code]
            assert sorted(found) == sorted(refusals)
            return None
        assert refusals == []
        return done

    def _control(self, refusals, operation, **asked):
        officer = self.books.officers[0]
        done = self._attempt(refusals, lambda: operation(officer=officer, **asked))
        self.model.acts += done is not None
        return done

    def _post_all(self, asked):
        from accounting.journal.drafts import read_entry
        from accounting.journal.operations import Posting, post_entries

        postings = [Posting(draft=read_entry(one.raw())) for one in asked]
        posted = self._attempt(
            [refusal for one in asked for refusal in self.model.posting_refusals(one)],
            lambda: post_entries(postings=postings, officer=self.books.officers[0]),
        )
        if posted:
            entries = [
                self.model.record(one, told.posted_at)
                for one, told in zip(asked, posted, strict=True)
            ]
            for told, entry in zip(posted, entries, strict=True):
                self._compare_posted(told, entry)

    def _compare_posted(self, posted, entry):
        assert (posted.number, posted.event_no) == (entry.number, entry.event_no)
        assert [(line.account, line.debit, line.credit, line.memo) for line in posted.lines] == [
            (line.account, line.debit, line.credit, line.memo) for line in entry.lines
        ]
        if entry.event_no > 1:
            assert entry.recorded_at > self.model.entries[entry.event_no - 2].recorded_at
        touched = {line.account for line in entry.lines}
        assert {b.account: b.debit - b.credit for b in posted.balances} == {
            account: self.model.balance_at_year_end(account, entry.year) for account in touched
        }

    def _compare_trial_balance(self, year, month, as_of, moment):
        from accounting.journal.reports import trial_balance

        with self.books.entering():
            text = trial_balance(fiscal_year=year, month=month, as_of=as_of, as_known_at=moment)
        told = json.loads(text)
        told["complete_to"] = datetime.fromisoformat(told["complete_to"])
        expected = self.model.trial_balance(year=year, month=month, as_of=as_of, moment=moment)
        assert told == expected
        assert told["totals"]["closing_debit"] == told["totals"]["closing_credit"]
        assert told["totals"]["opening_debit"] == told["totals"]["opening_credit"]

    def _compare_ledger(self, account, first, last, limit, moment):
        opening, expected = self.model.ledger(
            account=account, first=first, last=last, moment=moment
        )
        found, start = [], None
        while True:
            page = self._page(account, first, last, limit, start, moment)
            assert page["complete_to"] == self.model.complete_to(moment)
            if start is None:
                assert str(Decimal(page["opening_debit"]) - Decimal(page["opening_credit"])) == (
                    opening
                )
            found += [
                (item["number"], item["line_no"], self._signed(item)) for item in page["items"]
            ]
            if page["next"] is None:
                break
            start = page["next"]
        assert found == expected

    def _page(self, account, first, last, limit, start, moment):
        from accounting.journal.reports import LedgerPosition, ledger

        if start is not None:
            day, event_no, line_no = start.split("/")
            start = LedgerPosition(
                entry_date=date.fromisoformat(day), event_no=int(event_no), line_no=int(line_no)
            )
        asked = {"from_date": first, "to_date": last, "limit": limit, "start": start}
        with self.books.entering():
            page = json.loads(ledger(account=account, as_known_at=moment, **asked))
        return {**page, "complete_to": datetime.fromisoformat(page["complete_to"])}

    def _signed(self, item):
        return str(Decimal(item["balance_debit"]) - Decimal(item["balance_credit"]))

    def _compare_chain(self):
        """Follow the chain with the texts alone, and see that they tell what the model knows."""
        from accounting.journal import proofs

        with self.books.entering(read_only=True):
            events = json.loads(proofs.events(after=0, limit=10_000))["items"]
            head = json.loads(proofs.chain_head())
        known = head["genesis"]
        assert len(events) == len(self.model.entries)
        for event, entry in zip(events, self.model.entries, strict=True):
            known = hashlib.sha256((known + event["canonical"]).encode()).hexdigest()
            text = json.loads(event["canonical"])
            assert event["hash"] == known
            assert datetime.fromisoformat(text["recorded_at"]) == entry.recorded_at
            assert (text["event_no"], text["number"]) == (entry.event_no, entry.number)
            assert (text["entry_date"], text["reverses"]) == (str(entry.day), entry.reverses)
            assert text["lines"] == [
                [line.account, f"{line.debit:.2f}", f"{line.credit:.2f}", line.memo]
                for line in entry.lines
            ]
        assert head["hash"] == known

    def _asked(self, day, moves, memo, fault):
        """Make an entry of moves from one account to another, with a fault or none."""
        accounts = [*NATIONAL, *sorted(self.model.own)]
        lines = []
        for amount, to, from_ in moves:
            to_account = self._one_of(accounts, to)
            lines.append(Line(account=to_account, debit=amount, credit=ZERO, memo=memo))
            lines.append(Line(account=self._one_of(accounts, from_), debit=ZERO, credit=amount))
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
        return self._one_of(list(self.model.vouchers.items()), which)

    def _officer(self, by):
        return self.books.officers[by % 2]

    def _one_of(self, those, which):
        return those[which % len(those)]

    def _moment(self, moment):
        """Return a moment at an entry's recording, or a microsecond beside it."""
        if moment is None:
            return None
        which, beside = moment
        recorded = [entry.recorded_at for entry in self.model.entries] or [self.model.opened_at]
        return self._one_of(recorded, which) + timedelta(microseconds=beside)


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
