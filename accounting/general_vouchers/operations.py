"""Everything that changes a general voucher: one public function per use case.

Each locks the voucher, then what a posting locks, in that order. A ``version`` is the one that the
officer read; a step without one is taken of whatever the voucher says by now.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting.documents import operations as documents
from accounting.documents.operations import Contents, LockedDocument, Reference, StepBegun
from accounting.documents.workflow import CHANGE
from accounting.fiscal_year import fiscal_year_of
from accounting.general_vouchers.rules import FLOW
from accounting.journal import operations as journal
from accounting.journal.drafts import EntryDraft, read_entry
from accounting.journal.known import Posting
from accounting.officers import Officer

KIND = FLOW.kind


def draft_voucher(*, raw: Mapping[str, Any], officer: Officer) -> UUID:
    """Keep a voucher as a draft, whole or not, balanced or not; return its id.

    Raises:
        UnableToDraft: no role of the officer may.
    """
    return documents.draft(workflow=FLOW, contents=_contents(raw), officer=officer).id


def change_voucher(
    *, document: Reference, version: int, raw: Mapping[str, Any], officer: Officer
) -> None:
    """Replace what a draft says.

    Raises:
        NotFound: the books hold no such voucher.
        StaleDocument: it was changed after it was read.
        UnableToTakeStep: it is no draft any more, or the role lacks it.
    """
    documents.change_draft(
        workflow=FLOW,
        document=document,
        version=version,
        contents=_contents(raw),
        officer=officer,
    )


def check_voucher(*, begun: StepBegun, asked: Mapping[str, Any]) -> None:
    """Confirm another officer's draft; it must be ready to be posted as it stands.

    Raises:
        UnableToTakeStep: it is one's own, in another state, or would not post.
    """
    begun.assert_may(journal.refusals_of(posting=Posting(draft=_draft(begun.document))))
    documents.finish_step(begun=begun)


def post_voucher(*, begun: StepBegun, asked: Mapping[str, Any]) -> journal.PostedEntry:
    """Post a checked voucher; from now on only a reversal undoes it.

    Raises:
        UnableToTakeStep: it is not checked, or the role lacks it.
        UnableToPostEntry: the books changed since it was checked.
    """
    begun.assert_may()
    posted = journal.post_entry(draft=_draft(begun.document), officer=begun.officer)
    documents.finish_step(begun=begun, event_no=posted.event_no)
    return posted


def post_draft(
    *, document: Reference, version: int, raw: Mapping[str, Any], officer: Officer
) -> journal.PostedEntry:
    """Post one's own draft as an entry at once, as posting an entry without a voucher would.

    The voucher's history says that nobody checked it.

    Raises:
        NotFound: the books hold no such voucher.
        StaleDocument: it was changed after it was read.
        UnableToTakeStep: it is no draft any more, or the role lacks it.
        UnableToPostEntry: at least one rule of the journal refuses.
    """
    begun = documents.begin_step(
        workflow=FLOW, document=document, action=CHANGE, officer=officer, version=version
    )
    begun.assert_may()
    posted = journal.post_entry(draft=read_entry(raw), officer=begun.officer)
    changed = documents.change(
        document=begun.document, contents=_contents(raw), officer=begun.officer
    )
    documents.move(
        document=changed,
        action="post_unchecked",
        state="posted",
        officer=begun.officer,
        event_no=posted.event_no,
    )
    return posted


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
