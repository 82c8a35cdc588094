"""Everything that changes the journal. ``post_entries`` is its only writer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from accounting import books, money
from accounting.errors import AccountingError, NotFound, Refusal
from accounting.fiscal_year import first_day
from accounting.journal import canonical, rules
from accounting.journal.drafts import DraftLine, EntryDraft
from accounting.journal.entry_number import EntryNumber
from accounting.officers import Officer

GENERAL_VOUCHER = "JV"  # ใบผ่านรายการบัญชีทั่วไป
OF_THE_YEAR = frozenset({"4", "5"})  # first digits of revenue and expense


def _posting_statement(hash_expression: str) -> str:
    """Return posting.sql with its expression for the hash, short enough for psycopg to cache."""
    text = (Path(__file__).parent / "posting.sql").read_text(encoding="utf-8")
    lines = (line.split("--")[0].strip() for line in text.splitlines())
    return " ".join(line for line in lines if line).format(hash=hash_expression)


_POST_ONE = _posting_statement("encode(sha256(convert_to(head_hash || canonical, 'UTF8')), 'hex')")
_POST_MANY = _posting_statement("shared.chain(head_hash, canonical) OVER (ORDER BY place)")

# The periods' rows are held FOR SHARE to the end, in order of date, so that closing one waits for
# this posting. A row of the kind alone, when there is one, closes the month for that kind.
_FACTS = """
SELECT (SELECT json_agg(json_build_array(starts_on, kind, state, year, year_state)) FROM (
           SELECT p.starts_on, p.kind, p.state, y.year, y.state AS year_state
             FROM period p JOIN fiscal_year y ON y.year = p.fiscal_year
            WHERE p.starts_on = ANY(%(months)s::date[]) AND p.kind = ANY(%(kinds)s::varchar[])
            ORDER BY p.starts_on, p.kind FOR SHARE OF p) AS held),
       (SELECT json_agg(json_build_array(code, name_th, postable, retired_from_fiscal_year))
          FROM (SELECT code, name_th, postable, retired_from_fiscal_year
                  FROM shared.account WHERE code = ANY(%(accounts)s)
                 UNION ALL
                SELECT code, name_th, true, retired_from_fiscal_year
                  FROM account WHERE code = ANY(%(accounts)s)) AS chart)
"""
_TO_REVERSE = """
SELECT e.event_no, e.entry_date, e.description, e.reverses,
       (SELECT r.event_no FROM journal_entry r WHERE r.reverses = e.event_no),
       (SELECT json_agg(json_build_array(account, debit::text, credit::text, memo) ORDER BY line_no)
          FROM journal_line l WHERE l.event_no = e.event_no)
  FROM journal_entry e
 WHERE e.fiscal_year = %(fiscal_year)s AND e.kind = %(kind)s AND e.no = %(no)s
