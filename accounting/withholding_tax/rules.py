"""How much tax is withheld from whom, and when it is remitted. Pure; the rates are dated data."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from accounting import money
from accounting.data_files import rows_of
from accounting.errors import Refusal
from accounting.fiscal_year import month_after

FORMS = {"PND1": "ภ.ง.ด.1", "PND3": "ภ.ง.ด.3", "PND53": "ภ.ง.ด.53"}
STAFF_RULE = "WHT-STAFF"
OTHER_INCOME_RULE = "WHT-PERSON-OTHER"
LAST_DAY_TO_REMIT = 7
MOST_PERCENT = Decimal(37)  # no bracket of income tax is higher
_PERCENT = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class WithholdingRule:
    """A row of withholding_tax_rules.csv.

    Attributes:
        rate_percent: None when the voucher must name it (a rate by kind of income, a payroll).
        threshold: the price before VAT from which tax is withheld, inclusive.
    """

    rule: str
    legal_form: str
    sector: str
    form: str
    rate_percent: Decimal | None
    threshold: Decimal
    account: str
    valid_from: date
    valid_to: date
    income_th: str
    regulation: str

    def is_valid(self, on: date) -> bool:
        """Tell whether the rule is in force on a day."""
        return self.valid_from <= on <= self.valid_to


@cache
def rules() -> tuple[WithholdingRule, ...]:
    """Return all rules, of every time."""
    return tuple(
        WithholdingRule(
            rule=row["rule"],
            legal_form=row["legal_form"],
            sector=row["sector"],
            form=row["form"],
            rate_percent=Decimal(row["rate_percent"]) if row["rate_percent"] else None,
            threshold=Decimal(row["threshold_baht"] or "0.00"),
            account=row["account"],
            valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else date.min,
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else date.max,
            income_th=row["income_th"],
            regulation=row["regulation"],
        )
        for row in rows_of("withholding_tax_rules.csv")
    )


def rule_named(name: str, *, on: date) -> WithholdingRule:
    """Return the rule of a name that is in force on a day."""
    return next(rule for rule in rules() if rule.rule == name and rule.is_valid(on))


def rule_for(
    *, legal_form: str, sector: str | None, on: date, names_rate: bool = False
) -> WithholdingRule:
    """Return the rule for a payee.

    Args:
        legal_form: natural or juristic.
        sector: own or government; a party that is no vendor has none.
        on: the day of payment.
        names_rate: the voucher names the rate of another kind of income (ม.40).
    """
    if legal_form == "natural":
        return rule_named(OTHER_INCOME_RULE if names_rate else "WHT-PERSON", on=on)
    return rule_named("WHT-GOVERNMENT" if sector == "government" else "WHT-JURISTIC", on=on)


def tax_on(base: Decimal, rate_percent: Decimal) -> Decimal:
    """Return the tax on a price before VAT, to the satang, half a satang upwards."""
    return (base * rate_percent / _PERCENT).quantize(money.ZERO, rounding=ROUND_HALF_UP)


def tax_due(rule: WithholdingRule, base: Decimal) -> Decimal:
    """Return what a rule with a rate of its own withholds; nothing below its threshold."""
    if rule.rate_percent is None or base < rule.threshold:
        return money.ZERO
    return tax_on(base, rule.rate_percent)


def withholding_refusals(
    *,
    rule: WithholdingRule,
    base: Decimal,
    stated: Decimal,
    rate_percent: Decimal | None,
    pointer: str,
    may_be_none: bool = False,
) -> Iterator[Refusal]:
    """Yield why the tax that a voucher states is not the tax that the law withholds.

    Args:
        rule: the payee's.
        base: the price before VAT.
        stated: the deduction; zero when the voucher has none.
        rate_percent: the rate that the voucher names, for income whose rule has none.
        pointer: to the deduction.
        may_be_none: no tax at all is right too (bills of state utilities).
    """
    if may_be_none and stated == money.ZERO:
        return
    rate = rule.rate_percent if rule.rate_percent is not None else rate_percent
    due = tax_due(rule, base) if rule.rate_percent is not None else tax_on(base, rate or money.ZERO)
    if stated != due:
        told = f"{rate or 0:f}% × {base:,.2f} = {due:,.2f}"
        below = f" (ไม่ถึง {rule.threshold:,.2f} บาท ไม่ต้องหัก)" if base < rule.threshold else ""
        below_en = f" (nothing below {rule.threshold:,.2f})" if base < rule.threshold else ""
        yield Refusal(
            code="withholding_tax_differs",
            pointer=pointer,
            message_th=f"ภาษีหัก ณ ที่จ่ายต้องเป็น {told} บาท{below} ไม่ใช่ {stated:,.2f}",
            message_en=f"the tax to withhold is {told}{below_en}, not {stated:,.2f}",
            rule=rule.rule,
            regulation=rule.regulation,
        )


def due_date(month: date) -> date:
    """Return the last day to remit what was withheld in a month: the 7th of the next."""
    return month_after(month).replace(day=LAST_DAY_TO_REMIT)
