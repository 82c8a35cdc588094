"""What a party must be to stand in a register. Pure: no ORM, no clock, no I/O."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from accounting.errors import Refusal

KINDS = ("vendor", "taxpayer", "payee")
# Whoever buys, pays or collects, and who accounts for it.
KEEPERS = {
    "vendor": frozenset({"SUPPLY", "FIN_OFFICER", "ACCOUNTANT", "FIN_DIRECTOR"}),
    "taxpayer": frozenset({"COLLECTOR", "FIN_OFFICER", "ACCOUNTANT", "FIN_DIRECTOR"}),
    # Officers and whoever else is paid: whoever asks for the money does not keep their accounts.
    "payee": frozenset({"FIN_OFFICER", "ACCOUNTANT", "FIN_DIRECTOR"}),
}
SECTORS = ("own", "government")
LEGAL_FORMS = ("natural", "juristic")
HEAD_OFFICE = "00000"
_TAX_ID = re.compile(r"[0-9]{13}")
_BRANCH = re.compile(r"[0-9]{5}")
_BANK = re.compile(r"[0-9]{3}")
_BANK_ACCOUNT = re.compile(r"[0-9]{10,15}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyDetails:
    """What is written of a party.

    Attributes:
        sector: of vendors: ``government`` (หน่วยงานภาครัฐ) or the body's ``own`` (บุคคลภายนอก); it
            decides the payable and the withholding account.
        tax_id: 13 digits, the last of which checks the others; vendors must have one.
        branch_no: five digits; several branches share a tax id.
    """

    sector: str | None
    legal_form: str | None
    name: str
    tax_id: str | None
    branch_no: str | None
    address: str | None
    bank_code: str | None
    bank_account_no: str | None
    bank_account_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyFacts:
    """All that the decision depends on, besides the details.

    Attributes:
        tax_id_is_taken: by another party of the kind, at the same branch.
        is_retired: the party that changes is retired.
    """

    kind: str
    tax_id_is_taken: bool
    is_retired: bool = False


def party_refusals(details: PartyDetails, facts: PartyFacts) -> Iterator[Refusal]:
    """Yield every reason to refuse; none means keep.

    Rule: the tax id stands on withholding certificates (ประมวลรัษฎากร ม.50 ทวิ).
    """
    yield from _form_refusals(details, facts.kind)
    yield from _tax_id_refusals(details, facts.kind)
    yield from _bank_refusals(details)
    if facts.tax_id_is_taken:
        yield _of_the_books(
            "tax_id_taken",
            "/tax_id",
            "มีเลขประจำตัวผู้เสียภาษีและสาขานี้ในทะเบียนแล้ว",
            "is in the register already",
        )
    if facts.is_retired:
        yield _of_the_books("retired", "", "เลิกใช้แล้ว", "is retired")


def retiring_refusals(*, is_active: bool, restoring: bool) -> Iterator[Refusal]:
    """Yield the reason not to retire what is retired, or restore what is active."""
    if restoring and is_active:
        yield _of_the_books("active", "", "ใช้งานอยู่แล้ว", "is active already")
    if not restoring and not is_active:
        yield _of_the_books("retired", "", "เลิกใช้แล้ว", "is retired already")


def naming_refusals(*, is_active: bool | None, pointer: str) -> Iterator[Refusal]:
    """Yield why a document may not name a party; ``is_active`` is None when there is none such."""
    if is_active is None:
        yield _about(
            "unknown_party", pointer, "ไม่พบบุคคลนี้ในทะเบียน", "there is no such party in the registers"
        )
    elif not is_active:
        yield _of_the_books("retired_party", pointer, "บุคคลนี้เลิกใช้แล้ว", "the party is retired")


def is_tax_id(text: str) -> bool:
    """Tell whether the text is 13 digits whose last one checks the others."""
    if not _TAX_ID.fullmatch(text):
        return False
    weighted = sum(
        int(digit) * weight for digit, weight in zip(text, range(13, 1, -1), strict=False)
    )
    return int(text[12]) == (11 - weighted % 11) % 10


def _form_refusals(details: PartyDetails, kind: str) -> Iterator[Refusal]:
    if details.legal_form is None:
        yield _about(
            "required",
            "/legal_form",
            "ต้องระบุว่าเป็นบุคคลธรรมดาหรือนิติบุคคล",
            "natural or juristic is required",
        )
    if kind == "vendor" and details.sector is None:
        yield _about(
            "required",
            "/sector",
            "ต้องระบุว่าเป็นหน่วยงานภาครัฐหรือไม่",
            "own or government is required of a vendor",
        )
    if kind != "vendor" and details.sector is not None:
        yield _about("only_vendors", "/sector", "ใช้กับผู้ขายเท่านั้น", "only vendors have one")
    if details.branch_no is not None and not _BRANCH.fullmatch(details.branch_no):
        yield _about("bad_branch", "/branch_no", "สาขาต้องเป็นเลขห้าหลัก", "has five digits")


def _tax_id_refusals(details: PartyDetails, kind: str) -> Iterator[Refusal]:
    if details.tax_id is None:
        if kind == "vendor":
            yield _about(
                "required", "/tax_id", "ต้องระบุเลขประจำตัวผู้เสียภาษี", "is required of a vendor"
            )
    elif not is_tax_id(details.tax_id):
        yield _about(
            "bad_tax_id",
            "/tax_id",
            "เลขประจำตัวผู้เสียภาษีต้องเป็นเลข 13 หลักที่ถูกต้อง",
            "must be 13 digits, the last of which checks the others",
        )


def _bank_refusals(details: PartyDetails) -> Iterator[Refusal]:
    if (details.bank_code is None) != (details.bank_account_no is None):
        yield _about(
            "bank_incomplete",
            "/bank_code",
            "ต้องระบุทั้งธนาคารและเลขที่บัญชี ถ้าธนาคารไม่อยู่ในรายการ ให้เว้นว่างทั้งสองช่องแล้วจ่ายเป็นเช็ค",
            "bank and account number belong together; of a bank that is not listed leave both empty"
            " and pay by cheque",
        )
    if details.bank_code is not None and not _BANK.fullmatch(details.bank_code):
        yield _about(
            "bad_bank_code",
            "/bank_code",
            "รหัสธนาคารต้องเป็นเลขสามหลัก ให้เลือกจากรายการ",
            "has three digits: choose one of the list",
        )
    number = details.bank_account_no
    if number is not None and not _BANK_ACCOUNT.fullmatch(number):
        yield _about(
            "bad_bank_account",
            "/bank_account_no",
            "เลขที่บัญชีต้องเป็นเลข 10 ถึง 15 หลัก ไม่มีขีด",
            "has 10 to 15 digits and no hyphens",
        )
    if details.bank_account_name is not None and number is None:
        yield _about(
            "bank_incomplete",
            "/bank_account_name",
            "ชื่อบัญชีต้องมีเลขที่บัญชี",
            "needs an account number",
        )


def _about(code: str, pointer: str, message_th: str, message_en: str) -> Refusal:
    return Refusal(code=code, pointer=pointer, message_th=message_th, message_en=message_en)


def _of_the_books(code: str, pointer: str, message_th: str, message_en: str) -> Refusal:
    return Refusal(
        code=code,
        pointer=pointer,
        message_th=message_th,
        message_en=message_en,
        of_the_books=True,
    )
