"""Which entries a ฎีกา makes when it is approved, and when it is paid. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounting.disbursement.drafts import Deduction
from accounting.disbursement.rules import BETWEEN_UNITS
from accounting.inspections.recipes import (
    GRANTS,
    PAYABLE,
    Accepted,
    Recipe,
    acceptance,
    pair,
)
from accounting.posting_rules.rules import Part
from accounting.withholding_tax import rules as withholding

ADVANCES_TO_CONTRACTORS = "1103020111.001"
# What is kept back of a payment: its place in the rule, and the account it is held in for others.
_OF_SELLERS: dict[str, tuple[int, str | None]] = {  # EX07
    "wht": (3, None),
    "fine": (4, None),
    "retention": (5, "2112010102.001"),
    "guarantee": (5, "2112010101.001"),
    "advance": (6, None),
}
_OF_STAFF: dict[str, tuple[int, str | None]] = {  # EX10
    "wht": (3, None),
    "social_security": (4, "2111020199.004"),
    "cooperative": (5, "2111020199.005"),
    "pension_fund": (6, "2111020199.002"),
    "provident_fund": (6, "2111020199.003"),
}
PAYROLL_DEPOSITS = frozenset(f"2111020199.00{tail}" for tail in "2345")
UNIT_TO_LAO, LOAN_TO_ENTERPRISE = "5210010121.999", "1102010102.003"
_GUARANTEES = ("2112", "2208")


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """What a payment depends on.

    Attributes:
        kind: the source's.
        sector: of the payee: own or government; None for others.
        legal_form: of the payee: natural or juristic.
        account: what a subsidy is charged to, or the deposit that is given back.
        is_again: it was paid by a cheque that was cancelled: only the net is still owed.
    """

    kind: str
    sector: str | None
    legal_form: str
    account: str
    gross: Decimal
    net: Decimal
    deductions: Sequence[Deduction]
    is_again: bool = False


def payable_of(kind: str, sector: str | None) -> str:
    """Return the account of the debt that a voucher pays."""
    if kind == "payroll":
        return PAYABLE["staff"]
    return PAYABLE["government" if sector == "government" else "own"]


def approval(
    *, kind: str, sector: str | None, account: str, gross: Decimal, fund_source: str
) -> list[Recipe]:
    """Return the entries of an approval: the debt, where no inspection has set it up."""
    if kind == "utility" or (kind == "subsidy" and not _support_rule(account)):
        line = Accepted(account=account, amount=gross)
        return acceptance([line], payable=payable_of(kind, sector), fund_source=fund_source)
    recipes = []
    if kind == "payroll":
        recipes.append(pair("EX09", account, None, gross))
    if kind in {"payroll", "subsidy"} and fund_source in GRANTS:
        recipes.append(pair("RV09", None, None, gross))
    return recipes


def payment(paid: Payment, *, bank: str, on: date) -> Recipe:
    """Return the entry of a payment out of a bank account's ledger account."""
    payable = payable_of(paid.kind, paid.sector)
    if paid.is_again:
        return pair("EX10" if paid.kind == "payroll" else "EX07", payable, bank, paid.net)
    rule, debited = _debit_of(paid, payable)
    kept = [_kept(one, paid, on) for one in paid.deductions]
    return Recipe(
        rule=rule,
        parts=(
            Part(place=1, account=debited, amount=paid.gross),
            Part(place=2, account=bank, amount=paid.net),
            *sorted(kept, key=lambda part: part.place),
        ),
    )


def direct_payment(paid: Payment) -> Recipe:
    """Return the entry of a payment that the state makes to the seller (New GFMIS)."""
    return pair("GF01", payable_of(paid.kind, paid.sector), None, paid.gross)


def cancelled_cheque(paid: Payment, *, bank: str) -> Recipe:
    """Return the entry of a cheque that is void or stale: its net is owed again."""
    return pair("EX17", bank, payable_of(paid.kind, paid.sector), paid.net)


def withheld_in(paid: Payment, one: Deduction, *, on: date) -> withholding.WithholdingRule:
    """Return the rule by which a tax is withheld."""
    if paid.kind == "payroll":
        return withholding.rule_named(withholding.STAFF_RULE, on=on)
    return withholding.rule_for(
        legal_form=paid.legal_form,
        sector=paid.sector,
        on=on,
        names_rate=one.rate_percent is not None,
    )


def _debit_of(paid: Payment, payable: str) -> tuple[str, str]:
    """Return the rule of a payment and the account that it debits."""
    if paid.kind == "payroll":
        return "EX10", payable
    if paid.kind == "advance":
        return "EX12", ADVANCES_TO_CONTRACTORS
    if paid.kind == "subsidy" and (rule := _support_rule(paid.account)):
        return rule, paid.account
    if paid.kind == "deposit":
        return _deposit_rule(paid.account), paid.account
    return "EX07", payable


def _support_rule(account: str) -> str:
    """Return the rule of support between the body and its units; empty when it is none."""
    special = {UNIT_TO_LAO: "EX20", LOAN_TO_ENTERPRISE: "EX21"}.get(account)
    return special or ("EX19" if account.startswith(BETWEEN_UNITS) else "")


def _deposit_rule(account: str) -> str:
    if account.startswith(_GUARANTEES):
        return "DP02"
    return "EX11" if account in PAYROLL_DEPOSITS else "EX07"


def _kept(one: Deduction, paid: Payment, on: date) -> Part:
    place, account = (_OF_STAFF if paid.kind == "payroll" else _OF_SELLERS)[one.kind]
    if one.kind == "wht":
        account = withheld_in(paid, one, on=on).account
    return Part(place=place, account=account, amount=one.amount)


def deposit_of(one: Deduction, paid: Payment) -> str | None:
    """Return the account in which a deduction is held for its owner; None when it is not theirs."""
    if one.kind in {"wht", "fine", "advance"}:
        return None
    _, account = (_OF_STAFF if paid.kind == "payroll" else _OF_SELLERS)[one.kind]
    return account
