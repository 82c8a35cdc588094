"""Everything that moves the budget ledger. The caller has opened the transaction and decided.

Each call locks lines in order of id, then commitments; after the document's row, before periods
and the journal's head. Amounts are checked under the locks, and by the database below them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

import orjson

from accounting import books
from accounting.budget import rules
from accounting.budget.ledger import Commitment, Held, Line, UnableToMoveBudget, held
from accounting.officers import Officer
from accounting.scripts import script_beside

__all__ = [
    "Change",
    "LineKey",
    "Moved",
    "OpenedLine",
    "UnableToMoveBudget",
    "Wanted",
    "change_lines",
    "disburse",
    "obligate",
    "open_lines",
    "recover",
    "release",
    "reserve",
    "restore",
    "spend_again",
]
_OPEN_LINES = script_beside(__file__, "open_lines.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An amount that a document asks of a line; ``pointer`` is to the amount in its request."""

    line_id: UUID
    amount: Decimal
    pointer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An amount that a line is given or loses; ``kind`` is one of rules.MOVES but commitments'."""

    line_id: UUID
    kind: str
    amount: Decimal
    pointer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineKey:
    """What a line is for; ``project`` is empty for none."""

    fund_source: str
    plan: str
    task: str
    expenditure_type: str
    project: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What a line had available before and after; the figures that a ฎีกา is printed with."""

    line_id: UUID
    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedLine:
    """A line, and whether it was made just now."""

    id: UUID
    is_new: bool


def reserve(
    *, document_id: UUID, wanted: Sequence[Wanted], day: date, officer: Officer
) -> list[Moved]:
    """Hold amounts for a document: nobody else can promise or spend them.

    Raises:
        UnableToMoveBudget: at least one rule refuses one of them; nothing was written.
    """
    return _spend("hold", document_id, wanted, day, officer, of=None)


def obligate(
    *,
    document_id: UUID,
    wanted: Sequence[Wanted],
    day: date,
    officer: Officer,
    of: UUID | None,
    release_rest: bool = False,
) -> list[Moved]:
    """Bind amounts by contract: out of what another document holds, or of what is available.

    Args:
        document_id: the document that binds.
        wanted: lines and amounts.
        day: the document's.
        officer: who does it.
        of: the document whose hold it is drawn from; none: straight from what is available.
        release_rest: give back what is left of that hold afterwards.

    Raises:
        UnableToMoveBudget: at least one rule refuses one of them; nothing was written.
    """
    return _spend("obligation", document_id, wanted, day, officer, of=of, release_rest=release_rest)


def disburse(
    *,
    document_id: UUID,
    wanted: Sequence[Wanted],
    day: date,
    officer: Officer,
    of: UUID | None,
) -> list[Moved]:
    """Spend amounts: out of a document's obligation, or else its hold; or of what is available.

    A ฎีกา that held its gross itself is told as ``of=document_id``.

    Raises:
        UnableToMoveBudget: at least one rule refuses one of them; nothing was written.
    """
    return _spend("disbursement", document_id, wanted, day, officer, of=of)


def release(
    *,
    document_id: UUID,
    day: date,
    officer: Officer,
    amounts: Mapping[UUID, Decimal] | None = None,
) -> list[Moved]:
    """Give back what a document holds or has bound and nobody has drawn.

    Args:
        document_id: whose hold or obligation.
        day: of giving it back.
        officer: who does it.
        amounts: how much of each line; none: all that is open.

    Raises:
        UnableToMoveBudget: more is asked than is open, or the year is closed.
    """
    now = held(document_id=document_id, day=day, officer=officer, documents=[document_id])
    own = [
        one
        for (document, _, kind), one in now.commitments.items()
        if document == document_id and kind != "disbursement"
    ]
    for one, amount in _parts(now, own, amounts):
        now.release(now.lines[one.line_id], one, amount)
    now.write()
    return _moved(now)


def restore(
    *,
    document_id: UUID,
    day: date,
    officer: Officer,
    amounts: Mapping[UUID, Decimal] | None = None,
) -> list[Moved]:
    """Undo a disbursement, whole or in part, into what it was drawn from.

    What came out of the document's own hold is held again: ``release`` then gives it back.

    Raises:
        UnableToMoveBudget: more is asked than was disbursed, or the year is closed.
    """
    now = held(document_id=document_id, day=day, officer=officer, documents=[document_id])
    own = [
        one
        for (document, _, kind), one in now.commitments.items()
        if document == document_id and kind == "disbursement"
    ]
    for one, amount in _parts(now, own, amounts):
        line = now.lines[one.line_id]
        now.release(line, one, amount)
        if one.of_document is not None:
            source = now.source(one.of_document, one.line_id, ("obligation", "hold"))
            assert source is not None  # commitments are never deleted
            now.draw(line, source, -amount)
    now.write()
    return _moved(now)


def recover(
    *, document_id: UUID, of: UUID, amount: Decimal, day: date, officer: Officer
) -> list[Moved]:
    """Make available again what was spent too much and has come back.

    Unlike ``restore`` it goes back into no contract: its obligation was met.

    Args:
        document_id: what brings it back, a receipt.
        of: the document that spent it; nothing moves when it spent no budget.
        amount: what came back.
        day: of the receipt.
        officer: who took it.

    Raises:
        UnableToMoveBudget: more came back than was spent, or the year is closed.
    """
    now = held(document_id=document_id, day=day, officer=officer, documents=[of])
    for one, part in _parts(now, spent := _spent_by(now, of), _of_one(spent, amount)):
        now.release(now.lines[one.line_id], one, part)
    now.write()
    return _moved(now)


def spend_again(
    *, document_id: UUID, of: UUID, amount: Decimal, day: date, officer: Officer
) -> list[Moved]:
    """Undo ``recover``: the receipt was none.

    Raises:
        UnableToMoveBudget: what came back is spent by now, or the year is closed.
    """
    now = held(document_id=document_id, day=day, officer=officer, documents=[of])
    for one in _spent_by(now, of):
        line = now.lines[one.line_id]
        now.check_year(line, "", of_the_day=False)
        now.check_left(level="line", line=line, left=line.before, amount=amount, pointer="")
        now.take_back(line, one, amount)
    now.write()
    return _moved(now)


def _spent_by(now: Held, document: UUID) -> list[Commitment]:
    """Return what a document spent; a voucher spends of one line."""
    spent = [
        one
        for (holder, _, kind), one in now.commitments.items()
        if holder == document and kind == "disbursement"
    ]
    assert len(spent) <= 1
    return spent


def _of_one(spent: Sequence[Commitment], amount: Decimal) -> dict[UUID, Decimal]:
    return {one.line_id: amount for one in spent}


def open_lines(*, fiscal_year: int, keys: Sequence[LineKey]) -> list[OpenedLine]:
    """Return the lines of some keys, in their order; those that are not there are made."""
    lines = [{"place": place, **asdict(key)} for place, key in enumerate(keys)]
    made, found = books.rows_of_each(
        _OPEN_LINES, {"fiscal_year": fiscal_year, "lines": orjson.dumps(lines).decode()}
    )
    new = {line_id for (line_id,) in made}
    return [OpenedLine(id=line_id, is_new=line_id in new) for (line_id,) in found]


def change_lines(
    *, document_id: UUID, changes: Sequence[Change], day: date, officer: Officer
) -> list[Moved]:
    """Give lines money, or take away what is available: approve, transfer, carry over, lapse.

    Raises:
        UnableToMoveBudget: a line would have less than nothing, or is not there.
    """
    lines = [change.line_id for change in changes]
    now = held(document_id=document_id, day=day, officer=officer, lines=lines)
    for change in changes:
        line = now.line(change.line_id, change.pointer)
        now.refusals += rules.amount_refusal(change.amount, change.pointer)
        if line is None:
            continue
        now.check_year(line, change.pointer, of_the_day=False)
        if rules.MOVES[change.kind][0] not in rules.GIVEN:
            now.check_left(
                level="line",
                line=line,
                left=line.before,
                amount=change.amount,
                pointer=change.pointer,
            )
        now.move(line, change.kind, change.amount)
    now.write()
    return _moved(now)


def _spend(
    kind: str,
    document_id: UUID,
    wanted: Sequence[Wanted],
    day: date,
    officer: Officer,
    *,
    of: UUID | None,
    release_rest: bool = False,
) -> list[Moved]:
    documents = [document_id] if of is None else [document_id, of]
    lines = [one.line_id for one in wanted]
    now = held(document_id=document_id, day=day, officer=officer, lines=lines, documents=documents)
    for one in wanted:
        line = now.line(one.line_id, one.pointer)
        now.refusals += rules.amount_refusal(one.amount, one.pointer)
        if line is None:
            continue
        now.check_year(line, one.pointer, of_the_day=True)
        if of is None:
            now.check_left(
                level="line", line=line, left=line.before, amount=one.amount, pointer=one.pointer
            )
        else:
            _draw(now, line, one, kind, of)
        now.enlarge(line, kind, one.amount, of)
    if release_rest and of is not None:
        _release_rest(now, of)
    now.write()
    return _moved(now)


def _draw(now: Held, line: Line, one: Wanted, kind: str, of: UUID) -> None:
    """Take an amount from the commitment of another document, or refuse."""
    kinds = ("hold",) if kind == "obligation" else ("obligation", "hold")
    source = now.source(of, line.id, kinds)
    if source is None:
        now.refusals.append(rules.nothing_held(one.pointer))
        return
    now.check_left(
        level=source.kind,
        line=line,
        left=source.open_before,
        amount=one.amount,
        pointer=one.pointer,
    )
    now.draw(line, source, one.amount)


def _release_rest(now: Held, of: UUID) -> None:
    """Give back what is still open of a document's holds."""
    for (document, line_id, kind), one in now.commitments.items():
        if document == of and kind == "hold" and one.open > 0:
            now.release(now.lines[line_id], one, one.open)


def _parts(
    now: Held, own: Sequence[Commitment], amounts: Mapping[UUID, Decimal] | None
) -> list[tuple[Commitment, Decimal]]:
    """Return how much of each commitment is meant; refuse more than is open."""
    parts = []
    left = dict(amounts or {})
    for one in own:
        line = now.lines[one.line_id]
        amount = one.open if amounts is None else left.pop(one.line_id, Decimal(0))
        if amount == 0:
            continue
        now.check_year(line, "", of_the_day=False)
        now.refusals += rules.amount_refusal(amount, "")
        now.check_left(level=one.kind, line=line, left=one.open, amount=amount, pointer="")
        parts.append((one, amount))
    now.refusals += [rules.nothing_held("") for amount in left.values() if amount]
    return parts


def _moved(now: Held) -> list[Moved]:
    touched = dict.fromkeys(line_id for line_id, *_ in now.movements)
    return [
        Moved(line_id=id_, before=now.lines[id_].before, after=now.lines[id_].available)
        for id_ in touched
    ]
