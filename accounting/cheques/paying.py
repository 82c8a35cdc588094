"""What one payment is made of: its entry, its cheque, the taxes that it withheld, its deposits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from accounting import books
from accounting.bank_accounts.known import BankAccount
from accounting.cheques import rules
from accounting.deposits import operations as deposits
from accounting.disbursement import recipes
from accounting.disbursement.drafts import Deduction, VoucherDraft, read_voucher
from accounting.disbursement.recipes import Payment
from accounting.documents import numbering
from accounting.documents import operations as documents
from accounting.documents.operations import Contents, LockedDocument
from accounting.journal.known import Posting
from accounting.officers import Officer
from accounting.posting_rules.operations import posting_by_rule
from accounting.withholding_tax import operations as withholding
from accounting.withholding_tax.operations import Withheld

_CHEQUE = """
INSERT INTO cheque (id, bank_account, cheque_no)
VALUES (%(id)s, %(bank_account)s, %(cheque_no)s) RETURNING id
"""
_PAYEE = """
SELECT name, coalesce(tax_id, ''), branch_no, coalesce(address, '') FROM party WHERE id = %(id)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """A voucher, its payment and where it is paid from; no bank when the state pays."""

    voucher: LockedDocument
    draft: VoucherDraft
    payment: Payment
    bank: BankAccount | None
    paid_on: date
    report: LockedDocument
    place: int

    @property
    def line(self) -> dict[str, Any]:
        """What the report says of the voucher."""
        line: dict[str, Any] = self.report.contents.content["vouchers"][self.place]
        return line


def net_of(voucher: LockedDocument) -> Decimal:
    """Return what is paid out for a voucher."""
    return Decimal(voucher.contents.content["net"])


def payment_of(voucher: LockedDocument) -> Payment:
    """Return what the payment of a voucher depends on."""
    content = voucher.contents.content
    return Payment(
        kind=content["source_kind"],
        sector=content["sector"],
        legal_form=content["legal_form"],
        account=content["account"],
        gross=voucher.contents.amount,
        net=net_of(voucher),
        deductions=read_voucher(content["said"]).deductions,
        is_again=bool(content.get("is_again")),
    )


def payments_of(
    vouchers: Sequence[LockedDocument],
    *,
    bank: BankAccount | None,
    paid_on: date,
    report: LockedDocument,
) -> list[Paid]:
    """Return the payments of a report, in its order."""
    return [
        Paid(
            voucher=voucher,
            draft=read_voucher(voucher.contents.content["said"]),
            payment=payment_of(voucher),
            bank=bank,
            paid_on=paid_on,
            report=report,
            place=place,
        )
        for place, voucher in enumerate(vouchers)
    ]


def posting_of(paid: Paid) -> Posting:
    """Return the entry of a payment."""
    if paid.bank is None:
        recipe = recipes.direct_payment(paid.payment)
    else:
        recipe = recipes.payment(paid.payment, bank=paid.bank.account, on=paid.paid_on)
    return posting_by_rule(
        rule_id=recipe.rule,
        on=paid.paid_on,
        parts=recipe.parts,
        description=f"จ่าย {paid.voucher.contents.description}"[:500],
        document_id=paid.voucher.id,
        reference=paid.line["treasury_no"] or paid.voucher.number,
    )


def keep(paid: Paid, *, officer: Officer, method: str) -> None:
    """Keep all of a payment but its entry: stamp the voucher, make the cheque, withhold."""
    voucher, content = paid.voucher, paid.voucher.contents.content
    number = _draw_cheque(paid, officer, method) if paid.bank else None
    stamp = {
        "paid_on": paid.paid_on.isoformat(),
        "report": str(paid.report.id),
        "report_number": paid.report.number,
        "cheque": number,
        "cheque_no": paid.line["cheque_no"],
        "bank": paid.bank.told if paid.bank else None,
        "payee": _payee(paid),
    }
    documents.move(
        document=voucher,
        action="pay",
        state="paid",
        officer=officer,
        contents=replace(voucher.contents, content={**content, "payment": stamp}),
    )
    if paid.payment.is_again:  # what was kept back of it was kept at the first payment
        return
    withheld = [*_withheld(paid)]
    if withheld:
        withholding.keep(voucher_id=voucher.id, paid_on=paid.paid_on, withheld=withheld)
    for one in paid.draft.deductions:
        _keep_deposit(paid, one)


def _draw_cheque(paid: Paid, officer: Officer, method: str) -> str:
    """Make the cheque or slip; return its number."""
    assert paid.bank is not None
    year = paid.report.contents.fiscal_year or 0
    cheque = documents.draft(
        workflow=rules.CHEQUE,
        contents=Contents(
            fiscal_year=year,
            document_date=paid.paid_on,
            description=f"จ่าย {paid.line['payee_name']}"[:500],
            amount=paid.payment.net,
            content={
                "voucher": str(paid.voucher.id),
                "voucher_number": paid.voucher.number,
                "treasury_no": paid.line["treasury_no"],
                "report": str(paid.report.id),
                "report_number": paid.report.number,
                "payee_name": paid.line["payee_name"],
                "bank_account": paid.bank.id,
                "bank": paid.bank.told,
                "cheque_no": paid.line["cheque_no"],
                "method": method,
            },
        ),
        officer=officer,
    )
    if paid.line["cheque_no"]:
        facts = {"bank_account": paid.bank.id, "cheque_no": paid.line["cheque_no"]}
        books.row(_CHEQUE, {**facts, "id": cheque.id})
    number = numbering.next_number(kind=cheque.kind, fiscal_year=year)
    documents.give_number(document=cheque, number=number)
    return number


def _withheld(paid: Paid) -> Iterator[Withheld]:
    """Yield what is kept of each payee: the seller, or each of the people on a payroll."""
    tax = next((one for one in paid.draft.deductions if one.kind == "wht"), None)
    if tax is None:
        return
    rule = recipes.withheld_in(paid.payment, tax, on=paid.paid_on)
    for place, person in enumerate(paid.draft.people):
        yield Withheld(
            form=rule.form,
            account=rule.account,
            person=place,
            income_th=rule.income_th,
            rate_percent=None,
            base=person.base,
            tax=person.tax,
        )
    if not paid.draft.people:
        yield Withheld(
            form=rule.form,
            account=rule.account,
            person=None,
            income_th=tax.income_th or rule.income_th,
            rate_percent=tax.rate_percent or rule.rate_percent,
            base=paid.payment.gross - paid.draft.vat,
            tax=tax.amount,
        )


def _payee(paid: Paid) -> dict[str, str] | None:
    """Return who is paid, as the register has it now; the certificate keeps it so."""
    found = books.row(_PAYEE, {"id": paid.draft.payee}) if paid.draft.payee else None
    return (
        dict(zip(("name", "tax_id", "branch_no", "address"), found, strict=True)) if found else None
    )


def _keep_deposit(paid: Paid, one: Deduction) -> None:
    """Open a deposit for what was kept back and belongs to somebody else."""
    account = recipes.deposit_of(one, paid.payment)
    if account is None:
        return
    deposits.take_in(
        document_id=paid.voucher.id,
        account=account,
        owner=paid.line["payee_name"] or paid.voucher.contents.description[:200],
        owner_id=paid.draft.payee,
        amount=one.amount,
        day=paid.paid_on,
        purpose=f"หักจากฎีกา {paid.line['treasury_no'] or paid.voucher.number}",
    )
