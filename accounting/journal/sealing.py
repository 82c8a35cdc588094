"""Numbers, moments and seals of entries that no rule refuses, and the rows they become. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import chain
from typing import Any

import orjson

from accounting import money
from accounting.journal import canonical
from accounting.journal.entry_number import EntryNumber
from accounting.journal.known import Known, Posting
from accounting.officers import Officer

Moved = Mapping[tuple[str, date], tuple[Decimal, Decimal]]  # account, month: debit, credit


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A posting with all that the journal adds to it."""

    posting: Posting
    event_no: int
    number: EntryNumber
    recorded_at: datetime
    canonical: str
    hash: str


def seal(postings: Sequence[Posting], before: Known, officer: Officer) -> list[Sealed]:
    """Give each posting its event, its number, its moment and its hash, one after another."""
    last_numbers = dict(before.last_numbers)
    last_hash = before.head.hash
    sealed = []
    for place, posting in enumerate(postings):
        year = before.facts_for(posting).fiscal_year
        assert year is not None  # the rules have seen to it
        no = last_numbers[posting.kind, year] = last_numbers.get((posting.kind, year), 0) + 1
        number = EntryNumber(kind=posting.kind, fiscal_year=year, no=no)
        event_no = before.head.event_no + place + 1
        recorded_at = before.head.recording_from + timedelta(microseconds=place)
        text = canonical.text(
            posting,
            event_no=event_no,
            number=str(number),
            recorded_at=recorded_at,
            body_code=before.body_code,
            officer=officer,
        )
        last_hash = canonical.seal(last_hash, text)
        sealed.append(
            Sealed(
                posting=posting,
                event_no=event_no,
                number=number,
                recorded_at=recorded_at,
                canonical=text,
                hash=last_hash,
            )
        )
    return sealed


def moved_by(postings: Sequence[Posting]) -> Moved:
    """Return the debits and credits of each account and month."""
    moved: dict[tuple[str, date], tuple[Decimal, Decimal]] = defaultdict(
        lambda: (money.ZERO, money.ZERO)
    )
    for posting in postings:
        assert posting.draft.entry_date is not None  # the rules have seen to it
        month = posting.draft.entry_date.replace(day=1)
        for line in posting.draft.lines:
            assert line.account is not None
            debit, credit = moved[line.account, month]
            moved[line.account, month] = (
                debit + (line.debit or money.ZERO),
                credit + (line.credit or money.ZERO),
            )
    return moved


def rows(
    sealed: Sequence[Sealed],
    moved: Moved,
    before: Known,
    officer: Officer,
) -> dict[str, Any]:
    """Return the statements' parameters: rows as JSON, each table's in its own array."""
    last = sealed[-1]
    # Later numbers replace earlier ones of their kind and year.
    counters = {(one.number.kind, one.number.fiscal_year): one.number.no for one in sealed}
    return {
        "body_code": before.body_code,
        "officer_id": officer.id,
        "officer_name_th": officer.name_th,
        "event_no": last.event_no,
        "hash": last.hash,
        "recorded_at": last.recorded_at,
        "entries": _json([_entry_row(one) for one in sealed]),
        "lines": _json(list(chain.from_iterable(_line_rows(one) for one in sealed))),
        "events": _json([_event_row(one) for one in sealed]),
        # In one order for everybody, though the head's lock keeps postings apart already.
        "movements": _json(
            [
                {"account": account, "starts_on": month, "debit": str(debit), "credit": str(credit)}
                for (account, month), (debit, credit) in sorted(moved.items())
            ]
        ),
        "counters": _json(
            [
                {"kind": kind, "fiscal_year": year, "last_no": last_no}
                for (kind, year), last_no in sorted(counters.items())
            ]
        ),
    }


def _entry_row(sealed: Sealed) -> dict[str, Any]:
    draft, number = sealed.posting.draft, sealed.number
    return {
        "event_no": sealed.event_no,
        "kind": number.kind,
        "fiscal_year": number.fiscal_year,
        "no": number.no,
        "entry_date": draft.entry_date,
        "description": draft.description,
        "reference": draft.reference,
        "recorded_at": sealed.recorded_at,
        "reverses": sealed.posting.reverses,
        "canonical": sealed.canonical,
        "hash": sealed.hash,
        "document_id": sealed.posting.document_id,
        "rule": sealed.posting.rule,
    }


def _line_rows(sealed: Sealed) -> list[dict[str, Any]]:
    draft = sealed.posting.draft
    return [
        {
            "event_no": sealed.event_no,
            "line_no": line_no,
            "account": line.account,
            "entry_date": draft.entry_date,
            "debit": str(line.debit or money.ZERO),
            "credit": str(line.credit or money.ZERO),
            "memo": line.memo,
            "budget_line": line.budget_line,
        }
        for line_no, line in enumerate(draft.lines, start=1)
    ]


def _event_row(sealed: Sealed) -> dict[str, Any]:
    """Return what the outbox tells of an entry."""
    draft = sealed.posting.draft
    return {
        "event_no": sealed.event_no,
        "recorded_at": sealed.recorded_at,
        "payload": {
            "number": str(sealed.number),
            "entry_date": draft.entry_date,
            "fiscal_year": sealed.number.fiscal_year,
            "lines": [
                [line.account, str(line.debit or money.ZERO), str(line.credit or money.ZERO)]
                for line in draft.lines
            ],
        },
    }


def _json(rows: list[dict[str, Any]]) -> str:
    return orjson.dumps(rows).decode()
