"""Everything that changes the journal. ``post_entries`` is its only writer."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from accounting import books, money
from accounting.errors import AccountingError, NotFound, Refusal
from accounting.journal import known, rules, sealing
from accounting.journal.drafts import DraftLine, EntryDraft
from accounting.journal.entry_number import EntryNumber
from accounting.journal.known import GENERAL_VOUCHER, Known, Posting, Touched
from accounting.journal.sealing import Moved, Sealed
from accounting.officers import Officer
from accounting.scripts import script_beside

_POSTING = script_beside(__file__, "posting.sql")
_TO_REVERSE = """
SELECT e.event_no, e.entry_date, e.description, e.reverses,
       (SELECT r.event_no FROM journal_entry r WHERE r.reverses = e.event_no),
       e.document_id, e.rule,
       (SELECT json_agg(json_build_array(account, debit::text, credit::text, memo, budget_line)
                        ORDER BY line_no)
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
class Balance:
    """An account's balance at the end of the entry's fiscal year, as known after the posting."""

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


def post_entry(
    *,
    draft: EntryDraft,
    officer: Officer,
    kind: str = GENERAL_VOUCHER,
    document_id: UUID | None = None,
    rule: str | None = None,
) -> PostedEntry:
    """Post one entry into the body's journal; see ``post_entries``.

    Args:
        draft: what it says.
        officer: who posts it.
        kind: the book of original entry: JV ทั่วไป, RV เงินสดรับ, PV เงินสดจ่าย.
        document_id: the document that makes it, which may make several.
        rule: the posting rule that it follows.

    Raises:
        UnableToPostEntry: at least one rule refuses; nothing was written.
    """
    posting = Posting(draft=draft, kind=kind, document_id=document_id, rule=rule)
    (posted,) = post_entries(postings=[posting], officer=officer)
    return posted


def post_entries(*, postings: Sequence[Posting], officer: Officer) -> list[PostedEntry]:
    """Post entries in their order: numbered, sealed, and never changed again; all or none.

    Holds the periods FOR SHARE, then the journal's head; both to COMMIT. ``posted_at`` is the
    database's clock under the head's lock, so that time and number never disagree. What is written
    rides with the transaction's next question, or with its COMMIT.

    Raises:
        UnableToPostEntry: at least one rule refuses one of them; pointers begin with
            ``/entries/<index>`` when there are several. Nothing was written.
    """
    before = known.ask(postings)
    refusals = [
        refusal
        for place, posting in enumerate(postings)
        for refusal in _placed(_refusals(posting, before), place, len(postings))
    ]
    if refusals:
        raise UnableToPostEntry(refusals)
    return _write(postings, before, officer)


def refusals_of(*, posting: Posting) -> list[Refusal]:
    """Return every reason why an entry could not be posted now, without posting it."""
    return _refusals(posting, known.ask([posting]))


def reverse_entry(
    *,
    number: EntryNumber,
    entry_date: date,
    reason: str,
    officer: Officer,
    document_id: UUID | None = None,
) -> PostedEntry:
    """Undo an entry by a new one with its sides exchanged, of its own date and number.

    Args:
        number: of the entry.
        entry_date: of the new one.
        reason: in the officer's words.
        officer: who does it.
        document_id: the document that made the entry, when the document is undone.

    Raises:
        NotFound: the books hold no such entry.
        UnableToReverseEntry: it was reversed before, is a reversal, or the date is refused.
    """
    found = books.row(
        _TO_REVERSE, {"fiscal_year": number.fiscal_year, "kind": number.kind, "no": number.no}
    )
    if found is None:
        raise NotFound([])
    event_no, original_date, description, reverses, reversed_by, maker, rule, lines = found
    refusals = list(
        rules.reversal_refusals(
            entry_date=entry_date,
            original_date=original_date,
            is_reversal=reverses is not None,
            is_reversed=reversed_by is not None,
            is_of_another_document=rule is not None and maker != document_id,
        )
    )
    draft = EntryDraft(
        entry_date=entry_date,
        description=f"กลับรายการ {number}: {reason} ({description})"[:500],
        reference=str(number),
        lines=tuple(_reversed_line(*line) for line in lines),
    )
    posting = Posting(
        draft=draft, kind=number.kind, reverses=event_no, document_id=document_id, rule=rule
    )
    before = known.ask([posting])
    if refusals := [*refusals, *_refusals(posting, before)]:
        raise UnableToReverseEntry(refusals)
    (posted,) = _write([posting], before, officer)
    return posted


def _refusals(posting: Posting, before: Known) -> list[Refusal]:
    return list(rules.posting_refusals(posting.draft, before.facts_for(posting)))


def _placed(refusals: list[Refusal], place: int, many: int) -> list[Refusal]:
    """Return the refusals with pointers into a request of several entries."""
    if many == 1:
        return refusals
    return [refusal.below(f"/entries/{place}") for refusal in refusals]


def _write(postings: Sequence[Posting], before: Known, officer: Officer) -> list[PostedEntry]:
    """Number, seal and write what no rule refuses."""
    sealed = sealing.seal(postings, before, officer)
    moved = sealing.moved_by(postings)
    books.write_with_next(_POSTING, sealing.rows(sealed, moved, before, officer))
    after = _balances_after(postings, moved, before)
    return [_posted(one, after, before, officer) for one in sealed]


def _balances_after(
    postings: Sequence[Posting],
    moved: Moved,
    before: Known,
) -> dict[Touched, Balance]:
    """Return the balances that changed, with everything posted together counted in."""
    months: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    for (account, month), (debit, credit) in moved.items():
        months[account].append((month, debit - credit))
    after = {}
    for touched in known.touched_by([posting.draft for posting in postings]):
        amount = before.balances[touched] + sum(
            change
            for month, change in months[touched.account]
            if touched.counted_from <= month < touched.ends_before
        )
        after[touched] = Balance(
            account=touched.account,
            name_th=before.accounts[touched.account].name_th,
            fiscal_year=touched.fiscal_year,
            debit=max(amount, money.ZERO),
            credit=max(-amount, money.ZERO),
        )
    return after


def _posted(
    sealed: Sealed, after: dict[Touched, Balance], before: Known, officer: Officer
) -> PostedEntry:
    draft, year = sealed.posting.draft, sealed.number.fiscal_year
    assert draft.entry_date is not None  # the rules have seen to it
    touched = known.touched_by([draft])
    return PostedEntry(
        number=str(sealed.number),
        event_no=sealed.event_no,
        fiscal_year=year,
        entry_date=draft.entry_date,
        description=draft.description,
        reference=draft.reference,
        posted_at=sealed.recorded_at,
        posted_by=officer.name_th,
        lines=tuple(_posted_line(line, before) for line in draft.lines),
        balances=tuple(after[one] for one in touched),
        hash=sealed.hash,
    )


def _posted_line(line: DraftLine, before: Known) -> PostedLine:
    assert line.account is not None  # the rules have seen to it
    return PostedLine(
        account=line.account,
        name_th=before.accounts[line.account].name_th,
        debit=line.debit or money.ZERO,
        credit=line.credit or money.ZERO,
        memo=line.memo,
    )


def _reversed_line(
    account: str, debit: str, credit: str, memo: str | None, budget_line: str | None
) -> DraftLine:
    return DraftLine(
        pointer="",
        account=account,
        debit=Decimal(credit) or None,
        credit=Decimal(debit) or None,
        memo=memo,
        budget_line=UUID(budget_line) if budget_line else None,
    )
