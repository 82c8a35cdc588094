"""The budget's year: the ordinance through council and supervisor to in force, and transfers."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from openlaas.demo.amounts import vary
from openlaas.demo.working_days import days_later, fiscal_year
from openlaas.workdays.office import Line, Office, baht


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A line of the ordinance: how much of the year's revenue, and how often it is bought from."""

    type: str
    name: str
    percent: str
    plan: str = "00110"
    task: str = "00111"
    unit: str = "01"
    account: str = ""
    weight: int = 0  # of a hundred purchases or so; none: not bought but paid by the calendar


_POLITICIANS, STAFF, HIRED = "210100", "220100", "220600"
PAY = {
    _POLITICIANS: ("5101010199.001", "เงินเดือนนายก/รองนายก"),
    STAFF: ("5101010101.001", "เงินเดือนพนักงานส่วนท้องถิ่น"),
    HIRED: ("5101010199.002", "ค่าตอบแทนพนักงานจ้าง"),
}
ALLOWANCES, WORKS = "110700", "421000"
# Shares of a year's revenue: orders of magnitude known to the trade, as those of demo.amounts.
ITEMS = (
    Item(type=ALLOWANCES, name="เบี้ยยังชีพผู้สูงอายุ", percent="17", plan="00410", task="00411"),
    Item(type=_POLITICIANS, name="เงินเดือนนายก/รองนายก", percent="4"),
    Item(type=STAFF, name="เงินเดือนพนักงาน", percent="15"),
    Item(type=HIRED, name="ค่าตอบแทนพนักงานจ้าง", percent="8"),
    Item(type="340100", name="ค่าไฟฟ้า", percent="2.2"),
    Item(type="340200", name="ค่าน้ำประปา", percent="0.4"),
    Item(type="340300", name="ค่าบริการโทรศัพท์", percent="0.1"),
    Item(type="340500", name="ค่าบริการสื่อสารและโทรคมนาคม", percent="0.3"),
    Item(
        type="320100",
        name="ค่าจ้างเหมาบริการ",
        percent="8",
        account="5104010112.001",
        weight=25,
        plan="00240",
        task="00244",
        unit="05",
    ),
    Item(
        type="320300",
        name="ค่าใช้จ่ายโครงการและกิจกรรม",
        percent="3",
        account="5104010112.001",
        weight=8,
        plan="00210",
        task="00211",
        unit="04",
    ),
    Item(
        type="320400",
        name="ค่าบำรุงรักษาและซ่อมแซม",
        percent="2.5",
        account="5104010107.001",
        weight=10,
        plan="00310",
        task="00312",
        unit="03",
    ),
    Item(type="330100", name="วัสดุสำนักงาน", percent="2.5", account="5104010104.001", weight=14),
    Item(type="330300", name="วัสดุงานบ้านงานครัว", percent="1", account="5104010104.001", weight=6),
    Item(
        type="330600",
        name="วัสดุก่อสร้าง",
        percent="2",
        account="5104010104.001",
        weight=7,
        plan="00310",
        task="00312",
        unit="03",
    ),
    Item(
        type="330800",
        name="วัสดุเชื้อเพลิงและหล่อลื่น",
        percent="3",
        account="5104010110.001",
        weight=14,
        plan="00240",
        task="00244",
        unit="05",
    ),
    Item(
        type="331400",
        name="วัสดุคอมพิวเตอร์",
        percent="1",
        account="5104010104.001",
        weight=6,
        task="00113",
        unit="02",
    ),
    Item(
        type="411600",
        name="ครุภัณฑ์คอมพิวเตอร์",
        percent="1.5",
        account="1206100101.001",
        weight=4,
        task="00113",
        unit="02",
    ),
    Item(type="410100", name="ครุภัณฑ์สำนักงาน", percent="1", account="1206010101.001", weight=3),
    Item(
        type=WORKS,
        name="ก่อสร้างถนนคอนกรีตเสริมเหล็ก",
        percent="12",
        account="1211010101.001",
        plan="00310",
        task="00312",
        unit="03",
    ),
)
BY_TYPE = {item.type: item for item in ITEMS}
BOUGHT = tuple(item for item in ITEMS if item.weight)
_REVENUE = "4401010104.001"
_SUPERVISED_BY_DISTRICT = frozenset({"SAO"})


