"""The posting rules: read from accounting/data, dated, completed by the event. Pure.

Three files: posting_rules.csv holds the facts with their sources; posting_rule_terms.csv the book
of original entry, validity and clause of each rule; posting_rule_accounts.csv the accounts that
each line may have, beside the one that it has when the event names none.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from uuid import UUID

from accounting.data_files import rows_of
from accounting.errors import AccountingError, Refusal
from accounting.journal.drafts import DraftLine, EntryDraft

_OWN_BELOW = r"(\.[0-9]{2})?"  # the body's own accounts below one are as good as it
_EITHER_SIDE = frozenset({"Dr/Cr", "Cr/Dr"})


class UnableToApplyRule(AccountingError):
    """A posting rule does not hold on the day, or not for the accounts; with every reason."""

    code = "unable_to_apply_rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """A line of a rule.

    Attributes:
        place: from 1; parts name it.
        side: Dr, Cr, or both ways round for corrections.
        account: what it has when the part names none; empty when the event must complete it.
        allowed: accounts and patterns of them, ``x`` for any digit.
        amount: what its amount is, in words.
    """

    place: int
    side: str
    account: str
    allowed: tuple[str, ...]
    amount: str

    def takes(self, account: str) -> bool:
        """Tell whether the line may have an account."""
        return any(
            re.fullmatch(re.escape(pattern).replace("x", "[0-9]") + _OWN_BELOW, account)
            for pattern in self.allowed
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A posting rule.

    Attributes:
        book: RV เงินสดรับ, PV เงินสดจ่าย, JV ทั่วไป; empty when it moves the budget ledger only.
        valid_from: the first day, None when it has held as long as anybody knows.
        valid_to: the last day, None while it holds.
        regulation: the clause, where one is known; ``confidence`` and ``basis`` say how well.
    """

    id: str
    name_th: str
    name_en: str
    book: str
    valid_from: date | None
    valid_to: date | None
    regulation: str
    confidence: str
    basis: str
    note: str
    lines: tuple[RuleLine, ...]

    def is_in_force(self, on: date) -> bool:
        """Tell whether it holds on a day."""
        return (self.valid_from or on) <= on <= (self.valid_to or on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What an event puts into a line of a rule; several parts may complete one line.

    Attributes:
        place: of the line in the rule.
        amount: more than zero; a part of zero is left out.
        account: when the line's own account is not meant.
        is_debit: of a line that goes either way (YE06, YE12), which way.
        pointer: JSON pointer to where the request says it.
    """

    place: int
    amount: Decimal
    account: str | None = None
    memo: str | None = None
    budget_line: UUID | None = None
    is_debit: bool | None = None
    pointer: str = ""


def rule(rule_id: str) -> Rule:
    """Return a rule; an id that is none is a bug (KeyError)."""
    return all_rules()[rule_id]


def entry_for(
    rule_id: str,
    *,
    on: date,
    parts: Sequence[Part],
    description: str,
    reference: str | None = None,
    configured: Mapping[tuple[str, int], str] | None = None,
) -> EntryDraft:
    """Return the entry of an event by a rule, ready to be posted on a day.

    Args:
        rule_id: as RV01.
        on: the accounting date.
        parts: what the event puts into which line, in the order of the entry's lines.
        description: of the entry.
        reference: the document's printed number.
        configured: accounts that the nation or the body names, by rule and place.

    Raises:
        UnableToApplyRule: the rule is not in force, or an account is not one of the line's.
    """
    found = rule(rule_id)
    lines = {line.place: line for line in found.lines}
    assert all(part.amount >= 0 for part in parts)  # the other side is another line
    meant = [part for part in parts if part.amount]
    accounts = [
        part.account
        or lines[part.place].account
        or (configured or {}).get((rule_id, part.place), "")
        for part in meant
    ]
    refusals = [*_force_refusals(found, on)]
    for part, account in zip(meant, accounts, strict=True):
        refusals += _account_refusals(found, lines[part.place], part, account)
    if refusals:
        raise UnableToApplyRule(refusals)
    return EntryDraft(
        entry_date=on,
        description=description,
        reference=reference,
        lines=tuple(
            _draft_line(lines[part.place], part, account)
            for part, account in zip(meant, accounts, strict=True)
        ),
    )


def _draft_line(line: RuleLine, part: Part, account: str) -> DraftLine:
    is_debit = part.is_debit if line.side in _EITHER_SIDE else line.side == "Dr"
    return DraftLine(
        pointer=part.pointer,
        account=account,
        debit=part.amount if is_debit else None,
        credit=None if is_debit else part.amount,
        memo=part.memo,
        budget_line=part.budget_line,
    )


def _force_refusals(found: Rule, on: date) -> Iterator[Refusal]:
    if not found.is_in_force(on):
        first, last = found.valid_from or "…", found.valid_to or "…"
        yield Refusal(
            code="rule_not_in_force",
            message_th=f"เกณฑ์ {found.id} {found.name_th} ใช้ได้ตั้งแต่ {first} ถึง {last} ไม่ใช่วันที่ {on}",
            message_en=f"rule {found.id} holds from {first} to {last}, not on {on}",
            of_the_books=True,
            rule=found.id,
            regulation=found.regulation,
        )


def _account_refusals(found: Rule, line: RuleLine, part: Part, account: str) -> Iterator[Refusal]:
    if not account:
        yield Refusal(
            code="account_not_configured",
            pointer=part.pointer,
            message_th=f"เกณฑ์ {found.id} {found.name_th}: ผังบัญชียังไม่มีบัญชีนี้ และยังไม่ได้กำหนด",
            message_en=f"rule {found.id}: the published chart has no account for this; none is set",
            of_the_books=True,
            rule=found.id,
        )
    elif not line.takes(account):
        told = ", ".join(line.allowed)
        yield Refusal(
            code="account_not_of_rule",
            pointer=part.pointer,
            message_th=f"เกณฑ์ {found.id} {found.name_th}: ใช้บัญชี {account} ไม่ได้ ต้องเป็น {told}",
            message_en=f"rule {found.id} does not take account {account}; it takes {told}",
            rule=found.id,
            regulation=found.regulation,
        )


@cache
def all_rules() -> dict[str, Rule]:
    """Return every rule by id, in the order of the file."""
    lines: defaultdict[str, list[RuleLine]] = defaultdict(list)
    for row in rows_of("posting_rule_accounts.csv"):
        lines[row["rule_id"]].append(
            RuleLine(
                place=int(row["place"]),
                side=row["side"],
                account=row["account"],
                allowed=tuple(row["allowed"].split()),
                amount=row["amount"],
            )
        )
    facts = {row["rule_id"]: row for row in reversed(rows_of("posting_rules.csv"))}
    return {
        terms["rule_id"]: Rule(
            id=terms["rule_id"],
            name_th=facts[terms["rule_id"]]["event_th"],
            name_en=facts[terms["rule_id"]]["event_en"],
            book=terms["book"],
            valid_from=_day(terms["valid_from"]),
            valid_to=_day(terms["valid_to"]),
            regulation=terms["regulation"],
            confidence=facts[terms["rule_id"]]["confidence"],
            basis=facts[terms["rule_id"]]["basis"],
            note=facts[terms["rule_id"]]["condition_or_note"],
            lines=tuple(lines[terms["rule_id"]]),
        )
        for terms in rows_of("posting_rule_terms.csv")
    }


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
