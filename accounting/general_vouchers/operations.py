"""Everything that changes a general voucher: one public function per use case.

Each locks the voucher, then what a posting locks, in that order. A ``version`` is the one that the
officer read; a step without one is taken of whatever the voucher says by now.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting.documents import operations as documents
from accounting.documents.operations import Contents, LockedDocument
from accounting.errors import AccountingError, NotFound, Refusal
from accounting.fiscal_year import fiscal_year_of
from accounting.general_vouchers import rules
from accounting.journal import operations as journal
from accounting.journal.drafts import EntryDraft, read_entry
from accounting.journal.known import GENERAL_VOUCHER, Posting
from accounting.officers import Officer

KIND = GENERAL_VOUCHER


class UnableToMoveVoucher(AccountingError):
    """At least one rule refuses the step; ``refusals`` lists them all."""

    code = "unable_to_move_voucher"


def draft_voucher(*, raw: Mapping[str, Any], officer: Officer) -> UUID:
    """Keep a voucher as a draft, whole or not, balanced or not; return its id."""
    return documents.create(
        kind=KIND, state="draft", action="draft", contents=_contents(raw), officer=officer
    )


def change_voucher(
    *, voucher_id: UUID, version: int, raw: Mapping[str, Any], officer: Officer
) -> None:
    """Replace what a draft says.

    Raises:
        NotFound: the books hold no such voucher.
        StaleDocument: it was changed after it was read.
        UnableToMoveVoucher: it is no draft any more, or the role lacks it.
    """
    voucher = _lock(voucher_id, version)
    _assert_step(voucher, "change", officer)
    documents.change(document=voucher, contents=_contents(raw))


def check_voucher(*, voucher_id: UUID, officer: Officer, version: int | None = None) -> None:
    """Confirm another officer's draft; it must be ready to be posted as it stands.

    Raises:
        NotFound: the books hold no such voucher.
        StaleDocument: it was changed after it was read.
        UnableToMoveVoucher: it is one's own, in another state, or would not post.
    """
    voucher = _lock(voucher_id, version)
    posting = Posting(draft=_draft(voucher))
    _assert_step(voucher, "check", officer, journal.refusals_of(posting=posting))
    documents.move(document=voucher, action="check", state="checked", officer=officer)


def post_voucher(
    *, voucher_id: UUID, officer: Officer, version: int | None = None
) -> journal.PostedEntry:
    """Post a checked voucher; from now on only a reversal undoes it.

    Raises:
        NotFound: the books hold no such voucher.
        StaleDocument: it was changed after it was read.
        UnableToMoveVoucher: it is not checked, or the role lacks it.
        UnableToPostEntry: the books changed since it was checked.
    """
    voucher = _lock(voucher_id, version)
    _assert_step(voucher, "post", officer)
    posted = journal.post_entry(draft=_draft(voucher), officer=officer)
    documents.move(
        document=voucher,
        action="post",
        state="posted",
        officer=officer,
        event_no=posted.event_no,
    )
    return posted


def post_draft(
    *, voucher_id: UUID, version: int, raw: Mapping[str, Any], officer: Officer
) -> journal.PostedEntry:
    """Post one's own draft as an entry at once, as posting an entry without a voucher would.

    The voucher's history says that nobody checked it.

    Raises:
        NotFound: the books hold no such voucher.
        StaleDocument: it was changed after it was read.
        UnableToMoveVoucher: it is no draft any more, or the role lacks it.
        UnableToPostEntry: at least one rule of the journal refuses.
    """
    voucher = _lock(voucher_id, version)
    _assert_step(voucher, "change", officer)
    draft = read_entry(raw)
    posted = journal.post_entry(draft=draft, officer=officer)
    documents.move(
        document=documents.change(document=voucher, contents=_contents(raw)),
        action="post_unchecked",
        state="posted",
        officer=officer,
        event_no=posted.event_no,
    )
    return posted


def return_voucher(
    *, voucher_id: UUID, note: str, officer: Officer, version: int | None = None
) -> None:
    """Send a checked voucher back to its preparer, with the reason.

    Raises:
        NotFound: the books hold no such voucher.
        StaleDocument: it was changed after it was read.
        UnableToMoveVoucher: it is not checked, or the role lacks it.
    """
    voucher = _lock(voucher_id, version)
    _assert_step(voucher, "return", officer)
    documents.move(document=voucher, action="return", state="draft", officer=officer, note=note)


def cancel_voucher(
    *, voucher_id: UUID, note: str, officer: Officer, version: int | None = None
) -> None:
    """Give a voucher up before it is posted; it stays on the register.

    Raises:
        NotFound: the books hold no such voucher.
        StaleDocument: it was changed after it was read.
        UnableToMoveVoucher: it is posted or cancelled already, or the role lacks it.
    """
    voucher = _lock(voucher_id, version)
    _assert_step(voucher, "cancel", officer)
    documents.move(document=voucher, action="cancel", state="cancelled", officer=officer, note=note)


def _lock(voucher_id: UUID, version: int | None) -> LockedDocument:
    voucher = documents.lock(kind=KIND, document_id=voucher_id, version=version)
    if voucher is None:
        raise NotFound([])
    return voucher


def _assert_step(
    voucher: LockedDocument, action: str, officer: Officer, others: list[Refusal] | None = None
) -> None:
    refusals = rules.step_refusals(
        state=voucher.state,
        action=action,
        roles=officer.roles,
        is_own=voucher.prepared_by == officer.id,
    )
    if reasons := [*refusals, *(others or [])]:
        raise UnableToMoveVoucher(reasons)


def _draft(voucher: LockedDocument) -> EntryDraft:
    return read_entry(voucher.contents.content)


def _contents(raw: Mapping[str, Any]) -> Contents:
    """Return what a document keeps of an entry; what cannot be read yet is kept in ``content``."""
    draft = read_entry(raw)
    return Contents(
        fiscal_year=fiscal_year_of(draft.entry_date) if draft.entry_date else None,
        document_date=draft.entry_date,
        description=draft.description,
        amount=sum((line.debit or Decimal(0) for line in draft.lines), Decimal(0)),
        content=dict(raw),
    )
