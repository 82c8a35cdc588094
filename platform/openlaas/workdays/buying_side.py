"""What divisions buy: request, contract, inspection, and the claim that pays it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from openlaas.demo.amounts import skewed
from openlaas.demo.working_days import days_later
from openlaas.workdays.budget_side import BOUGHT, BY_TYPE, WORKS, Item
from openlaas.workdays.mix import DOCUMENTS_OF_A_YEAR, per_workday
from openlaas.workdays.office import Office, Vendor, baht
from openlaas.workdays.payments import Claim, claim, tax_of, vat_in

_WORKDAYS = 243
_LEAST = Decimal(100)
_ROAD = "1208010101.001"


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What is bought of whom."""

    item: Item
    line: str
    seller: Vendor
    amount: Decimal
    contract: str = ""


def buy(office: Office, day: date) -> None:
    """Ask for a purchase; the executive approves it the next day."""
    weights = [item.weight for item in BOUGHT]
    item = office.rng.choices(BOUGHT, weights)[0]
    line = office.line(day, item.type)
    share = Decimal(item.weight) / sum(weights)
    purchases = _purchases_of_a_year(office) * share
    mean = min(office.scale.share(item.percent) / max(purchases, Decimal(2)), line.left / 2)
    amount = min(skewed(office.rng, mean * Decimal("0.7"), step=10), line.left)
    if amount < _LEAST:
        return
    line.left -= amount
    _ask(office, day, item, line.id, amount)


def build_road(office: Office, day: date) -> None:
    """Ask for the year's road, which is built in two parts."""
    line = office.line(day, WORKS)
    amount = line.left // 2 // 1000 * 1000
    if amount < _LEAST:
        return
    line.left -= amount
    _ask(office, day, BY_TYPE[WORKS], line.id, amount)


def _purchases_of_a_year(office: Office) -> Decimal:
    share = Decimal(office.scale.count) / DOCUMENTS_OF_A_YEAR
    return per_workday("purchase") * _WORKDAYS * share * Decimal("1.3")


def _ask(office: Office, day: date, item: Item, line: str, amount: Decimal) -> None:
    said = {
        "requested_on": day.isoformat(),
        "budget_line": line,
        "amount": baht(amount),
        "description": f"ขอซื้อขอจ้าง{item.name}",
        "fund_source": "BUDGET",
    }
    made = office.make("purchase-requests", said, by="UNIT_CLERK", day=day)["id"]
    seller = office.rng.choice(office.sellers)
    bought = Purchase(item=item, line=line, seller=seller, amount=amount)
    office.plan(days_later(day, 1), partial(_approve, made=made, bought=bought))


def _approve(office: Office, day: date, *, made: str, bought: Purchase) -> None:
    office.take("purchase-requests", made, "approve", "EXECUTIVE", on=day.isoformat())
    office.plan(days_later(day, 1), partial(_contract, request=made, bought=bought))


def _contract(office: Office, day: date, *, request: str, bought: Purchase) -> None:
    """Sign the contract, now and then for less than was asked: the rest is free again."""
    percent = office.rng.choice((90, 95, 97, 100, 100, 100))
    amount = (bought.amount * percent / 100).quantize(Decimal(1)).quantize(Decimal("0.01"))
    office.line(day, bought.item.type).left += bought.amount - amount
    said = {
        "purchase_request": request,
        "vendor": bought.seller.id,
        "amount": baht(amount),
        "signed_on": day.isoformat(),
    }
    made = office.make("contracts", said, by="SUPPLY", day=day)["id"]
    signed = Purchase(
        item=bought.item, line=bought.line, seller=bought.seller, amount=amount, contract=made
    )
    if bought.item.type != WORKS:
        wait = office.rng.randint(1, 5)
        office.plan(days_later(day, wait), partial(_inspect, bought=signed, part=amount))
        return
    first = amount // 2
    office.plan(days_later(day, 30), partial(_inspect, bought=signed, part=first))
    rest = partial(_inspect, bought=signed, part=amount - first, asset=_ROAD)
    office.plan(days_later(day, 60), rest)


def _inspect(
    office: Office, day: date, *, bought: Purchase, part: Decimal, asset: str = ""
) -> None:
    """Draw the inspection up; the committee accepts it the next day."""
    line = {"account": bought.item.account, "amount": baht(part)}
    if vat := vat_in(part, bought.seller):
        line["vat"] = baht(vat)
    if asset:
        line["asset"] = asset
    said = {"contract": bought.contract, "accepted_on": day.isoformat(), "lines": [line]}
    made = office.make("inspections", said, by="SUPPLY", day=day)["id"]
    if office.is_last_day:  # the committee has not looked yet
        return
    office.take("inspections", made, "accept", "INSPECTION")
    office.plan(days_later(day, 1), partial(_claim, made=made, bought=bought, part=part))


def _claim(office: Office, day: date, *, made: str, bought: Purchase, part: Decimal) -> None:
    asked = Claim(
        source={"kind": "inspection", "id": made},
        description=f"ค่า{bought.item.name} {bought.seller.name}",
        gross=part,
        unit=bought.item.unit,
        line=bought.line,
        payee=bought.seller,
        vat=vat_in(part, bought.seller),
        deductions=[("wht", tax_of(part, bought.seller))],
    )
    claim(office, day, asked)
