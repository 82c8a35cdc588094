"""What the books say after the last kill, read as the owner, against what the clients were told.

Plain Python over plain rows, so that it shares no statement with the product's own verifier.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.rows import namedtuple_row

from openlaas.bench import commands
from openlaas.bench.offices import Office
from openlaas.crashes.history import History, Posting
from openlaas.stack import steps
from openlaas.stack.errors import StackError

# Each promise, and the table's words for breaking it.
PROMISES = {
    "lost": "acknowledged and not there",
    "doubled": "there more than once",
    "invented": "there, and never acknowledged",
    "altered": "there otherwise than sent or told",
    "unresolved": "unknown to the end",
    "forgotten": "answers not kept as given",
    "answers": "answers that nobody may be given",
    "gaps": "gaps in events or numbers",
    "order": "numbered before what was acknowledged before it was sent",
    "unbalanced": "entries that do not balance",
    "balances": "balances that are not the sum of their lines",
    "chain": "breaks in the chain",
    "outbox": "entries that the outbox lacks or invents",
    "verify": "findings of `openlaas verify`",
}
Finding = tuple[str, str]  # promise, detail

_ENTRIES = """
SELECT event_no, kind, fiscal_year, no, reference, canonical, hash,
       (SELECT json_agg(json_build_array(account, debit::text, credit::text) ORDER BY line_no)
          FROM {schema}.journal_line l WHERE l.event_no = e.event_no) AS lines
  FROM {schema}.journal_entry e ORDER BY event_no
"""
_BALANCES = """
SELECT account, starts_on, debit, credit FROM {schema}.account_balance
"""
_SUMS = """
SELECT account, date_trunc('month', entry_date)::date AS starts_on, sum(debit) AS debit,
       sum(credit) AS credit
  FROM {schema}.journal_line GROUP BY 1, 2
"""
_HEAD = """
SELECT h.event_no, h.hash, i.body_code, i.generation,
       (SELECT json_object_agg(kind || fiscal_year, last_no) FROM {schema}.document_counter)
           AS counters
  FROM {schema}.journal_head h, {schema}.body_identity i
"""
_ANSWERS = """
SELECT key, status, encode(sha256(convert_to(answer, 'UTF8')), 'hex')
  FROM {schema}.answered_request
"""
_OUTBOX = "SELECT event_no FROM shared.outbox WHERE body_code = %s ORDER BY event_no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """Everything of one body that the checks look at."""

    entries: list[Any]
    head: Any
    balances: dict[tuple[Any, ...], tuple[Decimal, Decimal]]
    sums: dict[tuple[Any, ...], tuple[Decimal, Decimal]]
    answers: dict[str, list[tuple[int, str]]]
    outbox: list[int]


def findings(
    history: History, offices: list[Office], *, operators: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield everything that breaks a promise, of every body."""
    yield from of_the_clients(history)
    of_body: dict[str, list[Posting]] = defaultdict(list)
    for posting in history.postings:
        of_body[posting.office.code].append(posting)
    for office in offices:
        books = read_books(office, owner_url=operators["DATABASE_URL"])
        for promise, detail in [*promises_kept_to(of_body[office.code], books), *whole(books)]:
            yield promise, f"{office.code}: {detail}"
    yield from _verified(operators)


def of_the_clients(history: History) -> Iterator[Finding]:
    """Yield what the clients alone can tell: what was never answered, or answered wrongly."""
    yield from (("answers", trouble) for trouble in history.troubles)
    for posting in history.postings:
        if posting.answer_sha256 is None:
            yield "unresolved", f"{posting.key}: {posting.outcomes}"


def read_books(office: Office, *, owner_url: str) -> Books:
    """Read a body's books as the owner, past every door of the product."""
    schema = sql.Identifier(office.schema)
    with psycopg.connect(make_conninfo(owner_url, dbname=office.cell)) as owner:

        def rows(query: str) -> list[Any]:
            return owner.execute(sql.SQL(query).format(schema=schema)).fetchall()

        owner.row_factory = namedtuple_row
        kept = defaultdict(list)
        for key, status, sha256 in rows(_ANSWERS):
            kept[key].append((status, sha256))
        return Books(
            entries=rows(_ENTRIES),
            head=rows(_HEAD)[0],
            balances={(row[0], row[1]): (row[2], row[3]) for row in rows(_BALANCES)},
            sums={(row[0], row[1]): (row[2], row[3]) for row in rows(_SUMS)},
            answers=kept,
            outbox=[row[0] for row in owner.execute(_OUTBOX, [office.code])],
        )