"""


class UnableToPostEntry(AccountingError):
    """At least one rule refuses; ``refusals`` lists them all."""

    code = "unable_to_post_entry"


class UnableToReverseEntry(AccountingError):
    """At least one rule refuses; ``refusals`` lists them all."""

    code = "unable_to_reverse_entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """An entry to be posted: what it says, as which kind of document, and what it undoes."""

    draft: EntryDraft
    kind: str = GENERAL_VOUCHER
    reverses: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """An account's balance at the end of the entry's fiscal year, as known after the posting.

    Revenue and expense count from the year's first day, everything else from the beginning.
    """

    account: str
    name_th: str
    fiscal_year: int
    debit: Decimal
    credit: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedLine:
    """A line as it was posted."""

    account: str
    name_th: str
    debit: Decimal
    credit: Decimal
    memo: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedEntry:
    """An entry as it was posted; ``hash`` seals it and all before it.

    ``balances`` are of the accounts it touched, after everything posted together with it.
    """

    number: str
    event_no: int
    fiscal_year: int
    entry_date: date
    description: str
    reference: str | None
    posted_at: datetime
    posted_by: str
    lines: tuple[PostedLine, ...]
    balances: tuple[Balance, ...]
    hash: str


def post_entry(*, draft: EntryDraft, officer: Officer) -> PostedEntry:
    """Post one entry into the body's journal; see ``post_entries``.

    Raises:
        UnableToPostEntry: at least one rule refuses; nothing was written.
    """
    (posted,) = post_entries(postings=[Posting(draft=draft)], officer=officer)
    return posted


def post_entries(*, postings: Sequence[Posting], officer: Officer) -> list[PostedEntry]:
    """Post entries in their order: numbered, sealed, and never changed again; all or none.

    Holds the periods FOR SHARE, then the journal's head; both to COMMIT. ``posted_at`` is the
    database's clock under the head's lock, so that time and number never disagree.

    Raises:
        UnableToPostEntry: at least one rule refuses one of them; pointers begin with
            ``/entries/<index>`` when there are several. Nothing was written.
    """
    chart = _facts(postings)
    refusals = [
        refusal
        for place, posting in enumerate(postings)
        for refusal in _placed(_refusals(posting, chart), place, len(postings))
    ]
    if refusals:
        raise UnableToPostEntry(refusals)
    statement = _POST_ONE if len(postings) == 1 else _POST_MANY
    entries, balances = books.last_row(statement, _posting_facts(postings, chart, officer))
    after = [_balance(balance, chart) for balance in balances]
    return [
        _posted(posting, told, after, chart, officer)
        for posting, told in zip(postings, entries, strict=True)
    ]


def refusals_of(*, posting: Posting) -> list[Refusal]:
    """Return every reason why an entry could not be posted now, without posting it."""
    return list(_refusals(posting, _facts([posting])))


def reverse_entry(
    *, number: EntryNumber, entry_date: date, reason: str, officer: Officer
) -> PostedEntry:
    """Undo an entry by a new one with its sides exchanged, of its own date and number.

    Raises:
        NotFound: the books hold no such entry.
        UnableToReverseEntry: it was reversed before, is a reversal, or the date is refused.
    """
    found = books.row(
        _TO_REVERSE, {"fiscal_year": number.fiscal_year, "kind": number.kind, "no": number.no}
    )
    if found is None:
        raise NotFound([])
    event_no, original_date, description, reverses, reversed_by, lines = found
    refusals = list(
        rules.reversal_refusals(
            entry_date=entry_date,
            original_date=original_date,
            is_reversal=reverses is not None,
            is_reversed=reversed_by is not None,
        )
    )
    posting = Posting(
        draft=EntryDraft(
            entry_date=entry_date,
            description=f"กลับรายการ {number}: {reason} ({description})"[:500],
            reference=str(number),
            lines=tuple(_reversed_line(*line) for line in lines),
        ),
        kind=number.kind,
        reverses=event_no,
    )
    if refusals := [*refusals, *refusals_of(posting=posting)]:
        raise UnableToReverseEntry(refusals)
    (posted,) = post_entries(postings=[posting], officer=officer)
    return posted


class _Period(NamedTuple):
    """A month's state and its fiscal year's."""

    state: str
    fiscal_year: int
    fiscal_year_state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chart:
    """What the books and the chart say of everything that some entries name."""

    body_code: str
    periods: dict[tuple[str, str], _Period]
    accounts: dict[str, rules.AccountFacts]

    def facts_for(self, posting: Posting) -> rules.PostingFacts:
        """Return what the rules need to know of one posting."""
        day = posting.draft.entry_date
        month = day.replace(day=1).isoformat() if day else ""
        whole, own = self.periods.get((month, "")), self.periods.get((month, posting.kind))
        states = [period.state for period in (whole, own) if period]
        return rules.PostingFacts(
            fiscal_year=whole.fiscal_year if whole else None,
            fiscal_year_state=whole.fiscal_year_state if whole else None,
            period_state=None if whole is None else min(states),  # closed comes before open
            accounts=self.accounts,
        )


def _facts(postings: Sequence[Posting]) -> _Chart:
    """Return all that the rules need to know, in one statement."""
    months = {p.draft.entry_date.replace(day=1) for p in postings if p.draft.entry_date}
    accounts = {line.account for p in postings for line in p.draft.lines if line.account}
    found = books.row(
        _FACTS,
        {
            "months": sorted(months),
            "kinds": sorted({"", *(posting.kind for posting in postings)}),
            "accounts": sorted(accounts),
        },
    )
    assert found is not None  # a select without FROM has one row
    periods, known = found
    return _Chart(
        body_code=books.body_code(),
        periods={(starts_on, kind): _Period(*rest) for starts_on, kind, *rest in periods or []},
        accounts={
            code: rules.AccountFacts(
                name_th=name_th, postable=postable, retired_from_fiscal_year=retired
            )
            for code, name_th, postable, retired in known or []
        },
    )


def _refusals(posting: Posting, chart: _Chart) -> list[Refusal]:
    return list(rules.posting_refusals(posting.draft, chart.facts_for(posting)))


def _placed(refusals: list[Refusal], place: int, many: int) -> list[Refusal]:
    """Return the refusals with pointers into a request of several entries."""
    if many == 1:
        return refusals
    return [refusal.below(f"/entries/{place}") for refusal in refusals]


def _posting_facts(postings: Sequence[Posting], chart: _Chart, officer: Officer) -> dict[str, Any]:
    """Return the statement's parameters: one array for each column of entries and of lines."""
    drafts = [posting.draft for posting in postings]
    years = [chart.facts_for(posting).fiscal_year for posting in postings]
    return {
        "body_code": chart.body_code,
        "officer_id": officer.id,
        "officer_name_th": officer.name_th,
        "kinds": [posting.kind for posting in postings],
        "fiscal_years": years,
        "entry_dates": [draft.entry_date for draft in drafts],
        "descriptions": [draft.description for draft in drafts],
        "references": [draft.reference for draft in drafts],
        "reverses": [posting.reverses for posting in postings],
        "canonical_rests": [
            canonical.rest(posting.draft, officer, chart.body_code, reverses=posting.reverses)
            for posting in postings
        ],
        "payloads": [
            canonical.payload(draft, year) for draft, year in zip(drafts, years, strict=True)
        ],
        **_line_facts(drafts),
        **_touched_facts(drafts, years),
    }


