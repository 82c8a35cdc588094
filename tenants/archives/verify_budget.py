"""Check an archive with its budget, by Python alone: python verify_budget.py [ARCHIVE [KEPT_HASH]].

The program verify.py must lie beside this one, and checks its part first. Then, from the archive
alone: each movement of the budget gives its hash over the one before, from genesis to head, and
says what its line is for; movements have no gap; the columns of the lines, and what documents
hold of them, are the movements' sums. A KEPT_HASH may be a movement's.
"""

import json
import runpy
import sys
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

Facts = dict[str, Any]
Problems = Iterator[tuple[str, str]]
Further = Callable[[Facts], Iterable[tuple[str, str]]]
VERIFY = ("verify.py", "verify_archive.py")  # its name in an archive, and where it is written
MOVES = {
    "approve": ("approved", 1), "supplement": ("supplemented", 1), "carry_in": ("carried_in", 1),
    "transfer_in": ("transferred_in", 1), "transfer_out": ("transferred_out", 1),
    "carry_out": ("carried_out", 1), "lapse": ("lapsed", 1), "reserve": ("reserved", 1),
    "unreserve": ("reserved", -1), "obligate": ("obligated", 1), "unobligate": ("obligated", -1),
    "disburse": ("disbursed", 1), "restore": ("disbursed", -1),
}  # fmt: skip
HOLDS = {"hold": "reserved", "obligation": "obligated", "disbursement": "disbursed"}
FOR_WHAT = ("fund_source", "plan", "task", "expenditure_type", "project", "name")


def problems_of(tables: Facts, manifest: Facts) -> Problems:
    """Yield everything that is wrong with the budget."""
    yield from chain_problems(tables, manifest["head"]["genesis"])
    yield from sum_problems(tables)


def chain_problems(tables: Facts, genesis: str) -> Problems:
    """Yield where the budget's movements do not follow one another, and a head that is not last."""
    lines = {row["id"]: row for row in tables["budget_line"]}
    known, last = genesis, 0
    for move in tables["budget_movement"]:
        where, line = f"movement {move['movement_no']}", lines.get(move["line_id"], {})
        if int(move["movement_no"]) != last + 1:
            yield where, f"follows movement {last}"
        told = [1, int(move["movement_no"]), move["kind"], move["amount"], move["document_id"]]
        told += [move[name] for name in ("holder_id", "day", "officer_id", "recorded_at")]
        told += [move["line_id"], int(line.get("fiscal_year", 0)), *map(line.get, FOR_WHAT)]
        text = json.dumps(told, ensure_ascii=False)
        if sha256((known + text).encode()).hexdigest() != move["hash"]:
            yield where, "its hash does not follow from what it, its line and the one before say"
        known, last = move["hash"], int(move["movement_no"])
    for head in tables["budget_head"] or [{"movement_no": 0, "hash": genesis}]:
        if (str(head["movement_no"]), head["hash"]) != (str(last), known):
            yield f"movement {last}", f"is the last, the head is movement {head['movement_no']}"


def sum_problems(tables: Facts) -> Problems:
    """Yield columns of lines, and what documents hold of them, that the movements do not make."""
    said, sums = dict[str, Decimal](), defaultdict[str, Any](Decimal)
    for move in tables["budget_movement"]:
        column, sign = MOVES.get(move["kind"], ("unknown", 1))
        for whose in ("", f" by {move['holder_id']}" if move["holder_id"] else None):
            if whose is not None:
                sums[f"{move['line_id']} {column}{whose}"] += sign * Decimal(move["amount"])
    for row in tables["budget_line"]:
        said |= {f"{row['id']} {column}": Decimal(row[column]) for column, _ in MOVES.values()}
    for row in tables["commitment"]:
        key = f"{row['line_id']} {HOLDS.get(row['kind'])} by {row['document_id']}"
        said[key] = Decimal(row["amount"]) - Decimal(row["drawn"]) - Decimal(row["released"])
    for key in sorted(said.keys() | sums.keys()):
        if said.get(key, 0) != sums[key]:
            yield f"budget line {key}", f"is kept as {said.get(key)}, the movements say {sums[key]}"


def main(arguments: list[str], further: Further = lambda _tables: ()) -> int:
    """Check the archive named, or the folder that this program lies in; return the exit status.

    A program that lies beside may give what checks the rows ``further``.
    """
    here = Path(__file__)
    beside = next((str(p) for p in map(here.with_name, VERIFY) if p.exists()), None)
    if beside is None:
        sys.exit(f"{VERIFY[0]} must lie beside this program")
    verify = runpy.run_path(beside)
    path, kept_hash = Path(arguments[0]) if arguments else here.parent, "".join(arguments[1:2])
    try:
        there = verify["members"](path)
        manifest, tables, problems = verify["examine"](there)
        if kept_hash not in {row["hash"] for row in tables["budget_movement"]}:
            manifest, tables, problems = verify["examine"](there, kept_hash)
        problems += [*problems_of(tables, manifest), *further(tables)]
    except (OSError, ValueError, KeyError, TypeError, ArithmeticError, zipfile.BadZipFile) as error:
        print(f"{path}: cannot be read: {error!r}")
        return 1
    print("".join(f"{where}: {problem}\n" for where, problem in problems), end="")
    print(f"{manifest['head']['event_no']} entries, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
