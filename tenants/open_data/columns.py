"""Which columns the tables have, and what each means. Pure.

Amounts are baht with two decimals. Classes are those of the statistics office's tables
(tenants/data/national_classes.csv): the same words in every year.
"""

from dataclasses import dataclass
from functools import cache

from tenants.rollups.classes import EXPENDITURE, REVENUE, national_classes

BUDGETS, OUTCOMES = "budgets", "outcomes"
TABLES = (BUDGETS, OUTCOMES)
FORMATS = ("csv", "json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table.

    Attributes:
        kind: as Frictionless Data has it: string, integer or number.
        scheme: of an amount, what it is classed by.
        key: of an amount, its class; empty for all classes together.
    """

    name: str
    kind: str
    title_th: str
    title_en: str
    scheme: str = ""
    key: str = ""


_WHO = (
    ("body_code", "string", "รหัส อปท.", "Code of the body in the department's register"),
    ("name_th", "string", "ชื่อ", "Name"),
    ("kind", "string", "ประเภท (PAO CITY TOWN TMUN SAO SPEC)", "Kind: PAO CITY TOWN TMUN SAO SPEC"),
    ("province_code", "string", "รหัสจังหวัด", "Code of the province"),
    ("province_th", "string", "จังหวัด", "Province"),
    ("district_code", "string", "รหัสอำเภอ", "Code of the district; empty: in none"),
    ("district_th", "string", "อำเภอ", "District"),
    ("fiscal_year", "integer", "ปีงบประมาณ (พ.ศ.)", "Fiscal year, Buddhist era"),
    (
        "months_closed",
        "integer",
        "จำนวนเดือนที่ปิดงวดแล้ว",
        "Months that the body has closed",
    ),
)
_AMOUNTS = {
    BUDGETS: (
        ("estimated", REVENUE, "ประมาณการรายรับ", "Revenue estimated"),
        ("budget", EXPENDITURE, "งบประมาณรายจ่ายหลังเปลี่ยนแปลง", "Budget after all changes"),
    ),
    OUTCOMES: (
        ("collected", REVENUE, "รายรับจริง", "Revenue collected"),
        ("disbursed", EXPENDITURE, "เบิกจ่ายแล้ว", "Disbursed"),
    ),
}


@cache
def columns_of(table: str) -> tuple[Column, ...]:
    """Return the columns of a table in their order; amounts of each kind end with their sum."""
    who = tuple(
        Column(name=name, kind=kind, title_th=th, title_en=en) for name, kind, th, en in _WHO
    )
    return who + tuple(column for amount in _AMOUNTS[table] for column in _of_classes(*amount))


def _of_classes(name: str, scheme: str, th: str, en: str) -> list[Column]:
    found = [
        Column(
            name=f"{name}_{one.key.lower()}",
            kind="number",
            title_th=f"{th}: {one.name_th}",
            title_en=f"{en}: {one.name_en}",
            scheme=scheme,
            key=one.key,
        )
        for one in national_classes(scheme)
    ]
    total = Column(
        name=f"{name}_total",
        kind="number",
        title_th=f"{th}: รวม",
        title_en=f"{en}: in all",
        scheme=scheme,
    )
    return [*found, total]
