"""Fifty ways and more to tamper with the budget of ``openlaas.tampering.budget_books``.

Told as SQL for a superuser with the triggers switched off, the body's schema current. The checks
of the database itself (no line below zero) still hold for him.
"""

from accounting.budget.verification import HASHED

# What is done; which check finds it, and words of what it says; words of the standalone verifier.
Way = tuple[list[str], tuple[str, str], str]

CHAIN, HEAD, GAP = "budget chain", "head of the budget", "movements without gap"
TIMES, SUMS = "time of movements", "budget columns are the sums of movements"
HELD, HOME = "commitments are the sums of movements", "movements have their line and document"
TRANSFERS = "transfers come to nothing"
_HASH, _KEPT = "its hash does not follow", "is kept as"
_A, _B = (f"(SELECT line_id FROM budget_movement WHERE movement_no = {no})" for no in (1, 2))
_C = "(SELECT document_id FROM budget_movement WHERE movement_no = 5)"


def movement(sets: str, movement_no: int = 5) -> list[str]:
    """Change a movement."""
    return [f"UPDATE budget_movement SET {sets} WHERE movement_no = {movement_no}"]


def line(sets: str, line_id: str = _A) -> list[str]:
    """Change a line."""
    return [f"UPDATE budget_line SET {sets} WHERE id = {line_id}"]


def held(sets: str, kind: str = "obligation") -> list[str]:
    """Change a commitment."""
    return [f"UPDATE commitment SET {sets} WHERE kind = '{kind}'"]


def sealed(movement_no: int) -> str:
    """Give a movement the hash that follows from what stands there now."""
    return f"""
        UPDATE budget_movement sealed SET hash = encode(sha256(convert_to(
               (SELECT hash FROM budget_movement WHERE movement_no = {movement_no - 1})
               || {HASHED}, 'UTF8')), 'hex')
          FROM budget_movement m JOIN budget_line l ON l.id = m.line_id
         WHERE m.movement_no = {movement_no} AND sealed.movement_no = {movement_no}
    """


def left_out(where: str) -> list[str]:
    """Delete movements."""
    return [f"DELETE FROM budget_movement WHERE {where}"]


HEAD_TO_LAST = """
    UPDATE budget_head h SET movement_no = m.movement_no, hash = m.hash, recorded_at = m.recorded_at
      FROM (SELECT * FROM budget_movement ORDER BY movement_no DESC LIMIT 1) m
"""
_COLUMNS = ("approved", "supplemented", "transferred_in", "carried_in")
_LOSSES = ("transferred_out", "carried_out", "lapsed", "reserved", "obligated", "disbursed")
_PURPOSES = {
    "fiscal_year": "2569",
    "fund_source": "'ACCUM'",
    "plan": "'00120'",
    "task": "'00112'",
    "expenditure_type": "'340100'",
    "project": "'ค'",
    "name": "'อื่น'",
}