def put_in_force(office: Office, day: date) -> None:
    """Lead the year's ordinance from the draft to in force, before anything is spent."""
    year = fiscal_year(day)
    lines = [_sent(office, item) for item in ITEMS]
    total = sum((Decimal(line["amount"]) for line in lines), Decimal(0))
    said = {
        "fiscal_year": year,
        "title": f"งบประมาณรายจ่าย ประจำปีงบประมาณ พ.ศ. {year}",
        "revenue_estimates": [{"account": _REVENUE, "amount": baht(total)}],
        "lines": lines,
    }
    made = office.make("ordinances", said, by="BUDGET_OFFICER", day=day)["id"]
    supervisor = "DISTRICT" if office.kind in _SUPERVISED_BY_DISTRICT else "PROVINCE"
    for action, by in (
        *(("propose", "BUDGET_OFFICER"), ("council-approve", "COUNCIL"), ("agree", supervisor)),
        *(("sign", "EXECUTIVE"), ("put-in-force", "BUDGET_OFFICER")),
    ):
        office.take("ordinances", made, action, by)
    know_lines(office, year)


def know_lines(office: Office, year: int) -> None:
    """Read the year's lines as officers see them."""
    found = office.hands.look("budget-lines", by="BUDGET_OFFICER", fiscal_year=str(year))
    office.lines[year] = {
        one["expenditure_type"]: Line(
            one["id"], one["expenditure_type"], Decimal(one["available"]), one["name"]
        )
        for one in found
    }


def transfer(office: Office, day: date) -> None:
    """Draft a transfer under ข้อ 26 from the line that has most to the one that has least."""
    lines = [office.line(day, item.type) for item in BOUGHT]
    source = max(lines, key=lambda line: line.left)
    target = min(lines, key=lambda line: line.left)
    most = int(source.left / 5) // 100 * 100
    if source is target or most <= 0:
        return
    amount = Decimal(min(most, 50_000))
    said = {
        "fiscal_year": fiscal_year(day),
        "from": source.id,
        "to": target.id,
        "amount": baht(amount),
        "transferred_on": day.isoformat(),
        "reason": f"{target.name}ไม่เพียงพอเบิกจ่าย",
    }
    made = office.make("budget-transfers", said, by="BUDGET_OFFICER", day=day)["id"]
    source.left -= amount  # whoever spends meanwhile does not count on it
    approved = partial(_approve, made=made, target=target, amount=amount)
    office.plan(days_later(day, 1), approved)


def propose_supplementary(office: Office, day: date) -> None:
    """Propose a supplementary ordinance, which then waits for the council."""
    effective_on = days_later(day, 30)
    if fiscal_year(effective_on) != fiscal_year(day):
        return  # the year is as good as over
    item = BY_TYPE["411600"]
    amount = baht(vary(office.rng, office.scale.share("1"), 10, step=1000))
    said = {
        "fiscal_year": fiscal_year(day),
        "title": f"งบประมาณรายจ่ายเพิ่มเติม ฉบับที่ 1 พ.ศ. {fiscal_year(day)}",
        "effective_on": effective_on.isoformat(),
        "revenue_estimates": [{"account": _REVENUE, "amount": amount}],
        "lines": [{**_sent(office, item), "amount": amount}],
    }
    made = office.make("supplementaries", said, by="BUDGET_OFFICER", day=day)["id"]
    office.take("supplementaries", made, "propose", "BUDGET_OFFICER")


def _approve(office: Office, day: date, *, made: str, target: Line, amount: Decimal) -> None:
    office.take("budget-transfers", made, "approve", "EXECUTIVE")
    target.left += amount


def _sent(office: Office, item: Item) -> dict[str, str]:
    return {
        "fund_source": "BUDGET",
        "plan": item.plan,
        "task": item.task,
        "expenditure_type": item.type,
        "name": item.name,
        "amount": baht(office.scale.share(item.percent)),
    }
