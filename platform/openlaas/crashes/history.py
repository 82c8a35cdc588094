"""What the clients know: what they sent, under which key, and what they were told."""

import hashlib
import json
import threading
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

from loadtests.entries import balanced_entry
from openlaas.bench.offices import Office

Lines = tuple[tuple[str, str, str], ...]  # account, debit, credit
CREATED, DONE, REFUSED = 201, 200, 422
_BULK_ENTRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an answer says of one entry."""

    event_no: int
    number: str
    hash: str


@dataclass(slots=True, kw_only=True)
class Posting:
    """One request of a client: sent under one key until it is answered.

    Attributes:
        office: whose books.
        path: below the body's path.
        key: the Idempotency-Key.
        body: what is sent, the same bytes every time.
        expected: the status that settles it.
        entries: the lines of each entry, by the reference that only this entry has.
        outcomes: what became of each sending: a status, or "no answer".
        first_sent_at: by the monotonic clock; so is ``answered_at``.
        answer_sha256: of the answer that settled it, None while it is not settled.
        told: what the answer said of each entry.
        was_stored: it was settled by an answer kept from a sending that had none.
        trouble: an answer that nobody may be given.
    """

    office: Office
    path: str
    key: str
    body: bytes
    expected: int
    entries: dict[str, Lines]
    outcomes: list[str] = field(default_factory=list)
    first_sent_at: float = 0.0
    answered_at: float = 0.0
    answer_sha256: str | None = None
    told: dict[str, Told] = field(default_factory=dict)
    was_stored: bool = False
    trouble: str = ""

    @property
    def was_unknown(self) -> bool:
        """Whether a sending of it had no answer that told what happened."""
        return len(self.outcomes) > 1

    def settle(self, status: int, answer: bytes, *, is_kept: bool, now: float) -> None:
        """Take the answer that tells what happened."""
        self.outcomes.append(str(status))
        self.answered_at, self.was_stored = now, is_kept
        self.answer_sha256 = hashlib.sha256(answer).hexdigest()
        if status != self.expected:
            self.trouble = f"{status}: {answer[:300].decode(errors='replace')}"
            return
        document = json.loads(answer)
        results = [r["entry"] for r in document["results"]] if "results" in document else [document]
        if status != REFUSED:
            self.told = {
                entry["reference"]: Told(
                    event_no=entry["event_no"], number=entry["number"], hash=entry["hash"]
                )
                for entry in results
            }


class History:
    """Every posting of every client, in no order; threads add to it."""

    def __init__(self) -> None:
        self.postings: list[Posting] = []
        self.outcomes: Counter[str] = Counter()
        self.troubles: list[str] = []
        self.last_acknowledged_was_sent_at = 0.0
        self.under_way = 0
        self._lock = threading.Lock()

    def begin(self, posting: Posting) -> None:
        """Note a posting before it is sent for the first time."""
        with self._lock:
            self.postings.append(posting)

    def sent(self) -> None:
        """Note that a request goes out."""
        with self._lock:
            self.under_way += 1

    def heard(self, outcome: str, *, sent_at: float, is_acknowledged: bool) -> None:
        """Note what became of a request."""
        with self._lock:
            self.under_way -= 1
            self.outcomes[outcome] += 1
            if is_acknowledged:
                self.last_acknowledged_was_sent_at = max(
                    sent_at, self.last_acknowledged_was_sent_at
                )

    def complain(self, trouble: str) -> None:
        """Note an answer that nobody may be given."""
        with self._lock:
            self.troubles.append(trouble)


def new_posting(random: Random, office: Office, *, key: str, today: Any) -> Posting:
    """Make a posting: mostly one entry, now and then several at once or one to be refused."""
    kind = random.choices(("one", "bulk", "refused"), weights=(85, 10, 5))[0]
    count = _BULK_ENTRIES if kind == "bulk" else 1
    raw = [
        {**balanced_entry(random, entry_date=today), "reference": f"{key}.{place}"}
        for place in range(count)
    ]
    if kind == "refused":
        raw[0]["lines"][0].update({"debit": "0.01"})  # off by the rest
    body: dict[str, Any] = raw[0]
    if kind == "bulk":
        keyed = [{**entry, "idempotency_key": entry["reference"]} for entry in raw]
        body = {"entries": keyed, "atomic": True}
    return Posting(
        office=office,
        path="journal-entries/bulk" if kind == "bulk" else "journal-entries",
        key=key,
        body=json.dumps(body, ensure_ascii=False).encode(),
        expected={"one": CREATED, "bulk": DONE, "refused": REFUSED}[kind],
        entries={
            entry["reference"]: tuple(_line(line) for line in entry["lines"]) for entry in raw
        },
    )


def _line(line: dict[str, str]) -> tuple[str, str, str]:
    return line["account"], line.get("debit", "0.00"), line.get("credit", "0.00")
