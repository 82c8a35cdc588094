"""Books with something to read in them, posted by the product's own operation."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from loadtests.entries import varied_entry
from openlaas.bench.offices import Office
from openlaas.stack.paths import Announce

if TYPE_CHECKING:
    from tenants.directory.records import BodyRecord

_TOGETHER = 100  # entries of one transaction
_OFFICER = UUID("00000000-0000-4000-8000-000000000000")


def fill(
    offices: Sequence[Office], *, entries: int, lines: int, today: date, say: Announce
) -> None:
    """Post entries of so many lines into each body's books until these hold so many of them."""
    for number, office in enumerate(offices, start=1):
        have = entries_of(_body(office))
        if have < entries:
            say(f"Filling {office.code} ({number} of {len(offices)}): {entries - have:,} entries")
        for first in range(have, entries, _TOGETHER):
            _post(office, range(first, min(first + _TOGETHER, entries)), lines=lines, today=today)


def entries_of(body: "BodyRecord") -> int:
    """Return how many entries the body's books hold."""
    from accounting import books  # noqa: PLC0415 - Django was not set up at import
    from tenants.transactions import tenant_transaction  # noqa: PLC0415

    with tenant_transaction(body, read_only=True):
        ((event_no,),) = books.rows("SELECT event_no FROM journal_head", {})
        return int(event_no)


def _post(office: Office, numbers: range, *, lines: int, today: date) -> None:
    from accounting.journal.drafts import read_entry  # noqa: PLC0415
    from accounting.journal.known import Posting  # noqa: PLC0415
    from accounting.journal.operations import post_entries  # noqa: PLC0415
    from accounting.officers import Officer  # noqa: PLC0415
    from tenants.transactions import tenant_transaction  # noqa: PLC0415

    postings = [
        Posting(draft=read_entry(varied_entry(number, today=today, lines=lines)))
        for number in numbers
    ]
    officer = Officer(id=_OFFICER, name_th="นางสาวสมหญิง ใจดี", roles=frozenset({"ACCOUNTANT"}))
    with tenant_transaction(_body(office), statement_timeout_ms=0):
        post_entries(postings=postings, officer=officer)


def _body(office: Office) -> "BodyRecord":
    from tenants.directory.queries import body_with_books  # noqa: PLC0415

    body = body_with_books(office.code)
    assert body is not None  # its accountant was signed in
    return body