def promises_kept_to(postings: list[Posting], books: Books) -> Iterator[Finding]:
    """Compare what the clients of a body were told with what is there."""
    there = {entry.reference: entry for entry in books.entries}
    counted = Counter(entry.reference for entry in books.entries)
    yield from (("doubled", f"{name}: {n} times") for name, n in counted.items() if n > 1)
    acknowledged = {}
    for posting in postings:
        acknowledged.update(dict.fromkeys(posting.told, posting))
        kept = books.answers.get(posting.key, [])
        if posting.answer_sha256 and [sha256 for _, sha256 in kept] != [posting.answer_sha256]:
            yield "forgotten", f"{posting.key}: {kept}"
        for reference, told in posting.told.items():
            entry = there.get(reference)
            if entry is None:
                yield "lost", f"{told.number}, {reference}"
                continue
            found = (entry.event_no, _number(entry), entry.hash)
            lines = tuple(tuple(line) for line in entry.lines or ())
            if found != (told.event_no, told.number, told.hash):
                yield "altered", f"{told} is {found}"
            if lines != tuple(_two_places(line) for line in posting.entries[reference]):
                yield "altered", f"{told.number}: its lines are {lines}"
    yield from (
        ("invented", f"event {entry.event_no}, {entry.reference}")
        for entry in books.entries
        if entry.reference not in acknowledged
    )
    yield from _order(books, acknowledged)


def _order(books: Books, acknowledged: Mapping[str, Posting]) -> Iterator[Finding]:
    """Yield entries that stand after one that was not even sent when they were acknowledged."""
    latest_sent = 0.0
    for entry in books.entries:
        posting = acknowledged.get(entry.reference)
        if posting is None:
            continue
        if latest_sent > posting.answered_at:
            yield "order", f"event {entry.event_no}"
        latest_sent = max(latest_sent, posting.first_sent_at)


def whole(books: Books) -> Iterator[Finding]:
    """Yield what a body's books break of what they promise by themselves."""
    yield from _unbalanced(books)
    head = books.head
    opening = f"OpenLAAS {head.body_code} generation {head.generation}"
    known, last_event = hashlib.sha256(opening.encode()).hexdigest(), 0
    last_no: dict[str, int] = defaultdict(int)
    for entry in books.entries:
        series = f"{entry.kind}{entry.fiscal_year}"
        if (entry.event_no, entry.no) != (last_event + 1, last_no[series] + 1):
            yield "gaps", f"event {entry.event_no}, {_number(entry)} follows {last_event}"
        if hashlib.sha256((known + entry.canonical).encode()).hexdigest() != entry.hash:
            yield "chain", f"event {entry.event_no}"
        known, last_event, last_no[series] = entry.hash, entry.event_no, entry.no
    if (head.event_no, head.hash) != (last_event, known):
        yield "chain", f"the head is event {head.event_no}, the last entry {last_event}"
    if (head.counters or {}) != last_no:
        yield "gaps", f"the counters say {head.counters}, the entries {dict(last_no)}"
    if books.balances != books.sums:
        yield "balances", f"{set(books.balances.items()) ^ set(books.sums.items())}"
    if books.outbox != [entry.event_no for entry in books.entries]:
        yield "outbox", f"{len(books.outbox)} rows for {len(books.entries)} entries"


def _unbalanced(books: Books) -> Iterator[Finding]:
    for entry in books.entries:
        lines = entry.lines or ()
        off_by = sum(Decimal(debit) - Decimal(credit) for _, debit, credit in lines)
        if off_by or len(lines) < 2:  # noqa: PLR2004 - double entry
            yield "unbalanced", f"event {entry.event_no} has {len(lines)} lines, off by {off_by}"


def _verified(operators: Mapping[str, str]) -> Iterator[Finding]:
    """Run `openlaas verify`, as an operator would."""
    try:
        told = commands.run(
            *steps.openlaas_command("verify", "--all", "--json"), environment=operators
        )
    except StackError as error:
        yield "verify", str(error)
        return
    summary = json.loads(told)
    if not summary["outbox_checked"]:
        yield "verify", "it did not look at the outbox"
    yield from (("verify", str(finding)) for finding in summary["details"])


def _number(entry: Any) -> str:
    return f"{entry.kind}-{entry.no:05d}/{entry.fiscal_year % 100:02d}"


def _two_places(line: tuple[str, str, str]) -> tuple[str, str, str]:
    account, debit, credit = line
    return account, f"{Decimal(debit):.2f}", f"{Decimal(credit):.2f}"
