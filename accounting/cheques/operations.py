"""Everything that changes a cheque report: drawn up, approved, signed; signing pays its vouchers.

Locks the report, its vouchers in the order of their ids, then numbers, periods, the journal's head.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from accounting import books, money
from accounting.bank_accounts.known import BankAccount, known_bank_account
from accounting.cheques import paying, rules
from accounting.cheques.drafts import PAID_BY_STATE, ReportDraft, read_report
from accounting.disbursement.rules import FLOW as DIKA
from accounting.documents import numbering
from accounting.documents import operations as documents
from accounting.documents.operations import Contents, LockedDocument, Reference, StepBegun
from accounting.errors import Refusal
from accounting.fiscal_year import fiscal_year_of
from accounting.journal import operations as journal
from accounting.officers import Officer

_FIND = """
SELECT d.id, d.number, v.treasury_no
  FROM document d JOIN payment_voucher v ON v.id = d.id
 WHERE d.kind = 'DIKA' AND (d.id::text = ANY(%(references)s) OR d.number = ANY(%(references)s)
       OR v.treasury_no = ANY(%(treasury)s))
"""
_OTHER_REPORTS = """
SELECT voucher ->> 'id', coalesce(d.number, '')
  FROM document d, jsonb_array_elements(d.content -> 'vouchers') AS voucher
 WHERE d.kind = 'CHQRPT' AND d.state IN ('draft', 'approved') AND d.id IS DISTINCT FROM %(own)s
