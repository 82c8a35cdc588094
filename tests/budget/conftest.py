"""Bodies with budget lines to spend from, worked on inside this process."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, partial

import pytest

from tests.budget.office import DAY, YEAR, Office

CONTENTS = {"fiscal_year": YEAR, "document_date": DAY, "description": "ทดสอบ", "content": {}}


@pytest.fixture(scope="session")
def officer():
    from accounting.officers import Officer

    return Officer(id=uuid.uuid4(), name_th="นายสมชาย ใจดี", roles=frozenset({"BUDGET_OFFICER"}))


@pytest.fixture(scope="session")
def entering() -> Callable[..., AbstractContextManager[None]]:
    """Open a body's transaction; leaving it is a real COMMIT."""
    from tenants.transactions import tenant_transaction

    return partial(tenant_transaction, statement_timeout_ms=0)


@dataclass
class Ledger:
    """The budget ledger of a body, and short words for what is done to it."""

    body: object
    entering: Callable[..., AbstractContextManager[None]]
    officer: object
    lines_opened: int = 0

    @cached_property
    def operations(self):
        from accounting.budget import operations

        return operations

    def document(self, amount: str = "0.00") -> uuid.UUID:
        """Make a document that moves the budget."""
        from accounting.documents import rows as documents

        with self.entering(self.body):
            return documents.create(
                kind="TEST",
                state="draft",
                action="draft",
                contents=documents.Contents(**CONTENTS, amount=Decimal(amount)),
                officer=self.officer,
            )

    def line(self, amount: str = "100.00", *, year: int = YEAR, **key: str) -> uuid.UUID:
        """Open a line with money in it."""
        self.lines_opened += 1
        key = {
            "fund_source": "BUDGET",
            "plan": "00110",
            "task": "00111",
            "expenditure_type": "340500",
            "project": f"{self.lines_opened}",
            "name": "ค่าบริการสื่อสารและโทรคมนาคม",
            **key,
        }
        document_id = self.document(amount)
        with self.entering(self.body):
            (line,) = self.operations.open_lines(
                fiscal_year=year, keys=[self.operations.LineKey(**key)]
            )
            change = self.operations.Change(line_id=line.id, kind="approve", amount=Decimal(amount))
            self.operations.change_lines(
                document_id=document_id, changes=[change], day=DAY, officer=self.officer
            )
        return line.id

    def wanted(self, *asked: tuple[uuid.UUID, str]) -> list[object]:
        return [
            self.operations.Wanted(line_id=id_, amount=Decimal(amount), pointer=f"/lines/{place}")
            for place, (id_, amount) in enumerate(asked)
        ]

    def do(self, operation: str, document_id: uuid.UUID, *asked, day: date = DAY, **more):
        """Do one operation in a transaction of its own."""
        facts = {"document_id": document_id, "day": day, "officer": self.officer, **more}
        if asked:
            facts["wanted"] = self.wanted(*asked)
        with self.entering(self.body):
            return getattr(self.operations, operation)(**facts)

    def refused(self, operation: str, document_id: uuid.UUID, *asked, **more) -> list[object]:
        """Do one operation that must be refused; return the refusals."""
        with pytest.raises(self.operations.UnableToMoveBudget) as refused:
            self.do(operation, document_id, *asked, **more)
        return refused.value.refusals

    def columns(self, line_id: uuid.UUID, *names: str) -> tuple[str, ...]:
        """Return columns of a line as the books have them now."""
        from accounting import books

        with self.entering(self.body, read_only=True):
            row = books.row(
                f"SELECT {', '.join(names)} FROM budget_line WHERE id = %(id)s", {"id": line_id}
            )
        return tuple(str(amount) for amount in row)

    def last_movement(self) -> int:
        """Return the number of the last movement."""
        from accounting import books

        with self.entering(self.body, read_only=True):
            return (books.row("SELECT movement_no FROM budget_head", {}) or (0,))[0]

    def findings(self) -> list[tuple[str, str]]:
        from accounting.journal.verification import verify_books

        with self.entering(self.body, read_only=True):
            return [(one.check, one.detail) for one in verify_books().findings]


@pytest.fixture
def ledger(body, entering, officer) -> Ledger:
    """The budget ledger of a body that nobody has touched yet; it is whole at the end."""
    ledger = Ledger(body, entering, officer)
    yield ledger
    assert ledger.findings() == []


@pytest.fixture
def office(body, api) -> Office:
    return Office(body, api)
