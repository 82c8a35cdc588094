"""Check an archive with its papers, by Python alone: python verify_papers.py [ARCHIVE [KEPT_HASH]].

The programs verify.py and verify_budget.py must lie beside it, and check their part first. Then:
numbers of documents have no gap, and series are the last of them; what is open is what was moved,
and what the entries say; a payment voucher is its document's, its entries and its cheque pay it.
"""

import json
import re
import runpy
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path
from typing import Any

Facts = dict[str, Any]
Problems = Iterator[tuple[str, str]]
VERIFY_BUDGET = "verify_budget.py"
# Kinds of document: the series of each, and the mark before its numbers.
SERIES = {
    "RECEIPT": ("RCPT", "RCPT-"), "BANKCR": ("RCPT", "RCPT-"), "REMIT": ("REMIT", ""),
    "REMSUM": ("REMSUM", ""), "RECVBL": ("RECVBL", ""), "FORFEIT": ("FORFEIT", ""),
    "BANKING": ("BANKING", ""), "PR": ("PR", "PR-"), "CONTRACT": ("CT", "CT-"),
    "INSPECT": ("IR", "IR-"), "CHQRPT": ("CHQRPT", ""), "CHEQUE": ("CHQ", "CHQ-"),
}  # fmt: skip
ITEM, CHEQUE = ("settled", "written_off", "last_movement_no"), ("cheque_no", "bank_account")
NO, MONEY = "([0-9]{5,9})", "1101"  # accounts of cash and banks begin so


def problems_of(tables: Facts) -> Problems:
    """Yield everything that is wrong with the documents' own tables."""
    papers = {row["id"]: row | {"says": says(row)} for row in tables["document"]}
    checks = (number_problems, item_problems, posted_problems, voucher_problems)
    for check in (*checks, payment_problems, cheque_problems):
        yield from check(tables, papers)


def says(paper: Facts) -> Facts:
    """Return the content of a document; nothing of what cannot be read."""
    with suppress(ValueError, TypeError, RecursionError):
        return dict(json.loads(paper["content"]))
    return {}


def amount(text: object) -> Decimal | None:
    """Return an amount; None when it is none."""
    with suppress(InvalidOperation):
        return Decimal(str(text))
    return None


def printed(tables: Facts, papers: Facts) -> Iterator[tuple[str, str, object, str]]:
    """Yield each number that was printed: its form, its text, its fiscal year, its series."""
    for paper in papers.values():
        kind, number, year = paper["kind"], paper["number"] or "", paper["fiscal_year"]
        if kind in SERIES:
            yield rf"{SERIES[kind][1]}{NO}/\d\d", number, year, SERIES[kind][0]
        elif kind == "DIKA":
            yield rf"[0-9-]{{19}}-{NO}", number, year, f"DIKA {number[3:19]}"
        elif kind == "PND":
            yield rf"\w*-{NO}/.*", number, year, f"PND {number.split('-')[0]}"
    for row in tables["payment_voucher"]:
        year = papers.get(row["id"], {}).get("fiscal_year")
        yield rf"{NO}/.*", row["treasury_no"] or "", year, "DIKA"
    for row in tables["withheld_tax"]:
        year = str(int(row["paid_on"][:4]) + 543 + (row["paid_on"][5:] >= "10"))
        yield rf"{NO}/.*", row["certificate_no"] or "", year, "WHT"


def number_problems(tables: Facts, papers: Facts) -> Problems:
    """Yield where numbers of a series do not follow one another, or its last is another."""
    taken = defaultdict[str, list[int]](list)
    for form, number, year, series in printed(tables, papers):
        if found := re.fullmatch(form, number, re.ASCII):
            taken[f"{series} of {year}"].append(int(found[1]))
    for series, numbers in sorted(taken.items()):
        pairs = pairwise([0, *sorted(numbers)])
        yield from ((series, f"{no} follows {last}") for last, no in pairs if no != last + 1)
    kept = {f"{r['series']} of {r['fiscal_year']}": r["last_no"] for r in tables["document_series"]}
    for series in sorted(kept.keys() | taken.keys()):
        last = str(max(taken[series], default=None))
        if kept.get(series) != last:
            yield series, f"the series says {kept.get(series)}, the documents {last}"


def item_problems(tables: Facts, _papers: Facts) -> Problems:
    """Yield open items that are not the sums of their movements."""
    sums, nos = defaultdict[tuple[str, str], Decimal](Decimal), defaultdict[str, list[int]](list)
    for move in tables["open_item_movement"]:
        sums[move["item_id"], move["kind"]] += Decimal(move["amount"])
        nos[move["item_id"]].append(int(move["movement_no"]))
    items = {row["id"]: row for row in tables["open_item"]}
    for key in sorted(items.keys() | nos.keys()):
        kept = [amount(items.get(key, {}).get(n)) for n in ITEM]
        moved = [sums[key, "settle"], sums[key, "write_off"], max(nos[key], default=0)]
        if kept != moved or len(nos[key]) != moved[-1]:
            said = f"kept {'/'.join(map(str, kept))}, moved {'/'.join(map(str, moved))}"
            yield f"open item {key}", said


