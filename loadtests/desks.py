"""What waits on which desk: the papers of the run, passed on from person to person."""

from collections import OrderedDict, deque
from typing import Any

RECEIPTS = "receipts"
# A body's slips, counts and summaries are one round; the next begins when it has ended.
ROUND = frozenset({RECEIPTS, "slips", "counted", "summaries"})
_MOST_OF_A_BODY = 50  # papers on a desk; older ones stay with nobody
Paper = dict[str, Any]


class Desks:
    """Papers by desk and body; the body that has waited longest comes first."""

    def __init__(self) -> None:
        self._waiting: dict[str, OrderedDict[str, deque[Paper]]] = {}
        self._in_round: set[str] = set()
        self._more: set[str] = set()  # bodies with receipts issued since their round began

    def leave(self, desk: str, body: str, paper: Paper) -> None:
        """Leave a paper on a desk of a body."""
        if desk == RECEIPTS:
            if body in self._in_round:
                self._more.add(body)
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

    def end_round(self, body: str) -> None:
        """Let the body's next round begin, with what was issued meanwhile."""
        self._in_round.discard(body)
        if body in self._more:
            self._more.discard(body)
            self.leave(RECEIPTS, body, {})
