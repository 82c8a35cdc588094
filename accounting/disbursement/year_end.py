"""The year's end for a ฎีกา: what is not approved by 30 September lapses. Pure.

A budget is spent in its own fiscal year (ระเบียบ มท. ว่าด้วยวิธีการงบประมาณของ อปท. 2563). A voucher
still under way is returned to its division, which gives its hold back, and cancelled; its number
stays used. Carrying money over (กันเงิน) is decided for the obligation, not for the voucher.
A voucher that charges no budget line gives a deposit back: that is no year's money, and waits.
"""

from collections.abc import Iterator
from datetime import date

from accounting.budget.rules import REGULATION
from accounting.documents.workflow import Words
from accounting.errors import Refusal
from accounting.fiscal_year import FIRST_MONTH, fiscal_year_of

UNDER_WAY = frozenset({"draft", "returned", "requested", "received", "examined", "endorsed"})
_LAST_MONTH = FIRST_MONTH - 1


def lapse_refusals(*, fiscal_year: int, day: date) -> Iterator[Refusal]:
    """Refuse to go on with a voucher whose fiscal year is over on the day of the step."""
    if fiscal_year_of(day) > fiscal_year:
        yield Refusal(
            code="voucher_lapsed",
            message_th=(
                f"ฎีกาของปีงบประมาณ {fiscal_year} ไม่ได้อนุมัติภายใน 30 กันยายน จึงเบิกจากงบประมาณปีนั้นไม่ได้แล้ว"
                " ให้คืนหน่วยงานผู้เบิกเพื่อยกเลิก แล้วขอเบิกใหม่จากงบประมาณปีปัจจุบันหรือเงินที่กันไว้"
            ),
            message_en=(
                f"a voucher of fiscal year {fiscal_year} that was not approved by 30 September has"
                " lapsed: return it, so that its division cancels it, and ask anew of this year's"
                " budget or of money carried over"
            ),
            of_the_books=True,
            rule="BUD-YEAR",
            regulation=REGULATION,
        )


def notice(*, state: str, budget_year: int | None, today: date) -> Words | None:
    """Return what the pages warn of: in September it will lapse, afterwards it has.

    Args:
        state: the voucher's.
        budget_year: whose budget it charges; None for a deposit's, which never lapses.
        today: in Thailand.
    """
    if state not in UNDER_WAY or budget_year is None:
        return None
    if fiscal_year_of(today) > budget_year:
        return Words(
            f"ฎีกาของปีงบประมาณ {budget_year} พ้นปีแล้ว ให้คืนหน่วยงานผู้เบิกและยกเลิก",
            f"A voucher of fiscal year {budget_year} has lapsed: return and cancel it.",
        )
    if fiscal_year_of(today) == budget_year and today.month == _LAST_MONTH:
        return Words(
            "ฎีกาที่ไม่ได้อนุมัติภายใน 30 กันยายน จะเบิกจากงบประมาณปีนี้ไม่ได้",
            "A voucher that is not approved by 30 September lapses with this year's budget.",
        )
    return None
