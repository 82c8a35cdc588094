"""The flow of a return, and reading what is sent of it. Pure: no ORM, no clock, no I/O."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounting.documents.workflow import Step, Words, Workflow
from accounting.errors import Refusal
from accounting.reading import Reader
from accounting.withholding_tax.rules import FORMS

_MAKERS = frozenset({"FIN_OFFICER", "ACCOUNTANT"})
_MONTH = re.compile(r"(19|20|21|22|23)[0-9]{2}-(0[1-9]|1[0-2])")
_BANK_ACCOUNT_LENGTH = 24
RETURN = Workflow(
    kind="PND",
    name=Words("แบบยื่นภาษีหัก ณ ที่จ่าย", "withholding-tax return"),
    drafts=_MAKERS,
    states={
        "made": Words("จัดทำแล้ว", "made"),
        "remitted": Words("นำส่งแล้ว", "remitted"),
        "cancelled": Words("ยกเลิก", "cancelled"),
    },
    steps=(
        Step(
            action="remit",
            name=Words("นำส่งภาษี", "Remit"),
            comes_from=("made",),
            leads_to="remitted",
            roles=frozenset({"FIN_OFFICER"}),
        ),
        Step(
            action="cancel",
            name=Words("ยกเลิก", "Cancel"),
            comes_from=("made",),
            leads_to="cancelled",
            roles=_MAKERS,
            needs_note=True,
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnDraft:
    """Which return is asked for; ``refusals`` says what could not be read."""

    form: str | None
    month: date | None
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittanceDraft:
    """When a return is paid, and out of which account."""

    paid_on: date | None
    bank_account: str | None
    refusals: tuple[Refusal, ...] = ()


def read_return(raw: Mapping[str, Any]) -> ReturnDraft:
    """Return which return is asked for: a form and a month such as ``2026-05``."""
    reader = Reader(raw=raw)
    reader.only("form", "month")
    form = reader.choice("form", tuple(FORMS))
    text = reader.text("month", longest=7, required=True)
    month = None
    if text and _MONTH.fullmatch(text):
        month = date.fromisoformat(f"{text}-01")
    elif text:
        reader.refuse("month", "not_a_month", "เดือนต้องเป็นรูป ปปปป-ดด (ค.ศ.)", "must be YYYY-MM")
    return ReturnDraft(form=form, month=month, refusals=tuple(reader.refusals))


def read_remittance(raw: Mapping[str, Any]) -> RemittanceDraft:
    """Return when and out of what a return is paid."""
    reader = Reader(raw=raw)
    reader.only("paid_on", "bank_account")
    return RemittanceDraft(
        paid_on=reader.day("paid_on"),
        bank_account=reader.text("bank_account", longest=_BANK_ACCOUNT_LENGTH, required=True),
        refusals=tuple(reader.refusals),
    )
