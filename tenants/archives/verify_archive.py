"""Check the archive of a body's books with Python alone: python verify.py [ARCHIVE [KEPT_HASH]].

ARCHIVE is the zip file or its folder. From it alone is checked: the files are the manifest's; each
entry's text gives its hash over the one before, from genesis to head; events and numbers have no
gap, times grow; entries balance; rows, and events told to the centre, say what was hashed; counters
and balances are the entries' sums. Prints what is wrong and where, and ends with 1 then. A
KEPT_HASH, of an entry or of manifest.json, proves that nothing was cut off or rewritten. In the
CSV files a value stands in quotes, and what is missing (NULL) is nothing at all.
"""

import json
import re
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from decimal import Decimal
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

Facts = dict[str, Any]
Members = dict[str, Callable[[], bytes]]
Problems = Iterator[tuple[str, str]]
FORMAT = "OpenLAAS archive 1"
BESIDE = {"manifest.json", "snapshot.json", "verify.py", "verify_budget.py", "verify_papers.py"}
FIELD = re.compile(r'(?:"([^"]*(?:""[^"]*)*)"|([^",\n]*))(,|\n)')
NUMBER, AMOUNT, DAY = r"0|[1-9][0-9]{0,17}", r"[0-9]{1,16}\.[0-9]{2}", r"[0-9]{4}-[01]\d-[0-3]\d"
SHAPE = dict.fromkeys(("event_no", "no", "line_no", "last_no", "size_bytes", "fiscal_year"), NUMBER)
SHAPE |= {"debit": AMOUNT, "credit": AMOUNT, "entry_date": DAY, "starts_on": DAY}
SHAPE |= dict.fromkeys(("hash", "sha256"), "[0-9a-f]{64}") | {"recorded_at": r"[\d-]{10}T.{15}Z"}


def members(top: Path) -> Members:
    """Return what reads each file of an archive, by name."""
    if top.is_dir():
        return {f.relative_to(top).as_posix(): f.read_bytes for f in top.rglob("*") if f.is_file()}
    zipped = zipfile.ZipFile(top)
    return {n: partial(zipped.read, n) for n in zipped.namelist() if not n.endswith("/")}


def read(name: str, data: bytes, columns: Facts, rows: list[Facts]) -> Problems:
    """Add the rows of a CSV file that can be read to ``rows``; yield what is wrong with others."""
    text, at, lines = data.decode("utf-8", "replace"), 0, [list[str | None]()]
    while field := FIELD.match(text, at):
        quoted, plain, end = field.groups()
        lines[-1].append(plain or None if quoted is None else quoted.replace('""', '"'))
        lines += [[]] if end == "\n" else []
        at = field.end()
    if at < len(text) or lines.pop() or lines[:1] != [list(columns)]:
        yield name, f"cannot be read after row {len(lines) - 1}, or has other columns"
    for place, line in enumerate(lines[1:], start=1):
        row: Facts = dict(zip(columns, line, strict=True)) if len(line) == len(columns) else {}
        bad = [c for c in columns if row.get(c) is None and columns[c]["type"] == "string"]
        bad += [c for c in SHAPE if row.get(c) is not None and not re.fullmatch(SHAPE[c], row[c])]
        yield from ((f"{name} row {place}", f"its {column} cannot be read") for column in bad)
        rows += [] if bad else [row]


def file_problems(there: Members, files: dict[str, Facts], papers: list[Facts]) -> Problems:
    """Yield files that are missing, changed, or neither a table's nor an attachment's."""
    contents = {f"attachments/{row['sha256']}": row for row in papers}
    wanted = {name: file for name, file in files.items() if name[:12] != "attachments/"} | contents
    for name in sorted((wanted.keys() | there.keys() | files.keys()) - BESIDE):
        if name not in there or name not in wanted or name not in files:
            yield name, "is missing" if name in wanted else "belongs to nothing in this archive"
        elif {sha256(there[name]()).hexdigest()} != {wanted[name]["sha256"], files[name]["sha256"]}:
            yield name, "is not the file of the manifest (SHA-256)"
        elif name in contents and str(len(there[name]())) != contents[name]["size_bytes"]:
            yield name, "is of another size than its attachment"


