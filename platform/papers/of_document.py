"""The paper of any document, whatever its kind; the caller has opened the body's transaction."""

from collections.abc import Callable, Mapping
from typing import NamedTuple
from uuid import UUID

from accounting.documents.queries import kind_of
from accounting.journal.entry_number import EntryNumber
from papers import cheque_report_pdf, dika_pdf, voucher_of_books
from papers.voucher_pdf import paper
from tenants.directory.records import BodyRecord


class Paper(NamedTuple):
    """A file, and its name without an ending."""

    name: str
    content: bytes


def paper_of(*, body: BodyRecord, wanted: UUID | EntryNumber) -> Paper | None:
    """Return the paper of a document, or of a posted entry; None when there is none."""
    if isinstance(wanted, EntryNumber):
        told = voucher_of_books.of_entry(body=body, number=wanted)
        return Paper(told.file_name, paper(told)) if told else None
    printed = _PRINTED.get(kind_of(document_id=wanted) or "")
    return printed(body, wanted) if printed else None


def _general_voucher(body: BodyRecord, document_id: UUID) -> Paper | None:
    told = voucher_of_books.of_voucher(body=body, voucher_id=document_id)
    return Paper(told.file_name, paper(told)) if told else None


def _dika(body: BodyRecord, document_id: UUID) -> Paper | None:
    return _named(dika_pdf.of_voucher(body=body, voucher=document_id))


def _cheque_report(body: BodyRecord, document_id: UUID) -> Paper | None:
    return _named(cheque_report_pdf.of_report(body=body, report=document_id))


def _named(found: tuple[str, bytes] | None) -> Paper | None:
    return Paper(found[0].replace("/", "-"), found[1]) if found else None


# By kind of document. Slices add theirs.
_PRINTED: Mapping[str, Callable[[BodyRecord, UUID], Paper | None]] = {
    "JV": _general_voucher,
    "DIKA": _dika,
    "CHQRPT": _cheque_report,
}
