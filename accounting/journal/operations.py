"""Everything that changes the journal. ``post_entry`` is its only writer."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from accounting import books, fiscal_year, money
from accounting.errors import AccountingError
from accounting.journal import rules
from accounting.journal.drafts import EntryDraft
from accounting.officers import Officer

GENERAL_VOUCHER = "JV"  # ใบผ่านรายการบัญชีทั่วไป


def _without_comments(text: str) -> str:
    """Return SQL on one line, short enough for psycopg to remember how its parameters lie."""
    lines = (line.split("--")[0].strip() for line in text.splitlines())
    return " ".join(line for line in lines if line)


_POSTING = _without_comments((Path(__file__).parent / "posting.sql").read_text(encoding="utf-8"))

# The period's row is held FOR SHARE to the end, so that closing it waits for this posting.
_FACTS = """
SELECT (SELECT body_code FROM body_identity),
       (SELECT row_to_json(held) FROM (
           SELECT p.state, y.year, y.state AS year_state
             FROM period p JOIN fiscal_year y ON y.year = p.fiscal_year
            WHERE p.starts_on = %(month)s FOR SHARE OF p) AS held),
       (SELECT json_agg(json_build_array(code, name_th, postable, retired_from_fiscal_year))
          FROM shared.account WHERE code = ANY(%(accounts)s))
"""


class UnableToPostEntry(AccountingError):
    """At least one rule refuses; ``refusals`` lists them all."""

    code = "unable_to_post_entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """An account's balance at the end of the entry's fiscal year, as known after the entry.

    Revenue and expense count from the year's first day, everything else from the beginning.
    """

    account: str
    name_th: str
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
    """An entry as it was posted; ``hash`` seals it and all before it."""

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
    """Post an entry into the body's journal: numbered, sealed, and never changed again.

    Holds the period FOR SHARE, then the journal's head; both to COMMIT. ``posted_at`` is the
    database's clock under the head's lock, so that time and number never disagree.

    Raises:
        UnableToPostEntry: at least one rule refuses; nothing was written.
    """
    body_code, facts = _facts(draft)
    if refusals := list(rules.posting_refusals(draft, facts)):
        raise UnableToPostEntry(refusals)
    assert draft.entry_date is not None  # the rules have seen to it
    assert facts.fiscal_year is not None
    event_no, number, recorded_at, sealed_hash, balances = books.last_row(
        _POSTING, _posting_facts(draft, facts.fiscal_year, officer, body_code)
    )
    return PostedEntry(
        number=number,
        event_no=event_no,
        fiscal_year=facts.fiscal_year,
        entry_date=draft.entry_date,
        description=draft.description,
        reference=draft.reference,
        posted_at=recorded_at,
        posted_by=officer.name_th,
        lines=_posted_lines(draft, facts),
        balances=tuple(_balance(code, after, facts) for code, after in balances),
        hash=sealed_hash,
    )


def _facts(draft: EntryDraft) -> tuple[str, rules.PostingFacts]:
    """Return the body's code and what the rules need to know, in one statement."""
    month = draft.entry_date.replace(day=1) if draft.entry_date else None
    accounts = sorted({line.account for line in draft.lines if line.account})
    found = books.row(_FACTS, {"month": month, "accounts": accounts})
    assert found is not None  # a select without FROM has one row
    body_code, period, known = found
    period = period or {}
    return body_code, rules.PostingFacts(
        fiscal_year=period.get("year"),
        fiscal_year_state=period.get("year_state"),
        period_state=period.get("state"),
        accounts={
            code: rules.AccountFacts(
                name_th=name_th, postable=postable, retired_from_fiscal_year=retired
            )
            for code, name_th, postable, retired in known or []
        },
    )


def _posting_facts(
    draft: EntryDraft, year: int, officer: Officer, body_code: str
) -> dict[str, Any]:
    assert draft.entry_date is not None
    return {
        "kind": GENERAL_VOUCHER,
        "fiscal_year": year,
        "entry_date": draft.entry_date,
        "month": draft.entry_date.replace(day=1),
        "year_starts_on": fiscal_year.first_day(year),
        "year_ends_before": fiscal_year.first_day(year + 1),
        "description": draft.description,
        "reference": draft.reference,
        "officer_id": officer.id,
        "officer_name_th": officer.name_th,
        "body_code": body_code,
        "canonical_rest": _canonical_rest(draft, officer, body_code),
        "accounts": [line.account for line in draft.lines],
        "debits": [line.debit or money.ZERO for line in draft.lines],
        "credits": [line.credit or money.ZERO for line in draft.lines],
        "memos": [line.memo for line in draft.lines],
    }


def _canonical_rest(draft: EntryDraft, officer: Officer, body_code: str) -> str:
    """Return the canonical JSON of an entry after the fields that the database gives, version 1.

    Keys in alphabetical order, no spaces, UTF-8. The hash is SHA-256 over the hash before it, in
    hexadecimal, followed by the whole canonical text.
    """
    entry = {
        "body": body_code,
        "description": draft.description,
        "entry_date": draft.entry_date.isoformat() if draft.entry_date else None,
        "lines": [
            [
                line.account,
                money.text(line.debit or money.ZERO),
                money.text(line.credit or money.ZERO),
                line.memo,
            ]
            for line in draft.lines
        ],
        "officer": str(officer.id),
        "officer_name_th": officer.name_th,
        "reference": draft.reference,
    }
    text = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.removeprefix("{")


def _posted_lines(draft: EntryDraft, facts: rules.PostingFacts) -> tuple[PostedLine, ...]:
    return tuple(
        PostedLine(
            account=line.account,
            name_th=facts.accounts[line.account].name_th,
            debit=line.debit or money.ZERO,
            credit=line.credit or money.ZERO,
            memo=line.memo,
        )
        for line in draft.lines
        if line.account
    )


def _balance(code: str, after: str, facts: rules.PostingFacts) -> Balance:
    amount = Decimal(after)
    return Balance(
        account=code,
        name_th=facts.accounts[code].name_th,
        debit=max(amount, money.ZERO),
        credit=max(-amount, money.ZERO),
    )
