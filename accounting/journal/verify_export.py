"""Check an exported journal with nothing but Python's standard library: python verify.py [FOLDER].

The promises, each checked from the files alone:

- the files are those of the manifest (SHA-256 and number of rows);
- every entry's text gives its hash, over the hash of the entry before, from the genesis to the head;
- events and numbers run without gap, and times of recording grow;
- every entry has two lines or more, each with one side, and its sides are equal;
- the rows say what the text that was hashed says.

Prints what is wrong and where, and the trial balance that the lines give. Exit status 1 when
anything is wrong. A head that you kept elsewhere (printed, in a letter) proves that nothing was cut
off or rewritten since: give it as the second argument.
"""

import csv
import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

Row = dict[str, str]
Problem = tuple[str, str]


def rows_of(path: Path) -> list[Row]:
    """Return the rows of a CSV file."""
    csv.field_size_limit(2**31 - 1)
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def file_problems(folder: Path, manifest: dict) -> Iterator[Problem]:
    """Yield every file that is not the one of the manifest."""
    for name, promised in manifest["files"].items():
        sha256 = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        if sha256 != promised["sha256"]:
            yield name, "is not the file of the manifest (SHA-256)"
        if len(rows_of(folder / name)) != promised["rows"]:
            yield name, f"does not have {promised['rows']} rows"


def genesis_of(head: dict) -> str:
    """Return the hash that the first entry of a body's books follows."""
    text = f"OpenLAAS {head['body_code']} generation {head['generation']}"
    return hashlib.sha256(text.encode()).hexdigest()


def chain_problems(entries: list[Row], head: dict) -> Iterator[Problem]:
    """Yield every entry whose hash does not follow, and a head that is not the last entry."""
    known, last = genesis_of(head), 0
    for entry in entries:
        where = f"event {entry['event_no']}"
        if int(entry["event_no"]) != last + 1:
            yield where, f"follows event {last}"
        computed = hashlib.sha256((known + entry["canonical"]).encode()).hexdigest()
        if computed != entry["hash"]:
            yield where, "its hash does not follow from the entry before and its text"
        known, last = entry["hash"], int(entry["event_no"])
    if (last, known) != (head["event_no"], head["hash"] if last else known):
        yield f"event {last}", f"is the last entry, the head is event {head['event_no']}"


def number_problems(entries: list[Row]) -> Iterator[Problem]:
    """Yield gaps and repetitions in the numbers of each kind and year, and times that step back."""
    last: dict[tuple[str, str], int] = defaultdict(int)
    recorded_at = ""
    for entry in entries:
        series = (entry["kind"], entry["fiscal_year"])
        if int(entry["no"]) != last[series] + 1:
            yield f"event {entry['event_no']}", f"number {entry['no']} follows {last[series]}"
        last[series] = int(entry["no"])
        told = json.loads(entry["canonical"])["recorded_at"]
        if told <= recorded_at:
            yield f"event {entry['event_no']}", "was recorded before the entry before it"
        recorded_at = told


def balance_problems(entries: list[Row], lines: dict[str, list[Row]]) -> Iterator[Problem]:
    """Yield entries that do not balance, lines with no side or two, and lines of no entry."""
    for entry in entries:
        own = lines.get(entry["event_no"], [])
        debit = sum(Decimal(line["debit"]) for line in own)
        credit = sum(Decimal(line["credit"]) for line in own)
        if debit != credit or len(own) < 2:  # noqa: PLR2004 - double entry
            problem = f"{len(own)} lines, debit {debit}, credit {credit}"
            yield f"event {entry['event_no']}", problem
        for line in own:
            sides = sorted((Decimal(line["debit"]), Decimal(line["credit"])))
            if sides[0] != 0 or sides[1] <= 0:
                yield f"event {entry['event_no']} line {line['line_no']}", "must have one side"
    for event_no in sorted(set(lines) - {entry["event_no"] for entry in entries}, key=int):
        yield f"event {event_no}", "has lines and no entry"


def text_problems(entries: list[Row], lines: dict[str, list[Row]]) -> Iterator[Problem]:
    """Yield entries whose rows differ from the text that was hashed."""
    for entry in entries:
        told = json.loads(entry["canonical"])
        number = f"{entry['kind']}-{int(entry['no']):05d}/{int(entry['fiscal_year']) % 100:02d}"
        shown = {
            "event_no": int(entry["event_no"]),
            "number": number,
            "entry_date": entry["entry_date"],
            "description": entry["description"],
            "reference": entry["reference"] or None,
            "officer": entry["officer_id"],
            "officer_name_th": entry["officer_name_th"],
            "reverses": int(entry["reverses"]) if entry["reverses"] else None,
            "lines": [
                [line["account"], line["debit"], line["credit"], line["memo"] or None]
                for line in lines.get(entry["event_no"], [])
            ],
        }
        for name, value in shown.items():
            if told.get(name) != value:
                yield f"event {entry['event_no']}", f"its {name} is not what was hashed"
        if any(line["entry_date"] != entry["entry_date"] for line in lines[entry["event_no"]]):
            yield f"event {entry['event_no']}", "has lines of another date"


def print_trial_balance(lines: dict[str, list[Row]]) -> None:
    """Print the sum of each account's lines, debit positive."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for own in lines.values():
        for line in own:
            sums[line["account"]] += Decimal(line["debit"]) - Decimal(line["credit"])
    for account in sorted(sums):
        print(f"{account:20} {sums[account]:>20,.2f}")
    print(f"{'':20} {sum(sums.values()):>20,.2f}")


def main(arguments: list[str]) -> int:
    """Check the folder; return the exit status."""
    folder = Path(arguments[0]) if arguments else Path(__file__).parent
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    entries, lines = rows_of(folder / "entries.csv"), defaultdict(list)
    for line in rows_of(folder / "lines.csv"):
        lines[line["event_no"]].append(line)
    problems = [
        *file_problems(folder, manifest),
        *chain_problems(entries, manifest["head"]),
        *number_problems(entries),
        *balance_problems(entries, lines),
        *text_problems(entries, lines),
    ]
    if len(arguments) > 1 and arguments[1] not in {entry["hash"] for entry in entries}:
        problems.append(("head", "the hash you kept is not in this journal"))
    for where, problem in problems:
        print(f"{where}: {problem}")
    print_trial_balance(lines)
    print(f"{len(entries)} entries, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
