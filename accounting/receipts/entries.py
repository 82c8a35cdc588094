"""The entries that a receipt makes, one for each posting rule that its lines follow."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from accounting.journal.known import CASH_RECEIPTS, Posting
from accounting.posting_rules.operations import posting_by_rule
from accounting.posting_rules.rules import Part
from accounting.receipts.rules import KnownLine

_MONEY, _FOR_WHAT, _SURCHARGE = 1, 2, 3  # the places of a receipt's rules
_BACK = {"EX16": 2}  # a rule that sets its receivable up first: its receipt's places come after


def of_receipt(
    *, number: str, day: date, payer: str, lines: Sequence[KnownLine], debit: str, document: UUID
) -> list[Posting]:
    """Return the postings in the order of their rules.

    Args:
        number: of the receipt.
        day: the accounting date.
        payer: as the receipt names them.
        lines: what the money is for.
        debit: the account that the money comes to.
        document: the receipt.
    """
    by_rule = groupby(sorted(lines, key=lambda line: line.rule), key=lambda line: line.rule)
    return [
        replace(
            posting_by_rule(
                rule_id=rule_id,
                on=day,
                parts=list(_parts(list(of_rule), debit, after=_BACK.get(rule_id, 0))),
                description=f"รับเงินจาก {payer} ตามใบเสร็จ {number}",
                document_id=document,
                reference=number,
            ),
            kind=CASH_RECEIPTS,
        )
        for rule_id, of_rule in by_rule
    ]


def _parts(lines: Sequence[KnownLine], debit: str, *, after: int) -> Iterator[Part]:
    total = sum((line.amount for line in lines), Decimal(0))
    yield Part(place=after + _MONEY, amount=total, account=debit)
    for line in lines:
        is_surcharge = line.rule == "RV05" and line.receivable is None
        yield Part(
            place=_SURCHARGE if is_surcharge else after + _FOR_WHAT,
            amount=line.amount,
            account=line.account,
            memo=line.memo,
            pointer=f"{line.pointer}/revenue",
        )
