"""Which entries an acceptance makes: a posting rule and its amounts for each. Pure.

Equipment delivered in parts waits in its พัก… account, works in งานระหว่างก่อสร้าง, until the last
part: its line names the asset that all of it becomes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounting import money
from accounting.posting_rules.rules import Part

PAYABLE = {"own": "2101010102.001", "government": "2101010101.001", "staff": "2102040110.001"}
WORKS_IN_PROGRESS = "1211010101.001"
SUPPORT_REVENUE, PENSION_FUND_REVENUE = "4403010106.001", "4403010107.001"
PENSION_FUND_DEPOSIT = "2111020199.001"
GRANTS = frozenset({"GRANT_SPEC", "RESERVED_GRANT"})
_IN_PARTS = re.compile(r"120[69][0-9]{2}0102\.[0-9]{3}")  # พักครุภัณฑ์…, พักโปรแกรม…


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """An entry to post: by which rule, and what goes into the rule's lines."""

    rule: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A line of an inspection: what it is charged to, VAT included, and what it completes.

    Attributes:
        asset: the account of the finished asset, on the last part of it alone.
        before: what the contract holds in ``account`` from its earlier parts.
    """

    account: str
    amount: Decimal
    asset: str | None = None
    before: Decimal = money.ZERO


def is_in_parts(account: str) -> bool:
    """Tell whether an account holds equipment or programs that come in parts."""
    return bool(_IN_PARTS.fullmatch(account))


def acceptance(
    lines: Sequence[Accepted], *, payable: str, fund_source: str, deposit_account: str = ""
) -> list[Recipe]:
    """Return the entries of an acceptance, in the order in which they are posted.

    Args:
        lines: what was accepted.
        payable: the account of the debt to the seller.
        fund_source: where the money comes from: its own rule for each kind.
        deposit_account: of the deposit that is spent, when the fund source is one.
    """
    total = sum((line.amount for line in lines), money.ZERO)
    charged = [(_rule_of(line, fund_source), line) for line in lines]
    recipes = [
        _charged(rule, [line for of, line in charged if of == rule], payable)
        for rule in dict.fromkeys(rule for rule, _ in charged)
    ]
    recipes += [_finished(line) for line in lines if _is_finished_work(line)]
    if fund_source in GRANTS:
        recipes.append(pair("RV09", None, None, total))
    if fund_source == "DEPOSIT":
        is_pension = deposit_account == PENSION_FUND_DEPOSIT
        revenue = PENSION_FUND_REVENUE if is_pension else SUPPORT_REVENUE
        first = recipes[0]
        second_pair = (
            Part(place=3, account=deposit_account, amount=total),
            Part(place=4, account=revenue, amount=total),
        )
        recipes[0] = Recipe(rule="DP05", parts=(*first.parts, *second_pair))
    return recipes


def pair(rule: str, debit: str | None, credit: str | None, amount: Decimal) -> Recipe:
    """Return an entry of two lines, in accounts that the rule itself names when none is given."""
    parts = (
        Part(place=1, account=debit, amount=amount),
        Part(place=2, account=credit, amount=amount),
    )
    return Recipe(rule=rule, parts=parts)


def _rule_of(line: Accepted, fund_source: str) -> str:
    if fund_source == "DEPOSIT":
        return "DP05"
    if is_in_parts(line.account):
        return "EX04" if line.asset else "EX03"
    if line.account == WORKS_IN_PROGRESS:
        return "EX05"
    return "EX18" if fund_source == "ACCUM" else "EX02"


def _charged(rule: str, lines: Sequence[Accepted], payable: str) -> Recipe:
    """Return the entry of the lines of one rule: line by line, and one debt for all of them."""
    owed = sum((line.amount for line in lines), money.ZERO)
    if rule != "EX04":
        debits = [Part(place=1, account=line.account, amount=line.amount) for line in lines]
        return Recipe(rule=rule, parts=(*debits, Part(place=2, account=payable, amount=owed)))
    debits = [Part(place=1, account=line.asset, amount=line.before + line.amount) for line in lines]
    held = [Part(place=2, account=line.account, amount=line.before) for line in lines]
    return Recipe(rule=rule, parts=(*debits, *held, Part(place=3, account=payable, amount=owed)))


def _is_finished_work(line: Accepted) -> bool:
    return line.account == WORKS_IN_PROGRESS and line.asset is not None


def _finished(line: Accepted) -> Recipe:
    return pair("EX06", line.asset, line.account, line.before + line.amount)
