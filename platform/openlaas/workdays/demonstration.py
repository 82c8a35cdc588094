"""The documents of a demonstration's body, made by its own officers up to this morning."""

from datetime import date
from random import Random

from openlaas.demo.amounts import scale_of
from openlaas.demo.making import SEED, has_entries
from openlaas.demo.working_days import on_or_before
from openlaas.workdays.by_books import BooksHands
from openlaas.workdays.desks import officers_at
from openlaas.workdays.office import Office
from openlaas.workdays.telling import Span, tell
from tenants.directory.records import BodyRecord
from tenants.transactions import tenant_transaction

# So many documents are made whole or not at all. More would be slow in one transaction: the rows
# that every posting changes would keep all their versions until it ends.
_TOGETHER = 3_000


def make_documents(body: BodyRecord, *, documents: int, today: date) -> int:
    """Make the documents of two fiscal years, unless anything was posted; return how many.

    Args:
        body: without units.
        documents: of a fiscal year; what the calendar demands is made in any case.
        today: the last day; it ends with papers on every desk.

    Raises:
        Refused: the books refuse what an office may do.
    """
    if has_entries(body):
        return 0
    is_together = documents <= _TOGETHER
    hands = BooksHands(body, officers_at(body), is_inside=is_together)
    rng = Random(f"{SEED}:{body.code}")  # noqa: S311 - a demo, not a secret
    scale = scale_of(kind=body.kind, count=documents, rng=rng)
    office = Office(hands, kind=body.kind, scale=scale, rng=rng)
    span = Span(last=on_or_before(today), documents=documents, is_going_on=True)
    if is_together:
        with tenant_transaction(body):
            tell(office, span, after_each=lambda _: None)
    else:
        tell(office, span, after_each=lambda _: None)
    return office.made.total()
