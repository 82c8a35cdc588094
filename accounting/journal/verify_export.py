"""Check an exported journal with nothing but Python: python verify.py [FOLDER [KEPT_HASH]].

The promises, each checked from the files alone:

- the files are those of the manifest (SHA-256 and number of rows), and can be read;
- every entry's text gives its hash, over the hash of the entry before, from genesis to head;
- events and numbers run without gap, and times of recording grow;
- every entry has two lines or more, each with one side, and its sides are equal;
- the rows say what the text that was hashed says.

Prints what is wrong and where, and the trial balance that the lines give. Exit status 1 when
anything is wrong. A hash that you kept elsewhere (printed, in a letter) proves that nothing was
cut off or rewritten since.
"""

import csv
import hashlib
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

Row = dict[str, str]
Lines = dict[str, list[Row]]
Problem = tuple[str, str]

NUMBER, TEXT, AMOUNT = r"[1-9][0-9]{0,17}", r".*", r"[0-9]+\.[0-9]{2}"
DAY, TIME = r"[0-9]{4}-[01][0-9]-[0-3][0-9]", r"[0-9-]{10}T[0-9:.]{15}Z"
ENTRY = {
    "event_no": NUMBER, "kind": r"[A-Z]{1,8}", "fiscal_year": r"[0-9]{4}", "no": NUMBER,
    "entry_date": DAY, "description": TEXT, "reference": TEXT, "recorded_at": TIME,
    "officer_id": TEXT, "officer_name_th": TEXT, "reverses": rf"({NUMBER})?", "canonical": TEXT,
    "hash": r"[0-9a-f]{64}",
}  # fmt: skip
LINE = {
    "event_no": NUMBER, "line_no": NUMBER, "account": TEXT, "entry_date": DAY,
    "debit": AMOUNT, "credit": AMOUNT, "memo": TEXT,
}  # fmt: skip
SAME = ("entry_date", "description", "officer_name_th", "recorded_at")


def read(path: Path, shape: dict[str, str], promised: Any) -> tuple[list[Row], list[Problem]]:
    """Return the rows of a CSV file that can be read, and what is wrong with the others."""
    rows, problems = [], []
    if hashlib.sha256(path.read_bytes()).hexdigest() != promised["sha256"]:
        problems.append((path.name, "is not the file of the manifest (SHA-256)"))
    csv.field_size_limit(2**31 - 1)
    with path.open(encoding="utf-8", errors="replace", newline="") as text:
        for place, raw in enumerate(csv.DictReader(text), start=1):
            row = {name: raw.get(name) or "" for name in shape}
            rows.append(row)
            for name, pattern in shape.items():
                if not re.fullmatch(pattern, row[name], re.DOTALL):
                    problems.append((f"{path.name} row {place}", f"its {name} cannot be read"))
                    row["unreadable"] = name
    if len(rows) != promised["rows"]:
        problems.append((path.name, f"has {len(rows)} rows, not {promised['rows']}"))
    return [row for row in rows if "unreadable" not in row], problems


def told(entry: Row) -> dict[str, Any]:
    """Return what the text that was hashed says; nothing when it says nothing."""
    try:
        text = json.loads(entry["canonical"])
    except (ValueError, RecursionError):
        return {}
    return text if isinstance(text, dict) else {}


def chain_problems(entries: list[Row], head: dict[str, Any]) -> Iterator[Problem]:
    """Yield every entry whose hash does not follow, and a head that is not the last entry."""
    known, last = genesis_of(head), 0
    for entry in entries:
        where = f"event {entry['event_no']}"
        if int(entry["event_no"]) != last + 1:
            yield where, f"follows event {last}"
        if hashlib.sha256((known + entry["canonical"]).encode()).hexdigest() != entry["hash"]:
            yield where, "its hash does not follow from the entry before and its text"
        known, last = entry["hash"], int(entry["event_no"])
    if (last, known) != (head["event_no"], head["hash"]):
        yield f"event {last}", f"is the last entry, the head is event {head['event_no']}"


def genesis_of(head: dict[str, Any]) -> str:
    """Return the hash that the first entry of a body's books follows."""
    opening = f"OpenLAAS {head['body_code']} generation {head['generation']}"
    return hashlib.sha256(opening.encode()).hexdigest()


