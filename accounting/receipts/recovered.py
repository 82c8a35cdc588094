"""Money that comes back of what was paid too much (EX16): the budget line has it again.

Only within the fiscal year of the voucher: later it is the body's money, of no budget line.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from accounting import books
from accounting.budget import operations as budget
from accounting.cash import OVERPAID
from accounting.fiscal_year import fiscal_year_of
from accounting.officers import Officer

_VOUCHERS = """
SELECT i.id, v.id, v.fiscal_year
  FROM open_item i
  JOIN document d ON d.id = i.document_id
  JOIN document v ON v.id = (d.content ->> 'voucher')::uuid
 WHERE i.id = ANY(%(ids)s::uuid[]) AND i.account = %(account)s
 ORDER BY v.id
"""


def restore_lines(
    *, document_id: UUID, amounts: Mapping[UUID, Decimal], day: date, officer: Officer
) -> None:
    """Make available again what came back, by the receivable that it settles.

    Raises:
        UnableToMoveBudget: the year is closed.
    """
    for voucher, amount in _of_this_year(amounts, day):
        budget.recover(document_id=document_id, of=voucher, amount=amount, day=day, officer=officer)


def spend_again(
    *,
    document_id: UUID,
    amounts: Mapping[UUID, Decimal],
    received_on: date,
    day: date,
    officer: Officer,
) -> None:
    """Undo it, for a receipt of a day that is cancelled or reversed on another.

    Raises:
        UnableToMoveBudget: it is spent by now, or the year is closed.
    """
    for voucher, amount in _of_this_year(amounts, received_on):
        budget.spend_again(
            document_id=document_id, of=voucher, amount=amount, day=day, officer=officer
        )


def _of_this_year(amounts: Mapping[UUID, Decimal], day: date) -> Iterator[tuple[UUID, Decimal]]:
    found: Iterable[tuple[UUID, UUID, int]] = ()
    if amounts:
        found = books.rows(_VOUCHERS, {"ids": sorted(amounts), "account": OVERPAID})
    for item, voucher, year in found:
        if year == fiscal_year_of(day):
            yield voucher, amounts[item]
