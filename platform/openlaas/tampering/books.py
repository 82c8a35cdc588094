"""The books that are tampered with, and a tamperer who puts everything back.

They are 30 entries: events 1 to 10 are JV-00001/69 to JV-00010/69, events 11 to 30 are JV-00001/70
to JV-00020/70. Event 20 undoes event 5, event 25 was posted by a voucher, event 28 moves money on
an account of the body's own. Fiscal years 2569 and 2570 must be open.
"""

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from accounting.chart.operations import open_sub_account
from accounting.general_vouchers import operations as vouchers
from accounting.general_vouchers.kind import VOUCHERS
from accounting.journal.drafts import read_entry
from accounting.journal.entry_number import read_number
from accounting.journal.known import Posting
from accounting.journal.operations import post_entries, reverse_entry
from accounting.officers import Officer
from tenants.transactions import tenant_transaction

if TYPE_CHECKING:
    from tenants.transactions import OpenableBody

ENTRIES = 30
_CASH, _REVENUE = "1101010101.001", "4401010104.001"
_BANK = "1101030101.001"
_TABLES = (
    *("journal_entry", "journal_line", "journal_head", "document_counter", "account_balance"),
    *("account", "period", "fiscal_year", "document", "body_identity"),
    *("budget_line", "budget_movement", "budget_head", "commitment"),
)

_WRITTEN_COLUMNS = """
SELECT attname FROM pg_attribute
 WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""

# The events that the cell's outbox tells of the books whose schema is current.
OURS = "WHERE body_code = (SELECT body_code FROM body_identity)"
_EVENTS = f"SELECT * FROM shared.outbox {OURS}"  # noqa: S608 - a constant
_FORGET_EVENTS = f"DELETE FROM shared.outbox {OURS}"  # noqa: S608 - a constant


def write(body: "OpenableBody", *, officer: Officer) -> None:
    """Write the books into those of a body that has no entry, by the product's own operations."""
    with tenant_transaction(body, statement_timeout_ms=0):
        own = open_sub_account(parent=_BANK, name_th="ธ.กรุงไทย", officer=officer).code
        some = _postings(own)
        post_entries(postings=some[:19], officer=officer)
        number = read_number("JV-00005/69")
        assert number is not None  # it is well formed
        reverse_entry(number=number, entry_date=date(2026, 10, 2), reason="ผิดบัญชี", officer=officer)
        post_entries(postings=some[20:24], officer=officer)
    _post_voucher(body, officer)
    with tenant_transaction(body, statement_timeout_ms=0):
        post_entries(postings=some[25:], officer=officer)


def _postings(own: str) -> list[Posting]:
    days = ["2026-09-20"] * 10 + ["2026-10-02"] * 10 + ["2026-11-03"] * 10
    drafts: list[dict[str, Any]] = [
        {
            "entry_date": day,
            "description": "รับเงินรายได้จัดเก็บเอง",
            "reference": f"ฎ. {event_no}" if event_no < 9 else None,  # noqa: PLR2004 - some
            "lines": _lines(f"{event_no}.00"),
        }
        for event_no, day in enumerate(days, start=1)
    ]
    drafts[27]["lines"] = [
        {"account": own, "debit": "28.00"},
        {"account": _CASH, "debit": "0.50", "memo": "ส่วนหนึ่ง"},
        {"account": _REVENUE, "credit": "28.50"},
    ]
    return [Posting(draft=read_entry(draft)) for draft in drafts]


def _lines(amount: str) -> list[dict[str, str]]:
    return [{"account": _CASH, "debit": amount}, {"account": _REVENUE, "credit": amount}]


def _post_voucher(body: "OpenableBody", officer: Officer) -> None:
    raw = {"entry_date": "2026-11-03", "description": "ใบผ่านรายการ", "lines": _lines("25.00")}
    with tenant_transaction(body, statement_timeout_ms=0):
        voucher_id = vouchers.draft_voucher(raw=raw, officer=officer)
        checker = replace(officer, id=uuid.uuid4())
        VOUCHERS.take(action="check", document=voucher_id, officer=checker)
        VOUCHERS.take(action="post", document=voucher_id, officer=officer)


class Tamperer:
    """A superuser inside a body's schema, the triggers switched off."""

    def __init__(self, owner: psycopg.Connection[Any], *, schema: str) -> None:
        """Switch the triggers off.

        Args:
            owner: connected to the body's cell in autocommit, the schema first in its search_path.
            schema: the body's.
        """
        self._owner = owner
        self._untouched = sql.Identifier(f"untouched_{schema}")
        owner.execute("SET session_replication_role = replica")

    def keep_untouched(self) -> None:
        """Copy the tables into a schema beside, whole or not at all, where a crash leaves it."""
        with self._owner.transaction():
            self._run("CREATE SCHEMA {untouched}")
            for table in _TABLES:
                self._run("CREATE TABLE {untouched}.{table} AS TABLE {table}", table)
            self._run("CREATE TABLE {untouched}.event AS " + _EVENTS)

    def tamper(self, statements: Iterable[str]) -> None:
        """Carry out a way to tamper; ``SEAL n`` gives event n the hash of its text."""
        for statement in statements:
            if statement.startswith("SEAL "):
                self._seal(int(statement.removeprefix("SEAL ")))
            else:
                self._owner.execute(statement.encode())

    def restore(self) -> None:
        """Put everything back as it was."""
        with self._owner.transaction():
            for table in _TABLES:
                self._run("DELETE FROM {table}", table)
                self._put_back(table)
            self._run(_FORGET_EVENTS)
            self._run("INSERT INTO shared.outbox TABLE {untouched}.event")

    def _put_back(self, table: str) -> None:
        """Copy a table's rows back; what the database makes of them itself it makes again."""
        columns = self._owner.execute(_WRITTEN_COLUMNS, [table]).fetchall()
        names = sql.SQL(", ").join(sql.Identifier(name) for (name,) in columns)
        words = sql.SQL("INSERT INTO {table} ({names}) SELECT {names} FROM {untouched}.{table}")
        self._owner.execute(
            words.format(table=sql.Identifier(table), names=names, untouched=self._untouched)
        )

    def forget_untouched(self) -> None:
        """Drop the copies."""
        self._run("SET client_min_messages = warning")
        self._run("DROP SCHEMA {untouched} CASCADE")

    def _run(self, statement: str, table: str = "") -> None:
        words = sql.SQL(statement)
        self._owner.execute(
            words.format(untouched=self._untouched, table=sql.Identifier(table or "-"))
        )

    def _seal(self, event_no: int) -> None:
        query = "SELECT event_no, hash, canonical FROM journal_entry WHERE event_no = ANY (%s)"
        found = self._owner.execute(query, [[event_no - 1, event_no]]).fetchall()
        rows = {row[0]: row[1:] for row in found}
        text = rows[event_no - 1][0] + rows[event_no][1]
        sealed = hashlib.sha256(text.encode()).hexdigest()
        self._owner.execute(
            "UPDATE journal_entry SET hash = %s WHERE event_no = %s", [sealed, event_no]
        )


def untouched_schemas(owner: psycopg.Connection[Any]) -> Sequence[str]:
    """Return the schemas of a cell whose tables a tamperer that was killed has kept."""
    query = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'untouched\\_%%' ORDER BY 1"
    found = owner.execute(query.replace("%%", "%")).fetchall()
    return [name.removeprefix("untouched_") for (name,) in found]
