"""When a bank account may be registered, changed, retired or restored. Pure: no ORM, no I/O."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from accounting.data_files import rows_of
from accounting.errors import Refusal

_NUMBER = re.compile(r"[0-9]{6,20}")
_COMPANY_ID = re.compile(r"[0-9A-Za-z]+")
BRANCH_MAX, NAME_MAX, COMPANY_ID_MAX = 80, 150, 16
# Where the chart keeps each kind: a body's own accounts below these are as good.
LEDGER = {
    "current": ("1101030101.001",),
    "savings": ("1101030102.001",),
    "fixed": ("1101030199.001", "1104010101.001", "1203010101.001"),
}
KINDS = tuple(LEDGER)


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAccountFacts:
    """All that the decision depends on.

    Attributes:
        account_is_postable: the ledger account is in the chart and takes entries.
        is_taken: the bank account is registered already.
    """

    bank_code: str
    number: str
    kind: str
    account: str
    account_is_postable: bool
    is_taken: bool = False
    is_retired: bool = False


@cache
def banks() -> dict[str, tuple[str, str]]:
    """Return the names of the banks, Thai and English, by the code of the Bank of Thailand."""
    rows = rows_of("bank_codes.csv")
    return {row["code"]: (row["name_th"], row["name_en"]) for row in rows}


def bank_account_refusals(facts: BankAccountFacts) -> Iterator[Refusal]:
    """Yield every reason to refuse; none means keep it so."""
    if facts.bank_code not in banks():
        yield _refusal(
            "unknown_bank",
            "/bank_code",
            "ไม่มีธนาคารรหัสนี้ ให้เลือกจากรายการ หรือแจ้งผู้ดูแลระบบให้เพิ่มธนาคาร",
            "there is no such bank: choose one of the list, or ask the operators to add it",
        )
    if not _NUMBER.fullmatch(facts.number):
        yield _refusal(
            "bad_number",
            "/number",
            "เลขที่บัญชีต้องเป็นตัวเลข 6 ถึง 20 หลัก ไม่มีขีด",
            "the number has 6 to 20 digits and nothing else",
        )
    yield from _ledger_refusals(facts)
    if facts.is_taken:
        yield _refusal(
            "registered_already",
            "/number",
            "บัญชีธนาคารนี้ขึ้นทะเบียนแล้ว",
            "this bank account is registered already",
            of_the_books=True,
        )
    if facts.is_retired:
        yield _refusal("retired", "", "เลิกใช้แล้ว", "is retired", of_the_books=True)


def company_id_refusals(company_id: str | None) -> Iterator[Refusal]:
    """Yield why a bank cannot have given an office that id; None when it gave none.

    Rule: sixteen places in the header of Krungthai's file (ktb_ipay_text_format.csv).
    """
    if company_id is None:
        return
    if not _COMPANY_ID.fullmatch(company_id) or len(company_id) > COMPANY_ID_MAX:
        yield _refusal(
            "bad_company_id",
            "/company_id",
            f"รหัสบริษัทที่ธนาคารให้ใช้อักษรอังกฤษและเลข ไม่เกิน {COMPANY_ID_MAX} ตัว ไม่มีขีดหรือช่องว่าง",
            f"the id from the bank is at most {COMPANY_ID_MAX} letters and digits, nothing else",
        )


def retiring_refusals(*, is_active: bool, restoring: bool) -> Iterator[Refusal]:
    """Yield the reason not to retire what is retired, or restore what is active."""
    if restoring and is_active:
        yield _refusal("active", "", "ใช้งานอยู่แล้ว", "is active already", of_the_books=True)
    if not restoring and not is_active:
        yield _refusal("retired", "", "เลิกใช้แล้ว", "is retired already", of_the_books=True)


def _ledger_refusals(facts: BankAccountFacts) -> Iterator[Refusal]:
    if not facts.account_is_postable:
        yield _refusal(
            "unknown_account",
            "/account",
            "ไม่มีบัญชีแยกประเภทนี้ในผังบัญชี หรือบันทึกรายการไม่ได้",
            "there is no such account in the chart, or it takes no entries",
        )
        return
    allowed = LEDGER[facts.kind]
    if not any(facts.account == one or facts.account.startswith(f"{one}.") for one in allowed):
        told = ", ".join(allowed)
        yield _refusal(
            "account_of_another_kind",
            "/account",
            f"บัญชีเงินฝากประเภทนี้ต้องอยู่ในบัญชี {told} หรือบัญชีย่อยของบัญชีเหล่านี้",
            f"a {facts.kind} account is kept in {told}, or in an own account below",
        )


def _refusal(
    code: str, pointer: str, message_th: str, message_en: str, *, of_the_books: bool = False
) -> Refusal:
    return Refusal(
        code=code,
        pointer=pointer,
        message_th=message_th,
        message_en=message_en,
        of_the_books=of_the_books,
        rule="BANK-ACCOUNT",
    )
