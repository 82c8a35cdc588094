"""Withholding tax is dated data; its arithmetic is exact to the satang."""

from datetime import date
from decimal import Decimal

import pytest

from accounting.withholding_tax import rules
from accounting.withholding_tax.return_text import return_text

DAY = date(2026, 5, 8)


def due(base: str, *, legal_form: str = "juristic", sector: str | None = "own") -> str:
    rule = rules.rule_for(legal_form=legal_form, sector=sector, on=DAY)
    return f"{rules.tax_due(rule, Decimal(base))} {rule.form} {rule.account}"


@pytest.mark.parametrize(
    ("base", "legal_form", "sector", "told"),
    [
        ("3000.00", "juristic", "own", "30.00 PND53 2102040106.001"),
        ("3000.00", "juristic", "government", "30.00 PND53 2102040105.001"),
        ("500.00", "juristic", "own", "5.00 PND53 2102040106.001"),
        ("499.99", "juristic", "own", "0.00 PND53 2102040106.001"),
        ("10000.00", "natural", "own", "100.00 PND3 2102040103.001"),
        ("9999.99", "natural", None, "0.00 PND3 2102040103.001"),
        ("1234.49", "juristic", "own", "12.34 PND53 2102040106.001"),
        ("1234.50", "juristic", "own", "12.35 PND53 2102040106.001"),
        ("9999999999999.99", "juristic", "own", "100000000000.00 PND53 2102040106.001"),
    ],
)
def test_what_is_withheld(base, legal_form, sector, told):
    assert due(base, legal_form=legal_form, sector=sector) == told


def refused(**changes) -> list:
    given = {
        "rule": rules.rule_for(legal_form="juristic", sector="own", on=DAY),
        "base": Decimal("3000.00"),
        "stated": Decimal("30.00"),
        "rate_percent": None,
        "pointer": "/deductions",
    }
    return list(rules.withholding_refusals(**{**given, **changes}))


def test_the_tax_stated_must_be_the_tax_due():
    assert refused() == []
    (wrong,) = refused(stated=Decimal("30.01"))
    assert wrong.message_en == "the tax to withhold is 1.00% × 3,000.00 = 30.00, not 30.01"
    assert wrong.rule == "WHT-JURISTIC"
    assert wrong.regulation == "ประมวลรัษฎากร ม.69 ทวิ"
    (forgotten,) = refused(stated=Decimal("0.00"))
    assert forgotten.code == "withholding_tax_differs"
    assert refused(stated=Decimal("0.00"), may_be_none=True) == []


def test_income_of_another_kind_names_its_rate():
    rule = rules.rule_for(legal_form="natural", sector=None, on=DAY, names_rate=True)
    rent = {"rule": rule, "rate_percent": Decimal("5.00"), "base": Decimal("4000.00")}
    assert refused(**rent, stated=Decimal("200.00")) == []
    assert refused(**rent, stated=Decimal("199.99"))


def test_the_tax_of_a_month_is_remitted_by_the_7th_of_the_next():
    assert rules.due_date(date(2026, 5, 1)) == date(2026, 6, 7)
    assert rules.due_date(date(2026, 12, 31)) == date(2027, 1, 7)


LINE = {
    "tax_id": "0107564000014",
    "branch_no": "00000",
    "name": "บริษัท โทรคมนาคมแห่งชาติ จำกัด (มหาชน)",
    "title": "นาย",
    "first_name": "สมชาย",
    "last_name": "ใจดี",
    "address": "99 ถนนแจ้งวัฒนะ | หลักสี่\nกรุงเทพฯ",
    "paid_on": DAY,
    "income": "ค่าสินค้าหรือบริการ",
    "income_code": "401N",
    "rate": Decimal("1.00"),
    "base": Decimal("3000.00"),
    "tax": Decimal("30.00"),
    "condition": "1",
}


@pytest.mark.parametrize(
    ("form", "golden"),
    [
        ("PND1", "401N|1|0107564000014|นาย|สมชาย|ใจดี|08/05/2569|3000.00|30.00|1\r\n"),
        (
            "PND3",
            (
                "1|0107564000014|00000|นาย|สมชาย|ใจดี|99 ถนนแจ้งวัฒนะ หลักสี่ กรุงเทพฯ|||||08/05/2569|"
                "ค่าสินค้าหรือบริการ|1.00|3000.00|30.00|1\r\n"
            ),
        ),
        (
            "PND53",
            (
                "1|0107564000014|00000|บริษัท โทรคมนาคมแห่งชาติ จำกัด (มหาชน)|"
                "99 ถนนแจ้งวัฒนะ หลักสี่ กรุงเทพฯ|||||08/05/2569|"
                "ค่าสินค้าหรือบริการ|1.00|3000.00|30.00|1\r\n"
            ),
        ),
    ],
)
def test_text_files_of_the_returns(form, golden):
    assert return_text(form, [LINE]) == golden
    second = return_text(form, [LINE, LINE]).splitlines()[1]
    assert second.split("|")[1 if form == "PND1" else 0] == "2"
