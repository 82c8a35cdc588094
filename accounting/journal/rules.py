"""When a journal entry may be posted. Pure: no ORM, no clock, no I/O."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from accounting import money
from accounting.cash import MONEY
from accounting.errors import Refusal
from accounting.journal.drafts import NO_BUDGET_LINE, DraftLine, EntryDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """What the chart says of an account that an entry names.

    Attributes:
        from_fiscal_year: the first in which it is used; None: always.
        retired_from_fiscal_year: the first in which it is used no more; None: it is not retired.
    """

    name_th: str
    postable: bool
    from_fiscal_year: int | None = None
    retired_from_fiscal_year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingFacts:
    """All that the decision depends on, besides the entry itself.

    Attributes:
        period_state: of the month of the entry's date; None when the body has no such period.
        accounts: by code; an unknown account is absent.
        day_is_closed: the daily report of the entry's date is signed and closed.
        budget_lines: those that lines may name.
    """

    fiscal_year: int | None
    fiscal_year_state: str | None
    period_state: str | None
    accounts: Mapping[str, AccountFacts]
    day_is_closed: bool = False
    budget_lines: frozenset[UUID] = frozenset()


def posting_refusals(draft: EntryDraft, facts: PostingFacts) -> Iterator[Refusal]:
    """Yield every reason to refuse, those found while reading first; none means post.

    Rule: double entry (มาตรฐานการบัญชีภาครัฐ under FDA 2561 s.68); the money regulation
    MOI-MONEY-2566 on closed periods.
    """
    yield from draft.refusals
    yield from _account_refusals(draft, facts)
    yield from _budget_line_refusals(draft, facts)
    yield from _balance_refusals(draft)
    if draft.entry_date is not None:
        yield from _period_refusals(facts)
        yield from _day_refusals(draft, facts)


def _account_refusals(draft: EntryDraft, facts: PostingFacts) -> Iterator[Refusal]:
    for line in draft.lines:
        if line.account is None:
            continue
        account = facts.accounts.get(line.account)
        if account is None:
            yield _about_account(
                line, "unknown_account", "ไม่มีรหัสบัญชีนี้ในผังบัญชี", "is not in the chart"
            )
        elif not account.postable:
            yield _about_account(
                line,
                "header_account",
                "เป็นบัญชีหมวด บันทึกรายการไม่ได้ ให้เลือกบัญชีย่อย",
                "is a header; choose an account below it",
            )
        elif _is_retired(account, facts.fiscal_year):
            yield _about_account(
                line,
                "retired_account",
                f"เลิกใช้ตั้งแต่ปีงบประมาณ {account.retired_from_fiscal_year}",
                f"is retired from fiscal year {account.retired_from_fiscal_year}",
            )
        elif _is_yet_to_come(account, facts.fiscal_year):
            yield _about_account(
                line,
                "account_of_later_years",
                f"เริ่มใช้ตั้งแต่ปีงบประมาณ {account.from_fiscal_year}",
                f"is in use from fiscal year {account.from_fiscal_year}",
            )


def _budget_line_refusals(draft: EntryDraft, facts: PostingFacts) -> Iterator[Refusal]:
    for line in draft.lines:
        if line.budget_line is not None and line.budget_line not in facts.budget_lines:
            message_th, message_en = NO_BUDGET_LINE
            yield Refusal(
                code="unknown_budget_line",
                pointer=f"{line.pointer}/budget_line",
                message_th=message_th,
                message_en=message_en,
                rule="JE-BUDGET-LINE",
            )


def _is_retired(account: AccountFacts, fiscal_year: int | None) -> bool:
    retired = account.retired_from_fiscal_year
    return retired is not None and (fiscal_year is None or fiscal_year >= retired)


def _is_yet_to_come(account: AccountFacts, fiscal_year: int | None) -> bool:
    begins = account.from_fiscal_year
    return begins is not None and fiscal_year is not None and fiscal_year < begins


def _about_account(line: DraftLine, code: str, message_th: str, message_en: str) -> Refusal:
    return Refusal(
        code=code,
        pointer=f"{line.pointer}/account",
        message_th=f"บัญชี {line.account}: {message_th}",
        message_en=f"account {line.account} {message_en}",
        rule="JE-ACCOUNT",
    )


def _balance_refusals(draft: EntryDraft) -> Iterator[Refusal]:
    """Refuse an unbalanced entry, when every amount could be read."""
    if not draft.lines or any(
        (line.debit is None) == (line.credit is None) for line in draft.lines
    ):
        return
    debit = sum((line.debit or money.ZERO for line in draft.lines), Decimal(0))
    credit = sum((line.credit or money.ZERO for line in draft.lines), Decimal(0))
    if debit != credit:
        difference = abs(debit - credit)
        yield Refusal(
            code="unbalanced",
            pointer="/lines",
            message_th=(
                f"เดบิต {debit:,.2f} ไม่เท่ากับเครดิต {credit:,.2f} ต่างกัน {difference:,.2f} บาท"
            ),
            message_en=f"debit {debit:,.2f} and credit {credit:,.2f} differ by {difference:,.2f}",
            rule="JE-BALANCE",
            regulation="พ.ร.บ. วินัยการเงินการคลังของรัฐ พ.ศ. 2561 ม.68",
        )


def _period_refusals(facts: PostingFacts) -> Iterator[Refusal]:
    if facts.period_state is None:
        yield Refusal(
            code="period_missing",
            pointer="/entry_date",
            message_th="ยังไม่ได้เปิดปีงบประมาณของวันที่นี้",
            message_en="the fiscal year of this date has not been opened",
            of_the_books=True,
            rule="JE-PERIOD",
        )
    elif facts.period_state != "open" or facts.fiscal_year_state != "open":
        yield Refusal(
            code="period_closed",
            pointer="/entry_date",
            message_th="งวดบัญชีของวันที่นี้ปิดแล้ว",
            message_en="the period of this date is closed",
            of_the_books=True,
            rule="JE-PERIOD",
        )


def _day_refusals(draft: EntryDraft, facts: PostingFacts) -> Iterator[Refusal]:
    """Refuse what would change cash or banks on a day whose report three have signed."""
    if facts.day_is_closed and any(
        line.account and line.account.startswith(MONEY) for line in draft.lines
    ):
        yield Refusal(
            code="day_closed",
            pointer="/entry_date",
            message_th=(
                f"วันที่ {draft.entry_date:%Y-%m-%d} ปิดรายงานสถานะการเงินประจำวันแล้ว"
                " เงินสดและเงินฝากของวันนั้นเปลี่ยนไม่ได้"
            ),
            message_en=f"the cash of {draft.entry_date:%Y-%m-%d} is closed: its report is signed",
            of_the_books=True,
            rule="JE-DAY",
            regulation="ระเบียบ มท. ว่าด้วยการรับเงินฯ พ.ศ. 2566",
        )


def reversal_refusals(
    *,
    entry_date: date,
    original_date: date,
    is_reversal: bool,
    is_reversed: bool,
    is_of_another_document: bool = False,
) -> Iterator[Refusal]:
    """Yield every reason why an entry may not be undone on a date.

    Rule: corrections are documents of their own; a reversal dated before what it undoes would
    change what earlier reports said of it. What a document posted by a rule is undone by that
    document, for its registers (budget, receivables, deposits) must follow.
    """
    if is_reversed:
        yield Refusal(
            code="reversed_already",
            message_th="รายการนี้ถูกกลับรายการไปแล้ว",
            message_en="this entry was reversed before",
            of_the_books=True,
            rule="JE-REVERSAL",
        )
    if is_reversal:
        yield Refusal(
            code="is_a_reversal",
            message_th="รายการนี้เป็นรายการกลับ ให้บันทึกรายการใหม่แทน",
            message_en="this entry is a reversal itself; post a new entry instead",
            of_the_books=True,
            rule="JE-REVERSAL",
        )
    if is_of_another_document:
        yield Refusal(
            code="made_by_a_document",
            message_th="รายการนี้เกิดจากเอกสาร ให้ยกเลิกหรือแก้ที่เอกสารนั้น",
            message_en="this entry was made by a document; undo it there",
            of_the_books=True,
            rule="JE-REVERSAL",
        )
    if entry_date < original_date:
        yield Refusal(
            code="before_the_original",
            pointer="/entry_date",
            message_th=f"วันที่กลับรายการต้องไม่ก่อนวันที่ของรายการเดิม ({original_date:%Y-%m-%d})",
            message_en=f"must not be before the entry it undoes ({original_date:%Y-%m-%d})",
            rule="JE-REVERSAL",
        )
