"""A paper of the office: facts, tables, an amount in words, places to sign. Pure values."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from papers.printing import print_form
from papers.signatures import Signature, place, signed_in_position
from tenants.directory.records import BodyRecord
from thai import baht, buddhist


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table; the wide one takes what room is left."""

    title: str
    side: str = "left"
    wide: bool = False


AMOUNT = Column(title="จำนวนเงิน (บาท)", side="right")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; ``total`` begins with its words and goes on with the last columns' sums."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    title: str = ""
    total: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What a paper says.

    Attributes:
        state: what must be said of it besides: that it is a draft, or was cancelled.
        facts: names and values, two in a row.
        amount: written in words too, when there is one.
        made_at: when its last step was taken; the same bytes until the next.
    """

    body: BodyRecord
    title: str
    number: str
    file_name: str
    facts: Sequence[tuple[str, str]]
    tables: Sequence[Table]
    signatures: Sequence[Signature]
    made_at: datetime
    heading: Sequence[str] = ()
    state: Sequence[str] = ()
    amount: str = ""
    notes: Sequence[str] = field(default_factory=tuple)


def print_paper(paper: Paper) -> bytes:
    """Return the file; the same paper gives the same bytes."""
    made = buddhist.moment_in_words(paper.made_at)
    told = {
        "title": f"{paper.title} {paper.number}".strip(),
        "heading": [paper.title, *paper.heading],
        "body": f"{paper.body.full_name_th} จังหวัด{paper.body.province_th}",
        "state": list(paper.state),
        "facts": [list(fact) for fact in paper.facts],
        "tables": [asdict(table) for table in paper.tables],
        "words": baht.in_words(paper.amount) if paper.amount else "",
        "notes": list(paper.notes),
        "signatures": [place(one) for one in paper.signatures],
        "complete": f"{paper.title} {paper.number} · ขั้นตอนล่าสุดเมื่อ {made}",
    }
    return print_form("paper_form", told, made_at=paper.made_at)


def signature(title: str, history: Sequence[Mapping[str, Any]], *actions: str) -> Signature:
    """Return the place of whoever took the last step of some actions; nobody yet without one."""
    taken = next((step for step in reversed(history) if step["action"] in actions), None)
    return signed_in_position(title, taken)