def chain_problems(tables: Facts, manifest: Facts) -> Problems:  # noqa: C901 - flat
    """Yield where hashes, events, numbers or times do not follow, and heads that are not last."""
    code, generation, numbers = manifest["body"]["code"], manifest["generation"], Counter[str]()
    genesis = known = sha256(f"OpenLAAS {code} generation {generation}".encode()).hexdigest()
    last, recorded_at = 0, ""
    for entry in tables["journal_entry"]:
        where, series = f"event {entry['event_no']}", f"{entry['kind']} {entry['fiscal_year']}"
        if int(entry["event_no"]) != last + 1:
            yield where, f"follows event {last}"
        if sha256((known + entry["canonical"]).encode()).hexdigest() != entry["hash"]:
            yield where, "its hash does not follow from the entry before and its text"
        if int(entry["no"]) != numbers[series] + 1:
            yield where, f"number {entry['no']} follows {numbers[series]}"
        if entry["recorded_at"] <= recorded_at:
            yield where, "was recorded before the entry before it"
        known, last, numbers[series] = entry["hash"], int(entry["event_no"]), int(entry["no"])
        recorded_at = entry["recorded_at"]
    for head in [*tables["journal_head"], manifest["head"]]:
        if (str(head["event_no"]), head["hash"]) != (str(last), known):
            yield f"event {last}", f"is the last entry, the head is event {head['event_no']}"
    meant = {"body_code": code, "body_id": manifest["body"]["id"], "generation": str(generation)}
    told = [{name: row[name] for name in meant} for row in tables["body_identity"]]
    if told != [meant] or manifest["head"]["genesis"] != genesis:
        yield "body_identity", f"or genesis is not of {meant}"


def entry_problems(entry: Facts, lines: list[Facts], event: Facts, body_code: str) -> Problems:
    """Yield what is wrong with an entry, its lines, its text, and the event told to the centre."""
    debit, credit = (sum(Decimal(line[side]) for line in lines) for side in ("debit", "credit"))
    if debit != credit or len(lines) < 2:  # noqa: PLR2004 - double entry
        yield "", f"has {len(lines)} lines, debit {debit}, credit {credit}"
    for place, line in enumerate(lines, start=1):
        sides = [line["debit"], line["credit"]].count("0.00")
        if [int(line["line_no"]), line["entry_date"], sides] != [place, entry["entry_date"], 1]:
            yield f" line {line['line_no']}", f"must be line {place}, of its day, and have one side"
    year, day = int(entry["fiscal_year"]), entry["entry_date"]
    if year != int(day[:4]) + 543 + (day[5:] >= "10"):
        yield "", f"is numbered in {year}, dated {day}"
    number = f"{entry['kind']}-{int(entry['no']):05d}/{year % 100:02d}"
    made_by = {"document": entry.get("document_id"), "rule": entry.get("rule")}
    more = any([*made_by.values(), *(line["budget_line"] for line in lines)])  # text of version 2
    told_of = ("account", "debit", "credit", "memo", "budget_line")[: 4 + more]
    text = {n: entry[n] for n in ("entry_date", "description", "officer_name_th", "reference")}
    text |= {"recorded_at": entry["recorded_at"], "v": 1 + more, "body": body_code}
    text |= {"event_no": int(entry["event_no"]), "officer": entry["officer_id"], "number": number}
    text |= {"reverses": int(no) if (no := entry["reverses"] or "").isdecimal() else no or None}
    text |= {"lines": [[line[n] for n in told_of] for line in lines]} | (made_by if more else {})
    yield from contradictions("", entry["canonical"], text)
    told = {"number": number, "fiscal_year": year, "lines": [one[:3] for one in text["lines"]]}
    yield from contradictions(" when told", event.get("payload", ""), told | {"entry_date": day})
    if (event.get("kind"), event.get("recorded_at")) != ("journal_entry", entry["recorded_at"]):
        yield " when told", "is missing, or of another kind or time"


