"""The part of the budget ledger that a transaction holds, and what it writes into it.

``held`` locks; whatever moves is kept in memory with every reason against it; ``write`` writes all
of it or raises. Only ``accounting.budget.operations`` uses it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

import orjson

from accounting import books, money
from accounting.budget import rules
from accounting.errors import AccountingError, Refusal
from accounting.fiscal_year import fiscal_year_of
from accounting.officers import Officer
from accounting.scripts import script_beside

_LOCK = script_beside(__file__, "budget_lock.sql")
_WRITE = script_beside(__file__, "budget_write.sql")
_SEAL = script_beside(__file__, "budget_seal.sql")
_NOTHING = dict.fromkeys((column for column, _ in rules.MOVES.values()), money.ZERO)


class UnableToMoveBudget(AccountingError):
    """At least one rule refuses; ``refusals`` lists them all. Nothing was written."""

    code = "unable_to_move_budget"


@dataclass(slots=True, kw_only=True)
class Line:
    """A line whose row this transaction holds; ``moved`` is by column, as it will be written."""

    id: UUID
    fiscal_year: int
    year_state: str | None
    fund_source: str
    expenditure_type: str
    name: str
    before: Decimal
    available: Decimal
    moved: dict[str, Decimal] = field(default_factory=lambda: dict(_NOTHING))

    def facts(self) -> rules.LineFacts:
        """Return what the rules need to know of it."""
        return rules.LineFacts(
            fiscal_year=self.fiscal_year,
            year_state=self.year_state,
            name=self.name,
            available=self.available,
        )


@dataclass(slots=True, kw_only=True)
class Commitment:
    """A commitment whose row this transaction holds, or has just made."""

    document_id: UUID
    line_id: UUID
    kind: str
    of_document: UUID | None
    amount: Decimal
    drawn: Decimal
    released: Decimal
    open_before: Decimal
    is_changed: bool = False

    @property
    def open(self) -> Decimal:
        """What is neither drawn nor given back."""
        return self.amount - self.drawn - self.released


Key = tuple[UUID, UUID, str]  # document, line, kind


@dataclass(slots=True, kw_only=True)
class Held:
    """Lines and commitments under this transaction's locks, and what a document does to them."""

    document_id: UUID
    day: date
    officer: Officer
    lines: dict[UUID, Line]
    commitments: dict[Key, Commitment]
    movements: list[tuple[UUID, str, Decimal, UUID | None]] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    asked: dict[tuple[str, UUID], Decimal] = field(default_factory=dict)

    def line(self, line_id: UUID, pointer: str) -> Line | None:
        """Return a line; refuse one that the body does not have."""
        if line_id not in self.lines:
            self.refusals.append(rules.unknown_line(pointer))
        return self.lines.get(line_id)

    def check_year(self, line: Line, pointer: str, *, of_the_day: bool) -> None:
        """Refuse a line whose year is not open or, asked so, not that of the document's day."""
        year = fiscal_year_of(self.day) if of_the_day else line.fiscal_year
        self.refusals += rules.year_refusals(line.facts(), day_year=year, pointer=pointer)

    def check_left(
        self, *, level: str, line: Line, left: Decimal, amount: Decimal, pointer: str
    ) -> None:
        """Refuse an amount that, with those asked before it at the same place, is not there.

        Args:
            level: the place: the line, or which kind of commitment on it.
            line: which.
            left: what is there, when nothing was taken yet.
            amount: what is asked now.
            pointer: to the amount.
        """
        place = (level, line.id)
        self.asked[place] = self.asked.get(place, money.ZERO) + amount
        if self.asked[place] > left:
            self.refusals.append(
                rules.not_enough(
                    level=level,
                    name=line.name,
                    left=left,
                    asked=self.asked[place],
                    pointer=pointer,
                )
            )

    def move(self, line: Line, kind: str, amount: Decimal, *, holder: UUID | None = None) -> None:
        """Note a movement of a line."""
        column, sign = rules.MOVES[kind]
        line.moved[column] += sign * amount
        line.available += amount * sign * (1 if column in rules.GIVEN else -1)
        self.movements.append((line.id, kind, amount, holder))

    def source(self, document_id: UUID, line_id: UUID, kinds: Iterable[str]) -> Commitment | None:
        """Return the first of a document's commitments of some kinds on a line."""
        keys = ((document_id, line_id, kind) for kind in kinds)
        return next((self.commitments[key] for key in keys if key in self.commitments), None)

    def enlarge(self, line: Line, kind: str, amount: Decimal, of: UUID | None) -> None:
        """Make the document's own commitment on a line larger."""
        key = (self.document_id, line.id, kind)
        own = self.commitments.get(key)
        if own is None:
            own = self.commitments[key] = Commitment(
                document_id=self.document_id,
                line_id=line.id,
                kind=kind,
                of_document=of,
                amount=money.ZERO,
                drawn=money.ZERO,
                released=money.ZERO,
                open_before=money.ZERO,
            )
        if own.of_document != of:
            self.refusals.append(rules.drawn_elsewhere(line.name))
        own.amount += amount
        own.is_changed = True
        self.move(line, rules.COMMITMENTS[kind][0], amount, holder=self.document_id)

    def draw(self, line: Line, source: Commitment, amount: Decimal) -> None:
        """Take from a commitment for the document; a negative amount puts it back."""
        source.drawn += amount
        source.is_changed = True
        grows, shrinks = rules.COMMITMENTS[source.kind]
        kind = shrinks if amount > 0 else grows
        self.move(line, kind, abs(amount), holder=source.document_id)

    def release(self, line: Line, source: Commitment, amount: Decimal) -> None:
        """Give back from a commitment."""
        source.released += amount
        source.is_changed = True
        kind = rules.COMMITMENTS[source.kind][1]
        self.move(line, kind, amount, holder=source.document_id)

    def take_back(self, line: Line, source: Commitment, amount: Decimal) -> None:
        """Undo a giving back: it is spent again, out of what is available."""
        source.released -= amount
        source.is_changed = True
        self.move(line, rules.COMMITMENTS[source.kind][0], amount, holder=source.document_id)

    def write(self) -> None:
        """Write what moved: columns and commitments with the next question, movements at COMMIT.

        Raises:
            UnableToMoveBudget: something is refused; nothing is written.
        """
        if self.refusals:
            raise UnableToMoveBudget(self.refusals)
        if not self.movements:
            return
        books.write_with_next(
            _WRITE,
            {"lines": _json(self._line_rows()), "commitments": _json(self._commitment_rows())},
        )
        movements: list[dict[str, object]] = [
            {
                "place": place,
                "line_id": line_id,
                "kind": kind,
                "amount": str(amount),
                "holder_id": holder,
            }
            for place, (line_id, kind, amount, holder) in enumerate(self.movements, start=1)
        ]
        books.at_commit(
            _SEAL,
            {
                "document_id": self.document_id,
                "day": self.day,
                "officer_id": self.officer.id,
                "movements": _json(movements),
            },
        )

    def _line_rows(self) -> Iterator[dict[str, object]]:
        moved = dict.fromkeys(line_id for line_id, *_ in self.movements)
        for line_id in moved:
            columns = self.lines[line_id].moved
            yield {"id": line_id, **{column: str(amount) for column, amount in columns.items()}}

    def _commitment_rows(self) -> Iterator[dict[str, object]]:
        for one in self.commitments.values():
            if one.is_changed:
                yield {
                    "document_id": one.document_id,
                    "line_id": one.line_id,
                    "kind": one.kind,
                    "of_document": one.of_document,
                    "amount": str(one.amount),
                    "drawn": str(one.drawn),
                    "released": str(one.released),
                }


def held(
    *,
    document_id: UUID,
    day: date,
    officer: Officer,
    lines: Sequence[UUID] = (),
    documents: Sequence[UUID] = (),
) -> Held:
    """Lock lines, and the commitments of documents with the lines they are on, to the end.

    See Note [Locks of the budget] in budget_lock.sql.
    """
    found_lines, found_commitments = books.rows_of_each(
        _LOCK, {"lines": sorted(set(lines)), "documents": sorted(set(documents))}
    )
    return Held(
        document_id=document_id,
        day=day,
        officer=officer,
        lines={
            id_: Line(
                id=id_,
                fiscal_year=year,
                year_state=state,
                fund_source=fund_source,
                expenditure_type=type_,
                name=name,
                before=available,
                available=available,
            )
            for id_, year, state, fund_source, type_, name, available in found_lines
        },
        commitments={
            (document, line, kind): Commitment(
                document_id=document,
                line_id=line,
                kind=kind,
                of_document=of,
                amount=amount,
                drawn=drawn,
                released=released,
                open_before=amount - drawn - released,
            )
            for document, line, kind, of, amount, drawn, released in found_commitments
        },
    )


def _json(rows: Iterable[dict[str, object]]) -> str:
    return orjson.dumps(list(rows)).decode()
