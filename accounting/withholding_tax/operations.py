"""Everything that changes what was withheld: kept at a payment, returned once, and remitted."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting import books, money
from accounting.bank_accounts.known import known_bank_account
from accounting.documents import numbering
from accounting.documents import operations as documents
from accounting.documents.operations import Contents, LockedDocument, StepBegun
from accounting.documents.series import CERTIFICATES, RETURNS
from accounting.errors import Refusal
from accounting.fiscal_year import fiscal_year_of, month_after
from accounting.officers import Officer
from accounting.posting_rules.operations import post_by_rule
from accounting.posting_rules.rules import Part
from accounting.withholding_tax import rules
from accounting.withholding_tax.returns import RETURN, read_remittance, read_return

_KEEP = """
INSERT INTO withheld_tax (id, voucher_id, paid_on, form, account, certificate_no, person, income_th,
                          rate_percent, base, tax)
SELECT uuidv7(), %(voucher_id)s, %(paid_on)s, kept.*
  FROM jsonb_to_recordset(%(kept)s::jsonb) AS kept(
       form varchar, account varchar, certificate_no varchar, person smallint, income_th varchar,
       rate_percent numeric, base numeric, tax numeric)
RETURNING id
"""
# Whoever makes a return of the month first has its rows.
_RETURN = """
UPDATE withheld_tax SET return_id = %(return_id)s
 WHERE form = %(form)s AND paid_on >= %(first)s AND paid_on < %(after)s AND return_id IS NULL
RETURNING tax
"""
_OPEN = """
SELECT coalesce(sum(tax), 0), count(*) FROM withheld_tax
 WHERE form = %(form)s AND paid_on >= %(first)s AND paid_on < %(after)s AND return_id IS NULL
"""
_BY_ACCOUNT = """
SELECT account, sum(tax) FROM withheld_tax WHERE return_id = %(return_id)s
 GROUP BY account HAVING sum(tax) > 0 ORDER BY account
"""
_GIVE_UP = """
UPDATE withheld_tax SET return_id = NULL WHERE return_id = %(return_id)s RETURNING id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """What is withheld from a payee; ``person`` is their place on a payroll, None for a seller.

    A seller has a certificate for each payment; staff get one a year.
    """

    form: str
    account: str
    person: int | None
    income_th: str
    rate_percent: Decimal | None
    base: Decimal
    tax: Decimal


def keep(*, voucher_id: UUID, paid_on: date, withheld: Sequence[Withheld]) -> None:
    """Keep what a payment withheld, each with its certificate's number, gapless in the year."""
    year = fiscal_year_of(paid_on)
    rows = []
    for one in withheld:
        row: dict[str, Any] = asdict(one)
        row["certificate_no"] = (
            numbering.printed(
                no=numbering.take(series=CERTIFICATES, fiscal_year=year), fiscal_year=year
            )
            if one.person is None
            else None
        )
        rows.append(row)
    kept = json.dumps(rows, default=str, ensure_ascii=False)
    books.rows(_KEEP, {"voucher_id": voucher_id, "paid_on": paid_on, "kept": kept})


def make_return(*, raw: Mapping[str, Any], officer: Officer) -> LockedDocument:
    """Make the return (ภ.ง.ด.) of a month: everything withheld in it that no return has.

    Raises:
        UnableToDraft: the role lacks it, or nothing was withheld.
    """
    draft = read_return(raw)
    refusals = list(draft.refusals)
    total = money.ZERO
    if draft.form and draft.month:
        facts = _month(draft.form, draft.month)
        found = books.row(_OPEN, facts)
        assert found is not None  # an aggregate has one row
        total = found[0]
        if not found[1]:
            refusals.append(_nothing(draft.form))
    first = draft.month or date.min
    made = documents.draft(
        workflow=RETURN,
        contents=Contents(
            fiscal_year=fiscal_year_of(first) if draft.month else None,
            document_date=draft.month,
            description=f"{rules.FORMS.get(draft.form or '', '')} {first:%Y-%m}",
            amount=total,
            content={
                "said": dict(raw),
                "form": draft.form,
                "month": f"{first:%Y-%m}",
                "due_on": rules.due_date(first).isoformat() if draft.month else None,
            },
        ),
        officer=officer,
        others=refusals,
    )
    assert draft.form is not None  # nothing was refused
    taken = books.rows(_RETURN, {**_month(draft.form, first), "return_id": made.id})
    assert sum((row[0] for row in taken), money.ZERO) >= total
    year = fiscal_year_of(first)
    no = numbering.take(series=f"{RETURNS} {draft.form}", fiscal_year=year)
    number = numbering.printed(no=no, fiscal_year=year, prefix=draft.form)
    return documents.give_number(document=made, number=number)


def remit_return(*, begun: StepBegun, asked: Mapping[str, Any]) -> LockedDocument:
    """Remit what a return says, out of a bank account (EX08); late is told, not refused.

    Raises:
        UnableToTakeStep: the flow refuses.
        UnableToPostEntry: the books refuse.
    """
    draft = read_remittance(asked)
    bank = known_bank_account(draft.bank_account) if draft.bank_account else None
    refusals = list(draft.refusals)
    if draft.bank_account and bank is None:
        refusals.append(_unknown_bank_account())
    begun.assert_may(refusals)
    assert draft.paid_on is not None  # nothing was refused
    assert bank is not None
    made = begun.document
    parts = [
        Part(place=1, account=account, amount=tax)
        for account, tax in books.rows(_BY_ACCOUNT, {"return_id": made.id})
    ]
    total = sum((part.amount for part in parts), money.ZERO)
    if parts:
        post_by_rule(
            rule_id="EX08",
            on=draft.paid_on,
            parts=[*parts, Part(place=2, account=bank.account, amount=total)],
            description=f"นำส่งภาษีหัก ณ ที่จ่าย {made.contents.description}",
            document_id=made.id,
            officer=begun.officer,
            reference=made.number,
        )
    content = {**made.contents.content, "paid_on": draft.paid_on.isoformat()}
    contents = Contents(
        fiscal_year=made.contents.fiscal_year,
        document_date=made.contents.document_date,
        description=made.contents.description,
        amount=total,
        content=content,
    )
    return documents.finish_step(begun=begun, contents=contents)


def cancel_return(*, begun: StepBegun, asked: Mapping[str, Any]) -> LockedDocument:
    """Give a return up before it is remitted; another takes what it held.

    Raises:
        UnableToTakeStep: the flow refuses.
    """
    begun.assert_may()
    books.rows(_GIVE_UP, {"return_id": begun.document.id})
    return documents.finish_step(begun=begun)


def _month(form: str, first: date) -> dict[str, Any]:
    return {"form": form, "first": first, "after": month_after(first)}


def _nothing(form: str) -> Refusal:
    return Refusal(
        code="nothing_withheld",
        pointer="/month",
        message_th=f"ไม่มีภาษีหัก ณ ที่จ่ายของเดือนนี้ที่ยังไม่ได้ยื่น {rules.FORMS[form]}",
        message_en="nothing was withheld in the month that no return has",
        of_the_books=True,
        rule="EX08",
    )


def _unknown_bank_account() -> Refusal:
    return Refusal(
        code="unknown_bank_account",
        pointer="/bank_account",
        message_th="ไม่พบบัญชีธนาคารนี้",
        message_en="there is no such bank account in use",
    )