BUDGET_TAMPERINGS: dict[str, Way] = {
    # --- what a line is for, and what it has
    **{
        f"a line's {name}": (
            line(f"{name} = {value}"),
            (CHAIN, "movement 1"),
            f"movement 1: {_HASH}",
        )
        for name, value in _PURPOSES.items()
    },
    **{
        f"what a line has {name}": (line(f"{name} = {name} + 1"), (SUMS, "line"), name)
        for name in (*_COLUMNS, *_LOSSES)
    },
    "given and spent beside the movements": (
        line("approved = approved + 9, disbursed = disbursed + 9"), (SUMS, "line"), "approved",
    ),
    "money moved between lines": (
        [*line("approved = approved - 9"), *line("approved = approved + 9", _B)],
        (SUMS, "line"),
        "approved",
    ),
    "a line left out": ([f"DELETE FROM budget_line WHERE id = {_B}"], (HOME, "movement 2"),
                        f"movement 2: {_HASH}"),
    "a line made up": (
        ["""INSERT INTO budget_line (id, fiscal_year, fund_source, plan, task, expenditure_type,
             project, name, approved)
             VALUES (uuidv7(), 2570, 'BUDGET', '1', '1', '1', '', '', 5)"""],
        (SUMS, "line"),
        _KEPT,
    ),
    # --- movements changed
    "an amount": (movement("amount = 3000.01"), (CHAIN, "movement 5"), f"movement 5: {_HASH}"),
    "an amount, its column and its commitment": (
        [*movement("amount = 3100"), *line("obligated = obligated + 100"), *held("amount = 3100")],
        (CHAIN, "movement 5"),
        f"movement 5: {_HASH}",
    ),
    "a kind": (movement("kind = 'reserve'", 1), (CHAIN, "movement 1"), f"movement 1: {_HASH}"),
    "a line of a movement": (movement(f"line_id = {_B}"), (CHAIN, "movement 5"), "movement 5"),
    "a document": (movement("document_id = uuidv7()", 1), (HOME, "movement 1"), "movement 1"),
    "a document of ours": (movement(f"document_id = {_C}", 1), (CHAIN, "movement 1"), "movement 1"),
    "a holder": (movement("holder_id = uuidv7()"), (HELD, "obligation"), "movement 5"),
    "a holder taken away": (movement("holder_id = NULL"), (HELD, "obligation"), "movement 5"),
    "a day": (movement("day = day + 1"), (CHAIN, "movement 5"), "movement 5"),
    "an officer": (movement("officer_id = uuidv7()"), (CHAIN, "movement 5"), "movement 5"),
    "a time": (movement("recorded_at = '2020-01-01'"), (TIMES, "movement 5"), "movement 5"),
    "a time by a microsecond": (
        movement("recorded_at = recorded_at + interval '1 microsecond'", 3),
        (CHAIN, "movement 3"),
        "movement 3",
    ),
    "a hash": (movement("hash = repeat('0', 64)"), (CHAIN, "movement 5"), "movement 5"),
    "the last hash": (movement("hash = repeat('0', 64)", 10), (HEAD, "movement 10"), "movement 10"),
    "an officer and the hash": (
        [*movement("officer_id = uuidv7()"), sealed(5)],
        (CHAIN, "movement 6"),
        f"movement 6: {_HASH}",
    ),
    "the last amount, its hash and the head": (
        [*movement("amount = 900", 10), sealed(10), HEAD_TO_LAST],
        (SUMS, "line"),
        "disbursed",
    ),
    # --- movements left out, put in, moved
    "a movement left out": (left_out("movement_no = 5"), (GAP, "movement 6"), "movement 6: foll"),
    "the first left out": (left_out("movement_no = 1"), (GAP, "movement 2"), "movement 2: follows"),
    "many left out": (left_out("movement_no BETWEEN 3 AND 6"), (GAP, "movement 7"), "movement 7"),
    "the tail": (left_out("movement_no > 8"), (HEAD, "movement 10"), "movement 8: is the last"),
    "the tail and the head": (
        [*left_out("movement_no > 8"), HEAD_TO_LAST], (SUMS, "line"), "disbursed",
    ),
    "the tail, the head and the columns": (
        [*left_out("movement_no > 8"), HEAD_TO_LAST, *line("obligated = 3000, disbursed = 0")],
        (HELD, "disbursement"),
        "disbursed by",
    ),
    "all movements": (["DELETE FROM budget_movement"], (HEAD, "movement 10"), _KEPT),
    "one side of a transfer": (
        [*movement("amount = 400", 8), *line("transferred_in = 400", _B)],
        (TRANSFERS, "out 500.00, in 400.00"),
        "movement 8",
    ),
    "a movement more": (
        ["""INSERT INTO budget_movement SELECT 11, line_id, kind, 5, document_id, holder_id, day,
             officer_id, recorded_at, hash FROM budget_movement WHERE movement_no = 1"""],
        (CHAIN, "movement 11"),
        f"movement 11: {_HASH}",
    ),
    "a movement more, sealed": (
        ["""INSERT INTO budget_movement SELECT 11, line_id, kind, 5, document_id, holder_id, day,
             officer_id, now(), hash FROM budget_movement WHERE movement_no = 1""",
         sealed(11), HEAD_TO_LAST],
        (SUMS, "line"),
        "approved",
    ),
    "two movements exchanged": (
        [*movement("movement_no = 99", 7), *movement("movement_no = 7", 8),
         *movement("movement_no = 8", 99)],
        (CHAIN, "movement 7"),
        f"movement 7: {_HASH}",
    ),
    # --- what documents hold
    "what was committed": (held("amount = amount + 1"), (HELD, "obligation"), "obligated by"),
    "what was drawn": (held("drawn = drawn - 1"), (HELD, "obligation"), "obligated by"),
    "what was given back": (held("released = 1"), (HELD, "obligation"), "obligated by"),
    "what was spent": (held("released = 1", "disbursement"), (HELD, "disbursement"), "disbursed"),
    "who holds it": (held("document_id = uuidv7()"), (HELD, "obligation"), "obligated by"),
    "what it is held of": (held(f"line_id = {_B}"), (HELD, "obligation"), "obligated by"),
    "how it is held": (
        ["DELETE FROM commitment WHERE kind = 'hold'", *held("kind = 'hold'")],
        (HELD, "hold"),
        "reserved by",
    ),
    "a commitment left out": (["DELETE FROM commitment WHERE kind = 'obligation'"],
                              (HELD, "obligation"), "obligated by"),
    "a commitment made up": (
        [f"INSERT INTO commitment VALUES (uuidv7(), {_B}, 'hold', NULL, 5)"], (HELD, "hold"),
        "reserved by",
    ),
    # --- the head
    "the head set back": (["UPDATE budget_head SET movement_no = 9"], (HEAD, "movement 9"),
                          "the head is movement 9"),
    "the head's hash": (["UPDATE budget_head SET hash = repeat('0', 64)"], (HEAD, "movement 10"),
                        "movement 10: is the last"),
    "the head": (["DELETE FROM budget_head"], (HEAD, "the last is movement 10"),
                 "movement 10: is the last"),
}  # fmt: skip