def number_problems(entries: list[Row]) -> Iterator[Problem]:
    """Yield gaps and repetitions in the numbers of each kind and year, and times that step back."""
    last: dict[tuple[str, str], int] = defaultdict(int)
    recorded_at = ""
    for entry in entries:
        where, series = f"event {entry['event_no']}", (entry["kind"], entry["fiscal_year"])
        if int(entry["no"]) != last[series] + 1:
            yield where, f"number {entry['no']} follows {last[series]}"
        last[series] = int(entry["no"])
        if entry["recorded_at"] <= recorded_at:
            yield where, "was recorded before the entry before it"
        recorded_at = entry["recorded_at"]
        year, month = (int(part) for part in entry["entry_date"].split("-")[:2])
        if int(entry["fiscal_year"]) != year + 543 + (month >= 10):  # noqa: PLR2004 - October
            yield where, f"is numbered in {entry['fiscal_year']}, dated {entry['entry_date']}"


def balance_problems(entries: list[Row], lines: Lines) -> Iterator[Problem]:
    """Yield entries that do not balance, lines with no side or two, and lines of no entry."""
    for entry in entries:
        where, own = f"event {entry['event_no']}", lines.get(entry["event_no"], [])
        debit = sum(Decimal(line["debit"]) for line in own)
        credit = sum(Decimal(line["credit"]) for line in own)
        if debit != credit or len(own) < 2:  # noqa: PLR2004 - double entry
            yield where, f"has {len(own)} lines, debit {debit}, credit {credit}"
        if [line["line_no"] for line in own] != [str(n + 1) for n in range(len(own))]:
            yield where, "its lines are not numbered 1, 2, 3"
        for line in own:
            if (Decimal(line["debit"]) == 0) == (Decimal(line["credit"]) == 0):
                yield f"{where} line {line['line_no']}", "must have one side"
            if line["entry_date"] != entry["entry_date"]:
                yield f"{where} line {line['line_no']}", "is of another date than its entry"
    for event_no in sorted(set(lines) - {entry["event_no"] for entry in entries}, key=int):
        yield f"event {event_no}", "has lines and no entry"


def text_problems(entries: list[Row], lines: Lines, body_code: str) -> Iterator[Problem]:
    """Yield entries whose rows differ from the text that was hashed."""
    for entry in entries:
        number = f"{entry['kind']}-{int(entry['no']):05d}/{int(entry['fiscal_year']) % 100:02d}"
        shown = {name: entry[name] for name in SAME} | {
            "v": 1,
            "body": body_code,
            "event_no": int(entry["event_no"]),
            "number": number,
            "reference": entry["reference"] or None,
            "officer": entry["officer_id"],
            "reverses": int(entry["reverses"]) if entry["reverses"] else None,
            "lines": [
                [line["account"], line["debit"], line["credit"], line["memo"] or None]
                for line in lines.get(entry["event_no"], [])
            ],
        }
        text = told(entry)
        for name in sorted(shown.keys() | text.keys()):
            if name not in text or name not in shown or text[name] != shown[name]:
                yield f"event {entry['event_no']}", f"its {name} is not what was hashed"


def print_trial_balance(lines: Lines) -> None:
    """Print the sum of each account's lines, debit positive."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in (line for own in lines.values() for line in own):
        sums[line["account"]] += Decimal(line["debit"]) - Decimal(line["credit"])
    for account in sorted(sums):
        print(f"{account:20} {sums[account]:>20,.2f}")
    print(f"{'':20} {sum(sums.values()):>20,.2f}")


def check(folder: Path, kept_hash: str) -> int:
    """Check the folder; return the exit status."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    head, files = manifest["head"], manifest["files"]
    entries, in_entries = read(folder / "entries.csv", ENTRY, files["entries.csv"])
    all_lines, in_lines = read(folder / "lines.csv", LINE, files["lines.csv"])
    lines: Lines = defaultdict(list)
    for line in all_lines:
        lines[line["event_no"]].append(line)
    problems = [
        *in_entries,
        *in_lines,
        *chain_problems(entries, head),
        *number_problems(entries),
        *balance_problems(entries, lines),
        *text_problems(entries, lines, head["body_code"]),
    ]
    if kept_hash and kept_hash not in {genesis_of(head), *(entry["hash"] for entry in entries)}:
        problems.append(("head", "the hash you kept is not in this journal"))
    for where, problem in problems:
        print(f"{where}: {problem}")
    print_trial_balance(lines)
    print(f"{len(entries)} entries, {len(problems)} problems")
    return 1 if problems else 0


def main(arguments: list[str]) -> int:
    """Check the folder named, or the one that this program lies in."""
    folder = Path(arguments[0]) if arguments else Path(__file__).parent
    try:
        return check(folder, "".join(arguments[1:2]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"{folder}: the files cannot be read: {error}")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
