"""What waits on which desk: the papers of the run, passed on from person to person."""

from collections import Counter, OrderedDict, deque
from typing import Any

RECEIPTS = "receipts"
# A body's slips, counts and summaries are one round. From its slip to its end no receipt is issued
# there: a day with a receipt in no slip is not summed up, and rightly so.
ROUND = frozenset({RECEIPTS, "slips", "counted", "summaries"})
_MOST_OF_A_BODY = 50  # papers on a desk; older ones stay with nobody
Paper = dict[str, Any]


class Desks:
    """Papers by desk and body; the body that has waited longest comes first."""

    def __init__(self) -> None:
        self._waiting: dict[str, OrderedDict[str, deque[Paper]]] = {}
        self._in_round: set[str] = set()
        self._counting: set[str] = set()  # of those, from the slip on
        self._issuing: Counter[str] = Counter()  # receipts that are being issued, by body

    def leave(self, desk: str, body: str, paper: Paper) -> None:
        """Leave a paper on a desk of a body."""
        if desk == RECEIPTS:
            if body in self._in_round:
                return
            self._in_round.add(body)
        self.put_back(desk, body, paper)

    def put_back(self, desk: str, body: str, paper: Paper) -> None:
        """Put a paper on a desk that it was taken from: it could not be worked on."""
        of_desk = self._waiting.setdefault(desk, OrderedDict())
        of_desk.setdefault(body, deque(maxlen=_MOST_OF_A_BODY)).append(paper)

    def take(self, desk: str, body: str | None = None) -> tuple[str, Paper] | None:
        """Take the oldest paper of a body, or of the body that has waited longest."""
        of_desk = self._waiting.get(desk)
        if not of_desk:
            return None
        if body is None:
            body = next(iter(of_desk))
        if desk == RECEIPTS and body in of_desk:
            if self._issuing[body]:
                of_desk.move_to_end(body)
                return None
            self._counting.add(body)
        papers = of_desk.get(body)
        if not papers:
            return None
        paper = papers.popleft()
        if papers:
            of_desk.move_to_end(body)
        else:
            del of_desk[body]
        return body, paper

    def count(self, desk: str) -> int:
        """Return how many papers wait on a desk, in all bodies."""
        return sum(len(papers) for papers in self._waiting.get(desk, {}).values())

    def may_issue(self, body: str) -> bool:
        """Tell whether the counter of a body is open: its receipts are not being counted."""
        return body not in self._counting

    def issuing(self, body: str) -> None:
        """Note that a receipt is being issued: its slip waits for it."""
        self._issuing[body] += 1

    def issued(self, body: str) -> None:
        """Note that a receipt is issued, or will not be."""
        self._issuing[body] -= 1

    def end_round(self, body: str) -> None:
        """Let the body's counter open again.

        A round that went wrong is never ended: what is left of it would spoil each that followed.
        """
        self._in_round.discard(body)
        self._counting.discard(body)
