"""The ฎีกา by its six people, and the cheques that pay it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from openlaas.demo import accounts
from openlaas.demo.amounts import percent_of, to_satang
from openlaas.demo.ledger import DemoEntry, cr, dr
from openlaas.demo.working_days import days_later, fiscal_year
from openlaas.workdays.office import CURRENT, SAVINGS, Office, Vendor, baht
from openlaas.workdays.opening import post_general_voucher

_RETURNED_IN, _CANCELLED_IN = 30, 120  # one voucher, one cheque in so many
_MOST_OF_A_REPORT = 100
_SEPTEMBER = 9
_ROUND = Decimal(100_000)
# The boxes after the request, each signed a day later by another officer.
_BOXES = (
    *(("receive", "FIN_OFFICER"), ("examine", "FIN_DIRECTOR")),
    *(("endorse", "CLERK_LAO"), ("approve", "EXECUTIVE")),
)
_FIRM_FROM, _PERSON_FROM = Decimal(500), Decimal(10_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a ฎีกา asks: the payee's price, and what the law has the office keep back."""

    source: dict[str, str]
    description: str
    gross: Decimal
    unit: str = "01"
    line: str | None = None
    payee: Vendor | None = None
    vat: Decimal = Decimal(0)
    deductions: Sequence[tuple[str, Decimal]] = ()
    people: Sequence[dict[str, str]] = ()

    def said(self, day: date) -> dict[str, Any]:
        """Return it as a program sends it."""
        said = {
            "fiscal_year": fiscal_year(day),
            "unit": self.unit,
            "budget_line": self.line,
            "payee": self.payee.id if self.payee else None,
            "description": self.description,
            "gross": baht(self.gross),
            "vat": baht(self.vat) if self.vat else None,
            "deductions": [
                {"kind": kind, "amount": baht(amount)} for kind, amount in self.deductions if amount
            ],
            "source": self.source,
            "made_on": day.isoformat(),
            "people": list(self.people) or None,
        }
        return {name: value for name, value in said.items() if value is not None}


def vat_in(gross: Decimal, payee: Vendor) -> Decimal:
    """Return the value added tax within a price."""
    return gross - to_satang(gross * 100 / 107) if payee.is_vat_registered else Decimal(0)


def tax_of(gross: Decimal, payee: Vendor) -> Decimal:
    """Return the tax that is withheld from a seller: 1 % before VAT, from a threshold."""
    base = gross - vat_in(gross, payee)
    least = _FIRM_FROM if payee.is_firm else _PERSON_FROM
    return percent_of(base, "1") if base >= least else Decimal(0)


def claim(office: Office, day: date, asked: Claim) -> None:
    """Draw a ฎีกา up as the division's clerk; its head requests it on the same day."""
    made = office.make("vouchers", asked.said(day), by="UNIT_CLERK", day=day)["id"]
    _request(office, day, made=made, asked=asked)


def _request(office: Office, day: date, *, made: str, asked: Claim) -> None:
    office.take("vouchers", made, "request", "UNIT_HEAD", on=day.isoformat())
    office.plan(days_later(day, 1), partial(_sign, made=made, asked=asked, box=0))


def _sign(office: Office, day: date, *, made: str, asked: Claim, box: int) -> None:
    """Sign the next box; now and then the director of finance sends it back instead."""
    action, by = _BOXES[box]
    on = day.isoformat()
    is_late = day.month == _SEPTEMBER  # what is returned then could miss the year's budget
    if action == "examine" and not is_late and office.rng.randint(1, _RETURNED_IN) == 1:
        office.take("vouchers", made, "return", by, on=on, note="เอกสารประกอบฎีกาไม่ครบ")
        office.plan(days_later(day, 1), partial(_request, made=made, asked=asked))
        return
    office.take("vouchers", made, action, by, on=on)
    if action != "approve":
        office.plan(days_later(day, 1), partial(_sign, made=made, asked=asked, box=box + 1))
        return
    net = asked.gross - sum((amount for _, amount in asked.deductions), Decimal(0))
    form = "PND1" if asked.people else "PND53" if asked.payee and asked.payee.is_firm else "PND3"
    taxed = any(kind == "wht" and amount for kind, amount in asked.deductions)
    office.payable.append((made, net, form if taxed else ""))


def claim_up_to(office: Office, day: date, asked: Claim, boxes: int) -> None:
    """Draw a ฎีกา up that waits for the officer of the next box, or for its cheque."""
    made = office.make("vouchers", asked.said(day), by="UNIT_CLERK", day=day)["id"]
    steps = (("request", "UNIT_HEAD"), *_BOXES)
    for action, by in steps[:boxes]:
        office.take("vouchers", made, action, by, on=day.isoformat())
    if boxes == len(steps):
        office.payable.append((made, asked.gross, ""))