def contradictions(where: str, text: str, shown: Facts) -> Problems:
    """Yield the names in which a JSON text says other things than the rows show."""
    told: Facts = {}
    with suppress(ValueError, TypeError, RecursionError):
        told = dict(json.loads(text))
    for name in sorted(told.keys() | shown.keys()):
        if name not in told or name not in shown or told[name] != shown[name]:
            yield where, f"its {name} is not what was hashed or told"


def sum_problems(tables: Facts, manifest: Facts) -> Problems:
    """Yield counters and balances that are not what entries and lines add up to."""
    series = "counter {kind} {fiscal_year}".format_map
    said: Facts = {series(row): int(row["last_no"]) for row in tables["document_counter"]}
    sums = defaultdict[str, Any](Decimal, Counter(map(series, tables["journal_entry"])))
    for side in ("debit", "credit"):
        for row in tables["account_balance"] + manifest["trial_balance"]:
            said[f"{side} of {row['account']} {row.get('starts_on', 'ever')}"] = Decimal(row[side])
        for line in tables["journal_line"]:
            sums[f"{side} of {line['account']} ever"] += Decimal(line[side])
            sums[f"{side} of {line['account']} {line['entry_date'][:7]}-01"] += Decimal(line[side])
    for key in sorted(said.keys() | sums.keys()):
        if said.get(key) != sums.get(key):
            yield key, f"is kept as {said.get(key)}, the entries say {sums.get(key)}"


def examine(there: Members, kept_hash: str = "") -> tuple[Facts, Facts, list[tuple[str, str]]]:
    """Return the manifest of an archive, its rows by table, and everything wrong with it."""
    manifest, problems = json.loads(there["manifest.json"]()), list[tuple[str, str]]()
    if manifest["format"] != FORMAT:
        raise ValueError(f"{manifest['format']!r}, and not {FORMAT!r}")
    tables, files = defaultdict[str, list[Facts]](list), manifest["files"]
    for name, shape in json.loads(there["schema.json"]())["$defs"].items():
        file = f"tables/{name}.csv"
        problems += read(file, there[file](), shape["properties"], tables[name])
        if len(tables[name]) != files[file]["rows"]:
            problems.append((file, f"has {len(tables[name])} good rows, not {files[file]['rows']}"))
    problems += file_problems(there, files, tables["attachment"])
    problems += [*chain_problems(tables, manifest), *sum_problems(tables, manifest)]
    lines = defaultdict[str, list[Facts]](list)
    events = {row["event_no"]: row for row in tables["outbox"]}
    for line in tables["journal_line"]:
        lines[line["event_no"]].append(line)
    for entry in tables["journal_entry"]:
        own, event = lines.pop(no := entry["event_no"], []), events.pop(no, {})
        found = entry_problems(entry, own, event, manifest["body"]["code"])
        problems += ((f"event {no}{where}", problem) for where, problem in found)
    alone = sorted(lines.keys() | events.keys(), key=int)
    problems += ((f"event {no}", "has lines or was told, and no entry") for no in alone)
    known = {"", manifest["head"]["genesis"], *(row["hash"] for row in tables["journal_entry"])}
    if kept_hash not in known | {sha256(there["manifest.json"]()).hexdigest()}:
        problems.append(("head", "the hash you kept is not in this archive"))
    return manifest, tables, problems


def main(arguments: list[str]) -> int:
    """Check the archive named, or the folder that this program lies in; return the exit status."""
    path = Path(arguments[0]) if arguments else Path(__file__).parent
    try:
        manifest, _, problems = examine(members(path), "".join(arguments[1:2]))
    except (OSError, ValueError, KeyError, TypeError, ArithmeticError, zipfile.BadZipFile) as error:
        print(f"{path}: cannot be read: {error!r}")
        return 1
    print("".join(f"{where}: {problem}\n" for where, problem in problems), end="")
    for row in manifest["trial_balance"]:
        print(f"{row['account']:20} {Decimal(row['debit']) - Decimal(row['credit']):>20,.2f}")
    print(f"{manifest['head']['event_no']} entries, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
