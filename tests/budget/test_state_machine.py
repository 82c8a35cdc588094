"""The budget ledger does what the model does, whatever is asked of it and in whatever order.

Every operation runs in a transaction of its own that really ends. `make test` plays 100 games of 20
moves; `make prove-budget` plays 2,000 of 50.
"""

import logging
import os
from decimal import Decimal

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.budget.model import Model

FULL_SIZE = os.environ.get("OPENLAAS_FULL_SIZE") == "1"
GAMES, MOVES = (2_000, 50) if FULL_SIZE else (100, 20)
LINES, DOCUMENTS = "AB", "PQRST"

lines = st.sampled_from(LINES)
documents = st.sampled_from(DOCUMENTS)
sources = st.one_of(st.none(), documents, documents)
amounts = st.one_of(st.integers(1, 3_000), st.sampled_from([1, 999, 1_000, 1_001])).map(
    lambda satang: Decimal(satang) / 100
)
wanted = st.lists(st.tuples(lines, amounts), min_size=1, max_size=3)


class BudgetMachine(RuleBasedStateMachine):
    """The moves of a game; each game has lines and documents of its own in one body's ledger."""

    def __init__(self, ledger, played) -> None:
        super().__init__()
        self.ledger, self.model, self.played = ledger, Model(), played
        self.first = played["movements"]
        self.lines = {name: ledger.line("10.00") for name in LINES}
        self.documents = {name: ledger.document() for name in DOCUMENTS}
        self.model.available = dict.fromkeys(LINES, Decimal("10.00"))
        self.model.movements = len(LINES)

    def _attempt(self, operation: str, document: str, *asked, is_right: bool = True, **more):
        """Do what the model has done, or see it refused as the model has."""
        self.played["moves"] += 1
        told = [(self.lines[line], str(amount)) for line, amount in asked]
        document_id = self.documents[document]
        if is_right:
            self.ledger.do(operation, document_id, *told, **more)
        else:
            self.played["refused"] += 1
            assert self.ledger.refused(operation, document_id, *told, **more)

    def _spend(self, how, document, asked, of, **more):
        merged = {} if how == "reserve" else {"of": self.documents.get(of)}
        rest = more.get("release_rest", False)
        is_right = self.model.spend(how, document, asked, of=of, rest=rest)
        self._attempt(how, document, *asked, is_right=is_right, **merged, **more)

    @rule(document=documents, asked=wanted)
    def reserve(self, document, asked):
        self._spend("reserve", document, asked, None)

    @rule(document=documents, asked=wanted, of=sources, rest=st.booleans())
    def obligate(self, document, asked, of, rest):
        of = None if of == document else of
        self._spend("obligate", document, asked, of, release_rest=rest)

    @rule(document=documents, asked=wanted, of=sources)
    def disburse(self, document, asked, of):
        self._spend("disburse", document, asked, of)

    @rule(document=documents)
    def release(self, document):
        self.model.release(document)
        self._attempt("release", document)

    @rule(document=documents)
    def restore(self, document):
        self.model.restore(document)
        self._attempt("restore", document)

    @rule(document=documents, line=lines, amount=amounts)
    def release_a_part(self, document, line, amount):
        self._give_back_a_part("release", document, line, amount)

    @rule(document=documents, line=lines, amount=amounts)
    def restore_a_part(self, document, line, amount):
        self._give_back_a_part("restore", document, line, amount)

    def _give_back_a_part(self, how, document, line, amount):
        is_right = self.model.give_back_a_part(how, document, line, amount)
        if is_right is not None:
            self._attempt(how, document, is_right=is_right, amounts={self.lines[line]: amount})

    @rule(
        document=documents,
        changes=st.lists(
            st.tuples(lines, st.sampled_from(["supplement", "lapse", "carry_out"]), amounts),
            min_size=1,
            max_size=3,
        ),
    )
    def change(self, document, changes):
        self._change(document, changes)

    @rule(document=documents, amount=amounts)
    def transfer(self, document, amount):
        self._change(document, [("A", "transfer_out", amount), ("B", "transfer_in", amount)])

    def _change(self, document, changes):
        told = [
            self.ledger.operations.Change(line_id=self.lines[line], kind=kind, amount=amount)
            for line, kind, amount in changes
        ]
        is_right = self.model.change(*changes)
        self._attempt("change_lines", document, is_right=is_right, changes=told)

    @invariant()
    def the_lines_are_those_of_the_model(self):
        kept = ("available", "reserved", "obligated", "disbursed")
        held = [self.model.sums(kind) for kind in ("hold", "obligation", "disbursement")]
        for name, line_id in self.lines.items():
            expected = (self.model.available[name], *(sums[name] for sums in held))
            assert self.ledger.columns(line_id, *kept) == tuple(map(str, expected))

    def teardown(self):
        self.played["movements"] += self.model.movements
        self.played["games"] += 1
        if self.played["games"] % 20 == 0:
            assert self.ledger.findings() == []
        assert self.ledger.last_movement() == self.played["movements"]


def test_the_ledger_does_what_the_model_does(ledger):
    played = dict.fromkeys(("games", "moves", "refused", "movements"), 0)
    run_state_machine_as_test(
        lambda: BudgetMachine(ledger, played),
        settings=settings(
            max_examples=GAMES,
            stateful_step_count=MOVES,
            deadline=None,
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
    logging.getLogger(__name__).info("played: %s", played)
