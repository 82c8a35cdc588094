"""A general voucher as its paper knows it, from a posted entry or from a document. Pure values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from papers.signatures import Signature, signed_for

TITLE = "ใบผ่านรายการบัญชีทั่วไป"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherLine:
    """A line as it is printed: a side without an amount is empty."""

    account: str
    name_th: str
    debit: str
    credit: str
    memo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Voucher:
    """ใบผ่านรายการบัญชีทั่วไป.

    Attributes:
        number: None until it is posted.
        day: as it is printed.
        state: what must be said of it besides: that it is a draft, or was undone, and by what.
        amount: the sum of its debits, as text.
        signatures: preparer, checker, poster.
        made_at: when the last step was taken; the paper is the same until the next.
        hash: its seal, empty until it is posted.
    """

    body_words: str
    number: str | None
    day: str
    reference: str
    description: str
    state: Sequence[str]
    lines: Sequence[VoucherLine]
    amount: str
    signatures: Sequence[Signature]
    made_at: datetime
    hash: str = ""

    @property
    def file_name(self) -> str:
        """A name in plain letters, without its ending."""
        return f"voucher-{(self.number or 'draft').replace('/', '-')}"


def signatures(history: Sequence[Mapping[str, Any]]) -> list[Signature]:
    """Return who prepared, checked and posted, as a document's history has it.

    What was checked and then sent back counts as not checked. Posted at once by its preparer, it
    was checked by nobody, and says so.
    """
    done: dict[str, Mapping[str, Any]] = {}
    for step in history:
        if step["action"] == "return":
            done.pop("check", None)
        done[step["action"]] = step
    unchecked = done.get("post_unchecked")
    posted = done.get("post") or unchecked
    checked = (
        Signature(title="ไม่มีผู้อื่นตรวจ") if unchecked else signed_for("ผู้ตรวจสอบ", done.get("check"))
    )
    return [
        signed_for("ผู้จัดทำ", done.get("draft")),
        checked,
        signed_for("ผู้บันทึกบัญชี", posted),
    ]


def posted_at_once(name_th: str, at: datetime) -> list[Signature]:
    """Return the signatures of an entry that never was a voucher."""
    return [
        Signature(title="ผู้จัดทำ", name_th=name_th, at=at),
        Signature(title="ไม่มีผู้อื่นตรวจ"),
        Signature(title="ผู้บันทึกบัญชี", name_th=name_th, at=at),
    ]