"""
_USED = """
SELECT cheque_no FROM cheque
 WHERE bank_account = %(bank_account)s AND cheque_no = ANY(%(numbers)s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A report, the vouchers that it names with their rows held, and every reason against it."""

    draft: ReportDraft
    vouchers: Sequence[LockedDocument]
    bank: BankAccount | None
    refusals: list[Refusal]


def draft_report(*, raw: Mapping[str, Any], officer: Officer) -> LockedDocument:
    """Make a report as a draft, with its number.

    Raises:
        UnableToDraft: the role lacks it, or something in it is refused.
    """
    read = _read(raw, own=None)
    report = documents.draft(
        workflow=rules.REPORT,
        contents=_contents(raw, read),
        officer=officer,
        others=read.refusals,
    )
    year = report.contents.fiscal_year or 0
    number = numbering.next_number(kind=rules.REPORT.kind, fiscal_year=year)
    return documents.give_number(document=report, number=number)


def change_report(
    *, document: Reference, version: int, raw: Mapping[str, Any], officer: Officer
) -> LockedDocument:
    """Replace what a draft says.

    Raises:
        NotFound, StaleDocument, UnableToTakeStep: see ``documents.begin_step``.
    """
    begun = documents.begin_step(
        workflow=rules.REPORT, document=document, action="change", officer=officer, version=version
    )
    read = _read(raw, own=begun.document.id)
    begun.assert_may(read.refusals)
    return documents.change(
        document=begun.document, contents=_contents(raw, read), officer=begun.officer
    )


def approve_report(*, begun: StepBegun, asked: Mapping[str, Any]) -> LockedDocument:
    """Approve a report: these vouchers are paid by these cheques."""
    read = _read(begun.document.contents.content["said"], own=begun.document.id)
    begun.assert_may(read.refusals)
    return documents.finish_step(begun=begun)


def sign_report(*, begun: StepBegun, asked: Mapping[str, Any]) -> LockedDocument:
    """Sign the cheques of a report; with the last signature they are paid (EX07 and its like).

    The executive and the chief administrator always sign, two different officers.

    Raises:
        UnableToTakeStep: the flow refuses.
        UnableToApplyRule, UnableToPostEntry: the books refuse.
    """
    report = begun.document
    content = report.contents.content
    signed = [*content.get("signed_as", []), *_signing_as(begun.officer, content)]
    begun.assert_may(rules.signature_refusals(begun.officer.roles, content.get("signed_as", [])))
    contents = replace(report.contents, content={**content, "signed_as": signed})
    if rules.ALWAYS_SIGN - set(signed):
        return documents.finish_step(begun=begun, contents=contents, leads_to="approved")
    read = _read(content["said"], own=report.id)
    begun.assert_may(read.refusals)
    assert read.draft.paid_on is not None  # nothing was refused
    done = documents.finish_step(begun=begun, contents=contents)
    payments = paying.payments_of(
        read.vouchers, bank=read.bank, paid_on=read.draft.paid_on, report=done
    )
    for payment in payments:
        paying.keep(payment, officer=begun.officer, method=read.draft.method)
    journal.post_entries(
        postings=[paying.posting_of(payment) for payment in payments], officer=begun.officer
    )
    return done


def cancel_report(*, begun: StepBegun, asked: Mapping[str, Any]) -> LockedDocument:
    """Give a report up before its cheques are signed; its vouchers may stand in another."""
    return documents.finish_step(begun=begun)


def _signing_as(officer: Officer, content: Mapping[str, Any]) -> list[str]:
    """Return the one role of those that still have to sign in which the officer signs."""
    missing = rules.ALWAYS_SIGN - set(content.get("signed_as", []))
    return sorted(missing & officer.roles)[:1]


def _read(raw: Mapping[str, Any], *, own: UUID | None) -> _Read:
    draft = read_report(raw)
    found = _find(draft)
    held = {id_: _held(id_) for id_ in sorted(set(found.values()))}
    bank = known_bank_account(draft.bank_account) if draft.bank_account else None
    elsewhere = dict(books.rows(_OTHER_REPORTS, {"own": own}))
    vouchers = [held[found[name]] if name in found else None for name in draft.vouchers]
    named = [_named(one, elsewhere) for one in vouchers]
    refusals = [
        *draft.refusals,
        *rules.report_refusals(named, by_state=draft.method == PAID_BY_STATE),
        *rules.bank_refusals(
            is_known=bank is not None or draft.bank_account is None, used=_used(draft)
        ),
    ]
    there = [one for one in vouchers if one is not None]
    return _Read(draft=draft, vouchers=there, bank=bank, refusals=refusals)


def _held(voucher_id: UUID) -> LockedDocument:
    voucher = documents.lock(kind=DIKA.kind, document=voucher_id)
    assert voucher is not None  # it was found, and none is ever deleted
    return voucher


def _named(
    voucher: LockedDocument | None, elsewhere: Mapping[str, str]
) -> rules.NamedVoucher | None:
    if voucher is None:
        return None
    return rules.NamedVoucher(
        state=voucher.state,
        other_report=elsewhere.get(str(voucher.id)),
        kind=voucher.contents.content["source_kind"],
        has_deductions=bool(voucher.contents.content["said"].get("deductions")),
    )


def _find(draft: ReportDraft) -> dict[str, UUID]:
    """Return the vouchers' ids by the names that the report gives them."""
    treasury = {name: "/".join(name.rsplit("-", 1)) for name in draft.vouchers}
    rows = books.rows(
        _FIND, {"references": list(draft.vouchers), "treasury": list(treasury.values())}
    )
    by_name: dict[str, UUID] = {}
    for id_, number, treasury_no in rows:
        for name in draft.vouchers:
            if name in {str(id_), number} or treasury[name] == treasury_no:
                by_name[name] = id_
    return by_name


def _used(draft: ReportDraft) -> list[str]:
    if not draft.cheque_nos:
        return []
    facts = {"bank_account": draft.bank_account, "numbers": list(draft.cheque_nos)}
    return [number for (number,) in books.rows(_USED, facts)]


def _contents(raw: Mapping[str, Any], read: _Read) -> Contents:
    draft = read.draft
    lines = [_line(one, draft, place) for place, one in enumerate(read.vouchers)]
    return Contents(
        fiscal_year=fiscal_year_of(draft.paid_on) if draft.paid_on else None,
        document_date=draft.paid_on,
        description=f"จ่ายเงิน {len(lines)} ฎีกา",
        amount=sum((paying.net_of(one) for one in read.vouchers), money.ZERO),
        content={
            "said": dict(raw),
            "vouchers": lines,
            "method": draft.method,
            "bank_account": draft.bank_account,
            "bank": read.bank.told if read.bank else None,
        },
    )


def _line(voucher: LockedDocument, draft: ReportDraft, place: int) -> dict[str, Any]:
    content = voucher.contents.content
    return {
        "id": str(voucher.id),
        "number": voucher.number,
        "treasury_no": content.get("treasury_no"),
        "payee_name": content["payee_name"],
        "net": str(paying.net_of(voucher)),
        "cheque_no": draft.cheque_nos[place] if place < len(draft.cheque_nos) else None,
    }
