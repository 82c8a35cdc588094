"""The budget ledger as a child would keep it: dictionaries, and no memory of how they came."""

from collections import defaultdict
from decimal import Decimal

ZERO = Decimal("0.00")
GIVEN = {"approve", "supplement", "transfer_in", "carry_in"}
HOLDS = {"reserve": "hold", "obligate": "obligation", "disburse": "disbursement"}


class Model:
    """What each line has left, and what each document holds of it."""

    def __init__(self) -> None:
        self.available: dict[str, Decimal] = {}
        self.open: dict[tuple[str, str, str], Decimal] = defaultdict(lambda: ZERO)
        self.of: dict[tuple[str, str, str], str | None] = {}
        self.movements = 0

    def change(self, *changes: tuple[str, str, Decimal]) -> bool:
        """Give and take; all or nothing."""
        left = dict(self.available)
        taken: dict[str, Decimal] = defaultdict(lambda: ZERO)
        for line, kind, amount in changes:
            if kind in GIVEN:
                left[line] += amount
            else:
                taken[line] += amount
                left[line] -= amount
        if any(amount > self.available[line] for line, amount in taken.items()):
            return False
        self.available = left
        self.movements += len(changes)
        return True

    def spend(self, how: str, document: str, wanted, *, of: str | None, rest: bool = False) -> bool:
        """Reserve, obligate or disburse; all or nothing."""
        if not self._may_spend(how, document, wanted, of):
            return False
        for line, amount in wanted:
            source = None if of is None else self._source(how, of, line)
            key = (document, line, HOLDS[how])
            self.of[key] = of
            self.open[key] += amount
            self.movements += 1
            if source is None:
                self.available[line] -= amount
            else:
                self.open[source] -= amount
                self.movements += 1
        if rest and of is not None:
            for key in [key for key in self.of if key[0] == of and key[2] == "hold"]:
                self._give_back(key, self.open[key])
        return True

    def _may_spend(self, how: str, document: str, wanted, of: str | None) -> bool:
        asked: dict[str, Decimal] = defaultdict(lambda: ZERO)
        for line, amount in wanted:
            asked[line] += amount
        for line, amount in asked.items():
            if self.of.get((document, line, HOLDS[how]), of) != of:
                return False
            source = None if of is None else self._source(how, of, line)
            if of is not None and source is None:
                return False
            if amount > (self.available[line] if source is None else self.open[source]):
                return False
        return True

    def release(self, document: str) -> None:
        """Give back what a document holds or has bound."""
        for key in [key for key in self.of if key[0] == document and key[2] != "disbursement"]:
            self._give_back(key, self.open[key])

    def restore(self, document: str) -> None:
        """Put back what a document has spent where it came from."""
        for key in [key for key in self.of if key[0] == document and key[2] == "disbursement"]:
            of, line, amount = self.of[key], key[1], self.open[key]
            if not amount:
                continue
            self.open[key] = ZERO
            self.movements += 1
            if of is None:
                self.available[line] += amount
            else:
                self.open[self._source("disburse", of, line)] += amount
                self.movements += 1

    def give_back_a_part(self, how: str, document: str, line: str, amount: Decimal) -> bool | None:
        """Release or restore a part; None when a hold and an obligation leave it open which."""
        own = [
            key
            for key in self.of
            if key[:2] == (document, line) and (key[2] == "disbursement") == (how == "restore")
        ]
        if len(own) > 1:
            return None
        if not own or amount > self.open[own[0]]:
            return False
        (key,), of = own, self.of[own[0]]
        if how == "release" or of is None:
            self._give_back(key, amount)
            return True
        self.open[key] -= amount
        self.open[self._source("disburse", of, line)] += amount
        self.movements += 2
        return True

    def sums(self, kind: str) -> dict[str, Decimal]:
        """Return what is held so of each line."""
        held: dict[str, Decimal] = dict.fromkeys(self.available, ZERO)
        for (_, line, how), amount in self.open.items():
            if how == kind:
                held[line] += amount
        return held

    def _source(self, how: str, of: str, line: str):
        kinds = ("hold",) if how == "obligate" else ("obligation", "hold")
        return next((key for kind in kinds if (key := (of, line, kind)) in self.of), None)

    def _give_back(self, key, amount: Decimal) -> None:
        if amount:
            self.open[key] -= amount
            self.available[key[1]] += amount
            self.movements += 1
