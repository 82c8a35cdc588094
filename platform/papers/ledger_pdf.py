"""A ledger as a paper."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from papers.ledger import Ledger
from papers.printing import print_form
from thai import baht, buddhist

# A thousand lines are some twenty pages, half a second of a processor and a hundred megabytes while
# it is made; nobody reads more on paper.
MOST_LINES = 1_000


def paper(ledger: Ledger) -> bytes:
    """Return the file; the same ledger gives the same bytes. At most MOST_LINES lines."""
    lines = list(ledger.lines)
    assert len(lines) <= MOST_LINES  # the page refuses it before
    closing = lines[-1] if lines else ledger.opening
    moved = [sum((Decimal(line[side]) for line in lines), Decimal(0)) for side in _SIDES]
    told = {
        "title": ledger.account_words,
        "body": ledger.source.body_words,
        "period": ledger.period_words,
        "complete": ledger.source.complete_words,
        "opening": [buddhist.short(ledger.first), "ยอดยกมา", *_balance(ledger.opening)],
        "lines": [
            [
                buddhist.short(date.fromisoformat(line["entry_date"])),
                line["number"],
                " · ".join(filter(None, (line["description"], line["memo"]))),
                *(baht.or_blank(line[side]) for side in _SIDES),
                *_balance(line),
            ]
            for line in lines
        ],
        "closing": ["รวม และยอดยกไป", *map(baht.with_separators, moved), *_balance(closing)],
    }
    return print_form("ledger", told, made_at=ledger.source.complete_to)


_SIDES = ("debit", "credit")


def _balance(line: Mapping[str, str]) -> tuple[str, str]:
    """Return a balance and its side."""
    for amount, side in ((line["balance_debit"], "เดบิต"), (line["balance_credit"], "เครดิต")):
        if not baht.is_zero(amount):
            return baht.with_separators(amount), side
    return "0.00", ""
