"""Posting an entry, in one transaction that the view has opened."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F
from rest_framework.exceptions import ValidationError

from loadtests.peers.plain_django_tenants.ledger.models import (
    AccountBalance,
    Counter,
    JournalEntry,
    JournalLine,
    OutboxEvent,
    Period,
)


def post_entry(facts: dict[str, Any], *, posted_by: str, now: datetime) -> JournalEntry:
    """Number and store the entry, its lines, balances and event.

    Raises:
        ValidationError: the month is not open.
    """
    lines = facts.pop("lines")
    month = facts["entry_date"].replace(day=1)
    period = Period.objects.filter(starts_on=month, is_open=True).first()
    if period is None:
        raise ValidationError({"entry_date": "the period is not open"})
    counter = Counter.objects.select_for_update().get(fiscal_year=period.fiscal_year)
    counter.last_no += 1
    counter.save(update_fields=["last_no"])
    entry = JournalEntry.objects.create(
        number=f"JV-{counter.last_no:05d}/{period.fiscal_year % 100:02d}",
        fiscal_year=period.fiscal_year,
        posted_at=now,
        posted_by=posted_by,
        **facts,
    )
    JournalLine.objects.bulk_create(
        JournalLine(entry=entry, line_no=number, entry_date=entry.entry_date, **line)
        for number, line in enumerate(lines, start=1)
    )
    movements = _movements(lines)
    _move_balances(movements, month)
    OutboxEvent.objects.create(
        kind="journal_entry",
        recorded_at=now,
        payload={
            "number": entry.number,
            "entry_date": str(entry.entry_date),
            "movements": [[account, str(d), str(c)] for account, (d, c) in movements.items()],
        },
    )
    return entry


def balances_of(accounts: set[str]) -> list[dict[str, str]]:
    """Return each account's balance over all months, in one query."""
    totals: dict[str, Decimal] = dict.fromkeys(accounts, Decimal(0))
    kept = AccountBalance.objects.filter(account__in=accounts)
    for account, difference in kept.values_list("account", F("debit") - F("credit")):
        totals[account] += difference
    return [{"account": account, "balance": str(total)} for account, total in totals.items()]


def _movements(lines: list[dict[str, Any]]) -> dict[str, tuple[Decimal, Decimal]]:
    movements: dict[str, tuple[Decimal, Decimal]] = {}
    for line in lines:
        debit, credit = movements.get(line["account"], (Decimal(0), Decimal(0)))
        movements[line["account"]] = (
            debit + line.get("debit", Decimal(0)),
            credit + line.get("credit", Decimal(0)),
        )
    return movements


def _move_balances(movements: dict[str, tuple[Decimal, Decimal]], month: Any) -> None:
    """Add to the month's balances. The counter's lock makes reading before writing safe."""
    kept = {
        balance.account: balance
        for balance in AccountBalance.objects.filter(account__in=movements, starts_on=month)
    }
    new = []
    for account, (debit, credit) in movements.items():
        balance = kept.get(account)
        if balance is None:
            new.append(AccountBalance(account=account, starts_on=month, debit=debit, credit=credit))
        else:
            balance.debit += debit
            balance.credit += credit
    if new:
        AccountBalance.objects.bulk_create(new)
    if kept:
        AccountBalance.objects.bulk_update(kept.values(), ["debit", "credit"])
