"""Kinds of money that come to a bank account, the posting rule of each, and its accounts. Pure."""

from dataclasses import dataclass

from accounting.cash import UNIDENTIFIED
from accounting.documents.workflow import Words
from accounting.receipts.accounts import TAX_ADJUSTMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditKind:
    """A kind of bank credit.

    Attributes:
        rule: its posting rule.
        accounts: what the accounts credited may begin with.
        is_held: it stays the payer's until it is given back or used: a deposit is opened.
        has_receipt: a receipt is issued for it too, numbered in the receipts' own series.
        deducts: an agent kept a discount or the cost of collecting; the account it is charged to.
    """

    name: Words
    rule: str
    accounts: tuple[str, ...]
    is_held: bool = False
    has_receipt: bool = True
    deducts: str | None = None


KINDS = {
    "allocated_tax": CreditKind(
        name=Words("ภาษีจัดสรร", "allocated tax"), rule="RV03", accounts=("4402010",)
    ),
    "general_grant": CreditKind(
        name=Words("เงินอุดหนุนทั่วไป", "general grant"),
        rule="RV03",
        accounts=("4403010101.", "4403010102."),
    ),
    "specific_grant": CreditKind(
        name=Words("เงินอุดหนุนระบุวัตถุประสงค์/เฉพาะกิจ", "specific grant"),
        rule="RV08",
        accounts=("2103010102.",),
    ),
    "agent_tax": CreditKind(
        name=Words("ภาษีที่ส่วนราชการรับชำระแทน", "tax collected by an agent"),
        rule="RV07",
        accounts=("44010101",),
        deducts=TAX_ADJUSTMENT,
    ),
    "own_revenue": CreditKind(
        name=Words("รายได้จัดเก็บเองโอนเข้าบัญชี", "own revenue by transfer"),
        rule="RV01",
        accounts=("4401",),
    ),
    "unidentified": CreditKind(
        name=Words("เงินรอตรวจสอบ", "money of unknown origin"),
        rule="RV12",
        accounts=(UNIDENTIFIED,),
        is_held=True,
        has_receipt=False,
    ),
    "interest": CreditKind(
        name=Words("ดอกเบี้ยเงินฝาก", "bank interest"),
        rule="RV13",
        accounts=("4401070101.",),
        has_receipt=False,
    ),
    "donation": CreditKind(
        name=Words("เงินบริจาค", "donation"),
        rule="RV17",
        accounts=("2109010199.", "4401100103.001"),
    ),
    "deposit": CreditKind(
        name=Words("เงินรับฝาก", "deposit"), rule="DP04", accounts=("2111020199.",), is_held=True
    ),
    "guarantee": CreditKind(
        name=Words("เงินประกัน", "guarantee"),
        rule="DP01",
        accounts=("2112010101.", "2112010199.", "2208010101.", "2208010103."),
        is_held=True,
    ),
    "receivable": CreditKind(
        name=Words("รับชำระลูกหนี้", "receivable paid"), rule="RV05", accounts=("1102",)
    ),
}
