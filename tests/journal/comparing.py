"""Books that begin anew with every game, and how they are compared with the model."""

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeVar

from hypothesis.stateful import RuleBasedStateMachine

from tests.journal.model import Ledger

One = TypeVar("One")
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


class Books:
    """One body whose books begin anew with every game."""

    def __init__(self, body, owner, entering) -> None:
        self.body, self._owner, self._entering = body, owner, entering
        self._owner.execute("SET session_replication_role = replica")
        self._body_id = owner.execute("SELECT body_id FROM body_identity").fetchone()[0]
        self._generation = 1
        self.played: Counter[str] = Counter()
        self.officers = [self._officer(name) for name in ("นายหนึ่ง", "นางสอง")]

    def _officer(self, name):
        from accounting.officers import Officer

        roles = frozenset({"ACCOUNTANT", "FIN_DIRECTOR"})
        return Officer(id=uuid.uuid4(), name_th=name, roles=roles)

    def begin_anew(self) -> Ledger:
        from accounting.books_seed import first_rows

        self._generation = self._generation % 30_000 + 1
        self.played["games"] += 1
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


def signed(item: dict[str, str]) -> str:
    return str(Decimal(item["balance_debit"]) - Decimal(item["balance_credit"]))


def one_of(those: Sequence[One], which: int) -> One:
    return those[which % len(those)]


class Comparing(RuleBasedStateMachine):
    """A game in the books and in the model at once."""

    def __init__(self, books: Books) -> None:
        super().__init__()
        self.books = books
        self.model = books.begin_anew()

    def _attempt(self, refusals, operation):
        """Run an operation of which the model knows whether and why it is refused."""
        from accounting.errors import AccountingError

        try:
            with self.books.entering():
                done = operation()
        except AccountingError as refused:
            found = [refusal.code for refusal in refused.refusals] or [refused.code]
            assert sorted(found) == sorted(refusals)
            self.books.played["refused"] += 1
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
        from accounting.journal.known import Posting
        from accounting.journal.operations import post_entries

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
            found += [(item["number"], item["line_no"], signed(item)) for item in page["items"]]
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