def _line_facts(drafts: Sequence[EntryDraft]) -> dict[str, list[Any]]:
    lines = [
        (place, line_no, draft.entry_date, line)
        for place, draft in enumerate(drafts, start=1)
        for line_no, line in enumerate(draft.lines, start=1)
    ]
    return {
        "line_places": [place for place, _, _, _ in lines],
        "line_nos": [line_no for _, line_no, _, _ in lines],
        "line_dates": [day for _, _, day, _ in lines],
        "accounts": [line.account for _, _, _, line in lines],
        "debits": [line.debit or money.ZERO for _, _, _, line in lines],
        "credits": [line.credit or money.ZERO for _, _, _, line in lines],
        "memos": [line.memo for _, _, _, line in lines],
    }


def _touched_facts(
    drafts: Sequence[EntryDraft], years: Sequence[int | None]
) -> dict[str, list[Any]]:
    """Return which balances to tell: each account and year, and the days it counts between."""
    touched = sorted(
        {
            (line.account or "", year or 0)
            for draft, year in zip(drafts, years, strict=True)
            for line in draft.lines
        }
    )
    return {
        "touched_accounts": [account for account, _ in touched],
        "touched_years": [year for _, year in touched],
        "counted_from": [
            first_day(year) if account[0] in OF_THE_YEAR else date.min for account, year in touched
        ],
        "ends_before": [first_day(year + 1) for _, year in touched],
    }


def _posted(
    posting: Posting, told: list[Any], after: list[Balance], chart: _Chart, officer: Officer
) -> PostedEntry:
    event_no, number, recorded_at, sealed_hash = told
    draft, year = posting.draft, chart.facts_for(posting).fiscal_year
    assert draft.entry_date is not None  # the rules have seen to it
    assert year is not None
    touched = {line.account for line in draft.lines}
    return PostedEntry(
        number=number,
        event_no=event_no,
        fiscal_year=year,
        entry_date=draft.entry_date,
        description=draft.description,
        reference=draft.reference,
        posted_at=datetime.fromisoformat(recorded_at),
        posted_by=officer.name_th,
        lines=tuple(_posted_line(line, chart) for line in draft.lines),
        balances=tuple(b for b in after if b.account in touched and b.fiscal_year == year),
        hash=sealed_hash,
    )


def _posted_line(line: DraftLine, chart: _Chart) -> PostedLine:
    assert line.account is not None  # the rules have seen to it
    return PostedLine(
        account=line.account,
        name_th=chart.accounts[line.account].name_th,
        debit=line.debit or money.ZERO,
        credit=line.credit or money.ZERO,
        memo=line.memo,
    )


def _balance(told: list[Any], chart: _Chart) -> Balance:
    account, fiscal_year, after = told
    amount = Decimal(after)
    return Balance(
        account=account,
        name_th=chart.accounts[account].name_th,
        fiscal_year=fiscal_year,
        debit=max(amount, money.ZERO),
        credit=max(-amount, money.ZERO),
    )


def _reversed_line(account: str, debit: str, credit: str, memo: str | None) -> DraftLine:
    return DraftLine(
        pointer="",
        account=account,
        debit=Decimal(credit) or None,
        credit=Decimal(debit) or None,
        memo=memo,
    )