def pay(office: Office, day: date) -> None:
    """Pay what is approved: report, approval, two signatures; the cheques wait for the payees."""
    paid, office.payable = (
        office.payable[:_MOST_OF_A_REPORT],
        office.payable[_MOST_OF_A_REPORT:],
    )
    if not paid:
        return
    total = sum((net for _, net, _ in paid), Decimal(0))
    _move_from_savings(office, day, total)
    said = {
        "paid_on": day.isoformat(),
        "bank_account": office.banks[CURRENT],
        "vouchers": [made for made, _, _ in paid],
    }
    report = office.make("cheque-reports", said, by="FIN_OFFICER", day=day)["id"]
    office.take("cheque-reports", report, "approve", "EXECUTIVE")
    if office.is_last_day:  # the palad is still to sign the cheques
        office.take("cheque-reports", report, "sign", "EXECUTIVE")
        return
    for by in ("EXECUTIVE", "CLERK_LAO"):
        office.take("cheque-reports", report, "sign", by)
    office.count("cheques", day, len(paid))
    office.in_bank[CURRENT] -= total
    for form in {form for _, _, form in paid if form}:
        office.withheld.setdefault(form, set()).add(f"{day:%Y-%m}")
    office.plan(days_later(day, 2), partial(_hand_out, drawn_by=day))


def _hand_out(office: Office, day: date, *, drawn_by: date) -> None:
    """Hand the cheques of an earlier day to their payees, and void one in many of them."""
    for cheque in office.hands.look("cheques", by="FIN_OFFICER", state="signed"):
        if cheque["document_date"] > drawn_by.isoformat():
            continue
        if office.rng.randint(1, _CANCELLED_IN) == 1:
            _void(office, day, cheque)
            continue
        office.take("cheques", cheque["id"], "collect", "FIN_OFFICER", on=day.isoformat())
        clear = partial(_clear, cheque=cheque["id"])
        office.plan(days_later(day, office.rng.randint(1, 6)), clear)


def _clear(office: Office, day: date, *, cheque: str) -> None:
    office.take("cheques", cheque, "clear", "ACCOUNTANT", on=day.isoformat())


def _void(office: Office, day: date, cheque: dict[str, Any]) -> None:
    """Void a cheque: its voucher is approved again, and stands in the next report."""
    reason = "ระบุชื่อผู้รับเงินคลาดเคลื่อน"
    office.take("cheques", cheque["id"], "cancel", "FIN_DIRECTOR", on=day.isoformat(), note=reason)
    net = Decimal(cheque["amount"])
    office.in_bank[CURRENT] += net
    shown = office.hands.show("cheques", cheque["id"], by="FIN_DIRECTOR")
    office.payable.append((shown["voucher"], net, ""))


def give_back(office: Office, day: date, *, deposit: str, amount: Decimal, seller: Vendor) -> None:
    """Ask a deposit's money back for its owner."""
    asked = Claim(
        source={"kind": "deposit", "id": deposit},
        description=f"คืนเงินประกันสัญญา {seller.name}",
        gross=amount,
        unit="02",
        payee=seller,
    )
    claim(office, day, asked)


def file_returns(office: Office, day: date) -> None:
    """Make and remit the returns of the months in which tax was withheld."""
    for form, months in office.withheld.items():
        for month in sorted(months):
            if month >= f"{day:%Y-%m}":
                continue
            said = {"form": form, "month": month}
            path = "withholding-tax/returns"
            made = office.make(path, said, by="FIN_OFFICER", day=day)
            _move_from_savings(office, day, Decimal(made["amount"]))
            paid = {"paid_on": day.isoformat(), "bank_account": office.banks[CURRENT]}
            office.take(path, made["id"], "remit", "FIN_OFFICER", **paid)
            office.in_bank[CURRENT] -= Decimal(made["amount"])
            months.discard(month)


def _move_from_savings(office: Office, day: date, wanted: Decimal) -> None:
    """Move money to the current account before cheques are drawn on it."""
    short = wanted - office.in_bank[CURRENT]
    if short <= 0:
        return
    amount = (short // _ROUND + 1) * _ROUND
    lines = (dr(accounts.CURRENT, amount), cr(accounts.SAVINGS, amount))
    description = "โอนเงินฝากออมทรัพย์เข้าบัญชีกระแสรายวันเพื่อรองรับการจ่ายเช็ค"
    post_general_voucher(office, day, DemoEntry("MOVE", day, description, None, lines))
    office.in_bank[CURRENT] += amount
    office.in_bank[SAVINGS] -= amount
