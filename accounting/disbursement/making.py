"""What a ฎีกา is made of: what was sent, what the books know of it, its number, its guarded row."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from accounting import books, money
from accounting.disbursement import rules
from accounting.disbursement.drafts import VoucherDraft, read_voucher
from accounting.disbursement.facts import Known, known_of
from accounting.documents import numbering
from accounting.documents import operations as documents
from accounting.documents.operations import Contents, LockedDocument
from accounting.documents.series import VOUCHERS
from accounting.errors import Refusal

_NO_TASK, _NO_TYPE = "00000", "000000"  # of money that is not the budget's
_KEEP = """
INSERT INTO payment_voucher (id, inspection_id, gross, net)
VALUES (%(id)s, %(inspection)s, %(gross)s, %(net)s)
    ON CONFLICT (id) DO UPDATE
   SET inspection_id = excluded.inspection_id, gross = excluded.gross, net = excluded.net
RETURNING id
"""


def read(
    raw: Mapping[str, Any], day: date, *, own: UUID | None
) -> tuple[VoucherDraft, Known, list[Refusal]]:
    """Return a voucher, what the books know of what it names, and every reason against it."""
    draft = read_voucher(raw)
    if draft.source_kind == "inspection" and draft.source_id:  # two vouchers at once wait here
        documents.lock(kind="INSPECT", document=draft.source_id)
    known = known_of(draft)
    refusals = [
        *rules.voucher_refusals(draft, known.facts, on=draft.made_on or day),
        *rules.charge_refusals(draft, account=known.account),
        *rules.paid_once_refusals(other=known.other_voucher, own=own),
    ]
    return draft, known, refusals


def contents_of(raw: Mapping[str, Any], draft: VoucherDraft, known: Known, day: date) -> Contents:
    """Return what a voucher says, with what its form tells of the payee and of the line."""
    line, payee = known.line, known.facts.payee
    return Contents(
        fiscal_year=draft.fiscal_year,
        document_date=draft.made_on or day,
        description=draft.description,
        amount=draft.gross or money.ZERO,
        content={
            "said": dict(raw),
            "net": str(draft.net),
            "source_kind": draft.source_kind,
            "payee_name": payee.name if payee else "",
            "sector": payee.sector if payee else None,
            "legal_form": payee.legal_form if payee else "",
            "account": known.account,
            "contract": known.contract,
            "fund_source": line.fund_source if line else "DEPOSIT",
            "line": _told(known),
        },
    )


def _told(known: Known) -> dict[str, str] | None:
    """Return what the form says of the budget line, as it was when it was drawn up."""
    line = known.line
    if line is None:
        return None
    names = ("plan", "task", "expenditure_type", "project", "name")
    return {name: getattr(line, name) for name in names}


def keep(voucher: LockedDocument, draft: VoucherDraft) -> None:
    """Keep the columns of a voucher that the database guards."""
    inspection = draft.source_id if draft.source_kind == "inspection" else None
    facts = {"id": voucher.id, "inspection": inspection, "gross": draft.gross, "net": draft.net}
    books.row(_KEEP, facts)


def prefix_of(draft: VoucherDraft, known: Known) -> str:
    """Return the requester's number up to its running number: 69-03-00111-5340500."""
    task = known.line.task if known.line else _NO_TASK
    kind = known.line.expenditure_type if known.line else _NO_TYPE
    return f"{(draft.fiscal_year or 0) % 100:02d}-{draft.unit}-{task}-5{kind}"


def requester_number(draft: VoucherDraft, known: Known) -> str:
    """Take the number that a division gives its voucher: 69-03-00111-5340500-00010."""
    prefix = prefix_of(draft, known)
    no = numbering.take(series=f"{VOUCHERS} {prefix[3:]}", fiscal_year=draft.fiscal_year or 0)
    return f"{prefix}-{no:05d}"
