"""Check an exported journal with nothing but Python: python verify.py [FOLDER [KEPT_HASH]].

The promises, each checked from the files alone:

- the files are those of the manifest (SHA-256 and number of rows), and can be read;
- every entry's text gives its hash, over the hash of the entry before, from genesis to head;
- events and numbers run without gap, and times of recording grow;
- every entry has two lines or more, each with one side, and its sides are equal;
- the rows say what the text that was hashed says;
- every attachment has its content and its size, and no file is there besides.

Prints what is wrong and where, and the trial balance. Exit status 1 when anything is wrong. A hash
that you kept elsewhere (printed, in a letter) proves that nothing was cut off or rewritten since.
"""

import csv
import hashlib
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

Row = dict[str, str]
Lines = dict[str, list[Row]]
Problem = tuple[str, str]

NUMBER, TEXT, AMOUNT, SHA256 = r"[1-9][0-9]{0,17}", r".*", r"[0-9]+\.[0-9]{2}", r"[0-9a-f]{64}"
DAY, TIME = r"[0-9]{4}-[01][0-9]-[0-3][0-9]", r"[0-9-]{10}T[0-9:.]{15}Z"
SHAPES = {
    "entries.csv": {
        "event_no": NUMBER, "kind": r"[A-Z]{1,8}", "fiscal_year": r"[0-9]{4}", "no": NUMBER,
        "entry_date": DAY, "description": TEXT, "reference": TEXT, "recorded_at": TIME,
        "officer_id": TEXT, "officer_name_th": TEXT, "reverses": rf"({NUMBER})?",
        "canonical": TEXT, "hash": SHA256},
    "lines.csv": {
        "event_no": NUMBER, "line_no": NUMBER, "account": TEXT, "entry_date": DAY,
        "debit": AMOUNT, "credit": AMOUNT, "memo": TEXT},
    "attachments.csv": {
        "subject": TEXT, "attachment_no": NUMBER, "name": TEXT, "kind": TEXT, "sha256": SHA256,
        "size_bytes": NUMBER, "added_at": TIME},
}  # fmt: skip
SAME = ("entry_date", "description", "officer_name_th", "recorded_at")


def read(path: Path, shape: Row, promised_rows: int) -> tuple[list[Row], list[Problem]]:
    """Return the rows of a CSV file that can be read, and what is wrong with the others."""
    rows, problems = [], []
    csv.field_size_limit(2**31 - 1)
    with path.open(encoding="utf-8", errors="replace", newline="") as text:
        for place, raw in enumerate(csv.DictReader(text), start=1):
            row = {name: raw.get(name) or "" for name in shape}
            rows.append(row)
            for name, pattern in shape.items():
                if not re.fullmatch(pattern, row[name], re.DOTALL):
                    problems.append((f"{path.name} row {place}", f"its {name} cannot be read"))
                    row["unreadable"] = name
    if len(rows) != promised_rows:
        problems.append((path.name, f"has {len(rows)} rows, not {promised_rows}"))
    return [row for row in rows if "unreadable" not in row], problems


def file_problems(folder: Path, files: dict[str, Any], papers: list[Row]) -> Iterator[Problem]:
    """Yield files that are missing, changed, or neither a table's nor an attachment's."""
    wanted = {name: files[name]["sha256"] for name in SHAPES}
    wanted |= {f"attachments/{row['sha256']}": row["sha256"] for row in papers}
    there = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if not p.is_dir()}
    for name in sorted((wanted.keys() | there.keys()) - {"manifest.json", "verify.py"}):
        if name not in there or name not in wanted:
            yield name, "is missing" if name in wanted else "belongs to nothing in this export"
        elif hashlib.sha256(there[name].read_bytes()).hexdigest() != wanted[name]:
            yield name, "is not the file of the manifest (SHA-256)"
    if {name: file["sha256"] for name, file in files.items()} != wanted:
        yield "manifest.json", "names other files than the tables and the attachments"
    for row in papers:
        path = there.get(f"attachments/{row['sha256']}")
        if path and path.stat().st_size != int(row["size_bytes"]):
            yield f"{row['subject']} attachment {row['attachment_no']}", "is of another size"


def chain_problems(entries: list[Row], head: Any, genesis: str) -> Iterator[Problem]:
    """Yield every entry whose hash does not follow, and a head that is not the last entry."""
    known, last = genesis, 0
    for entry in entries:
        where = f"event {entry['event_no']}"
        if int(entry["event_no"]) != last + 1:
            yield where, f"follows event {last}"
        if hashlib.sha256((known + entry["canonical"]).encode()).hexdigest() != entry["hash"]:
            yield where, "its hash does not follow from the entry before and its text"
        known, last = entry["hash"], int(entry["event_no"])
    if (last, known) != (head["event_no"], head["hash"]):
        yield f"event {last}", f"is the last entry, the head is event {head['event_no']}"


def number_problems(entries: list[Row]) -> Iterator[Problem]:
    """Yield gaps and repetitions in the numbers of each kind and year, and times that step back."""
    last, recorded_at = Counter[tuple[str, str]](), ""
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
        debit, credit = (sum(Decimal(line[side]) for line in own) for side in ("debit", "credit"))
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
        shown: dict[str, Any] = {name: entry[name] for name in SAME}
        shown |= {"v": 1, "body": body_code, "event_no": int(entry["event_no"]), "number": number}
        shown |= {"officer": entry["officer_id"], "reference": entry["reference"] or None}
        shown["reverses"] = int(entry["reverses"]) if entry["reverses"] else None
        shown["lines"] = [
            [line["account"], line["debit"], line["credit"], line["memo"] or None]
            for line in lines.get(entry["event_no"], [])
        ]
        try:
            text = json.loads(entry["canonical"])
        except (ValueError, RecursionError):
            text = {}
        text = text if isinstance(text, dict) else {}
        for name in sorted(shown.keys() | text.keys()):
            if name not in text or name not in shown or text[name] != shown[name]:
                yield f"event {entry['event_no']}", f"its {name} is not what was hashed"


def print_trial_balance(lines: list[Row]) -> None:
    """Print the sum of each account's lines, debit positive."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        sums[line["account"]] += Decimal(line["debit"]) - Decimal(line["credit"])
    for account in sorted(sums):
        print(f"{account:20} {sums[account]:>20,.2f}")
    print(f"{'':20} {sum(sums.values()):>20,.2f}")


def check(folder: Path, kept_hash: str) -> int:
    """Check the folder; return the exit status."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    head, files = manifest["head"], manifest["files"]
    opening = f"OpenLAAS {head['body_code']} generation {head['generation']}"
    genesis = hashlib.sha256(opening.encode()).hexdigest()
    read_all = [read(folder / name, SHAPES[name], files[name]["rows"]) for name in SHAPES]
    entries, all_lines, papers = (rows for rows, _ in read_all)
    lines: Lines = defaultdict(list)
    for line in all_lines:
        lines[line["event_no"]].append(line)
    problems = [
        *file_problems(folder, files, papers), *(one for _, bad in read_all for one in bad),
        *chain_problems(entries, head, genesis), *number_problems(entries),
        *balance_problems(entries, lines), *text_problems(entries, lines, head["body_code"]),
    ]  # fmt: skip
    if kept_hash and kept_hash not in {genesis, *(entry["hash"] for entry in entries)}:
        problems.append(("head", "the hash you kept is not in this journal"))
    for where, problem in problems:
        print(f"{where}: {problem}")
    print_trial_balance(all_lines)
    print(f"{len(entries)} entries, {len(papers)} attachments, {len(problems)} problems")
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