def posted_by(tables: Facts) -> Iterator[tuple[str, str, Decimal]]:
    """Yield the lines of entries: which document made it, the account, debit less credit."""
    made_by = {row["event_no"]: row["document_id"] for row in tables["journal_entry"]}
    for line in tables["journal_line"]:
        debit = Decimal(line["debit"]) - Decimal(line["credit"])
        yield made_by.get(line["event_no"], ""), line["account"], debit


def posted_problems(tables: Facts, papers: Facts) -> Problems:
    """Yield what a document opened and took out of an account, and did not post there."""
    posted = defaultdict[tuple[str, str], Decimal](Decimal)
    for maker, account, debit in posted_by(tables):
        posted[maker, account] += debit
    items = {row["id"]: row for row in tables["open_item"]}
    moved = defaultdict[tuple[str, str, str], Decimal](Decimal)
    for row in items.values():
        moved[row["document_id"], row["account"], row["kind"]] += Decimal(row["amount"])
    for move in tables["open_item_movement"]:
        if item := items.get(move["item_id"]):
            moved[move["document_id"], item["account"], item["kind"]] -= Decimal(move["amount"])
    for (document, account, kind), total in sorted(moved.items()):
        paper = papers.get(document, {})
        meant = posted[document, account] * (1 if kind == "receivable" else -1)
        waits = (paper.get("kind"), paper.get("state")) == ("DIKA", "approved")  # posts when paid
        if not paper or (total != meant and not waits):
            said = f"opened and taken out {total}, posted {meant}"
            yield f"{kind} of account {account} by document {document}", said


def voucher_problems(tables: Facts, papers: Facts) -> Problems:
    """Yield vouchers whose guarded columns are not what their documents say."""
    vouchers = {row["id"]: row for row in tables["payment_voucher"]}
    ours = {key: paper for key, paper in papers.items() if paper["kind"] == "DIKA"}
    for key in sorted(vouchers.keys() | ours.keys()):
        row, paper = vouchers.get(key, {}), ours.get(key, {})
        said = paper.get("says", {})
        meant = [amount(paper.get("amount")), amount(said.get("net")), said.get("treasury_no")]
        kept = [amount(row.get("gross")), amount(row.get("net")), row.get("treasury_no")]
        if kept != meant or (row["is_live"] == "t") == (paper["state"] == "cancelled"):
            where = f"voucher {paper.get('number') or key}, {paper.get('state')}"
            yield (
                where,
                f"kept {'/'.join(map(str, kept))}, its document says {'/'.join(map(str, meant))}",
            )


def bank_of(paper: Facts) -> object:
    """Return the bank from which a voucher was paid; None for one that is not, or by the state."""
    payment = paper["says"].get("payment")
    return payment["bank"] if paper["state"] == "paid" and isinstance(payment, dict) else None


def payment_problems(tables: Facts, papers: Facts) -> Problems:
    """Yield vouchers whose entries took another sum of cash and banks than they are to be paid."""
    paid = defaultdict[object, Decimal](Decimal)
    for maker, account, debit in posted_by(tables):
        paper = papers.get(maker, {})
        voucher = paper["says"].get("voucher") if paper.get("kind") == "CHEQUE" else None
        paid[voucher or maker] -= debit if account.startswith(MONEY) else 0
    for key, net in ((row["id"], row["net"]) for row in tables["payment_voucher"]):
        meant = Decimal(net) if key in papers and bank_of(papers[key]) is not None else 0
        if key in papers and meant != paid[key]:
            yield (
                f"voucher {papers[key]['number']}",
                f"to be paid {meant}, entries paid {paid[key]}",
            )


def cheque_problems(tables: Facts, papers: Facts) -> Problems:
    """Yield cheques that are not their documents', or pay another sum or number of vouchers."""
    kept, drawn = {row["id"]: row for row in tables["cheque"]}, Counter[object]()
    nets = {row["id"]: amount(row["net"]) for row in tables["payment_voucher"]}
    ours = {key: paper for key, paper in papers.items() if paper["kind"] == "CHEQUE"}
    for key in sorted(kept.keys() | ours.keys()):
        row, paper = kept.get(key, {}), ours.get(key, {})
        said, net = paper.get("says", {}), nets.get(paper.get("says", {}).get("voucher"))
        meant = [said.get(CHEQUE[0]), said.get(CHEQUE[1]) if row else None]
        if [*map(row.get, CHEQUE)] != meant or net != amount(paper.get("amount")):
            where = f"cheque {paper.get('number') or key}, {row.get('cheque_no')}"
            yield where, f"its document says {said.get('cheque_no')}, its voucher is of {net}"
        drawn[said.get("voucher")] += paper.get("state") not in {None, "cancelled"}
    for key, paper in papers.items():
        if paper["kind"] == "DIKA" and drawn[key] != (bank_of(paper) is not None):
            yield f"voucher {paper['number']}", f"is {paper['state']} and has {drawn[key]} cheques"


def main(arguments: list[str]) -> int:
    """Check the archive named, or the folder that this program lies in; return the exit status."""
    if not (beside := Path(__file__).with_name(VERIFY_BUDGET)).exists():
        sys.exit(f"{VERIFY_BUDGET} must lie beside this program")
    return int(runpy.run_path(str(beside))["main"](arguments, problems_of))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
