"""Officers at work: who does what next, and what follows from the answer.

The same for Locust and for the open-model driver. An action that takes a paper takes it from a
desk; its answer leaves the next one. So a ฎีกา goes through its six people however the moments
are chosen, and each keeps the share of the work that actions.csv gives it.
"""

from dataclasses import dataclass, field
from itertools import accumulate
from random import Random

from loadtests import mix
from loadtests.asking import AMOUNT, IDENTITY, NUMBER, Asked, Budget, Facts, asked, page_of
from loadtests.desks import RECEIPTS, Desks, Paper
from loadtests.mix import ANYBODY, Action, actions
from loadtests.officers import Officer, Staff

PAPERS = "papers"  # what can be printed
SHED = frozenset({429, 503})  # "come back later": the paper stays where it was
CLOSING_TIME = (mix.RECEIVE_SLIP, mix.SUM_UP, mix.CHECK)
_COUNTERS_LOOKED_AT = 20
_MOST_KEPT = 5_000  # acknowledged entries that are looked for afterwards


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """An action that an officer does now."""

    action: Action
    officer: Officer
    request: Asked
    paper: Paper


@dataclass(slots=True)
class Chooser:
    """Draws actions by weight."""

    keys: list[str]
    sums: list[float]

    @classmethod
    def of(cls, weights: dict[str, float]) -> "Chooser":
        """Make one for a mix."""
        return cls(list(weights), list(accumulate(weights.values())))

    def draw(self, random: Random) -> str:
        """Return the next action's key."""
        return random.choices(self.keys, cum_weights=self.sums)[0]


@dataclass(slots=True)
class Working:
    """The officers of a run and what they know.

    Attributes:
        pages: the share of the looking that asks for the portal's page, where there is one.
        acknowledged: entries that the API said it has posted: (body, number).
        bodies_active: bodies in which something was done.
    """

    staff: Staff
    random: Random
    budgets: dict[str, Budget] = field(default_factory=dict)
    pages: float = 0.0
    desks: Desks = field(default_factory=Desks)
    seen: dict[str, str] = field(default_factory=dict)
    with_entries: list[str] = field(default_factory=list)  # the bodies of `seen`
    acknowledged: list[tuple[str, str]] = field(default_factory=list)
    posted: int = 0
    bodies_active: set[str] = field(default_factory=set)
    _choosers: dict[str, Chooser] = field(default_factory=dict)

    def prepare(self) -> None:
        """Sort the officers now: it takes a tenth of a second, which nobody should wait for."""
        for action in actions().values():
            self._drawn(action)

    def next_of_anybody(self, chooser: Chooser) -> Doing | None:
        """Choose an action by the mix, then who does it; None when nobody of the file can."""
        return self._do(actions()[chooser.draw(self.random)], None)

    def next_of(self, officer: Officer, chooser: Chooser) -> Doing | None:
        """Choose what the officer does next."""
        return self._do(actions()[chooser.draw(self.random)], officer)

    def do(self, key: str, officer: Officer | None = None) -> Doing | None:
        """Do a certain action, or what is done instead when there is nothing to take."""
        return self._do(actions()[key], officer)

    def at_closing_time(self, key: str) -> list[Doing]:
        """Return what is left to do of an action that ends a body's round, when a run is over.

        A slip that nobody received would keep the next run of the day from summing it up.
        """
        waiting = self.desks.count(actions()[key].takes)
        doings = [self.do(key) for _ in range(waiting)]
        return [one for one in doings if one is not None and one.action.key == key]

    def heard(self, doing: Doing, status: int, answer: bytes) -> bool:
        """Note what follows from an answer; tell whether it was the wanted one."""
        action, body = doing.action, doing.officer.body_code
        if action.key == mix.ISSUE:
            self.desks.issued(body)
        if status != doing.request.wanted:
            if status in SHED and action.takes:
                self.desks.put_back(action.takes, body, doing.paper)
            return False
        self.bodies_active.add(body)
        if action.key in {mix.POST_ENTRY, mix.LIST_ENTRIES} and not doing.request.is_page:
            self._note_entry(action, body, answer)
        elif action.leaves:
            self._leave(action, body, answer)
        if action.takes == "summaries":
            self.desks.end_round(body)
        return True

    def _do(self, action: Action, officer: Officer | None) -> Doing | None:
        paper: Paper = {}
        if action.takes:
            taken = self.desks.take(action.takes, officer.body_code if officer else None)
            if taken is None:
                return self._instead(action, officer)
            body, paper = taken
            officer = officer or self._who(action, body)
        elif officer is None:
            officer = self._drawn(action)
        if officer is None:
            return None
        if other := self._what_else(action, officer):
            return self._do(actions()[other], officer)
        if action.key == mix.ISSUE:
            self.desks.issuing(officer.body_code)
        return self._doing(action, officer, paper)

    def _what_else(self, action: Action, officer: Officer) -> str:
        """Return what is done instead of what the officer cannot do now; empty when they can."""
        body = officer.body_code
        if action.key in {mix.READ_ENTRY, mix.PRINT_ENTRY} and body not in self.seen:
            return action.instead
        if action.key == mix.DRAW_UP and body not in self.budgets:
            return mix.LIST_VOUCHERS
        if action.key == mix.SIGN_IN and not officer.password:
            return mix.HOME
        if action.key == mix.ISSUE and not self.desks.may_issue(body):
            return mix.LIST_RECEIPTS
        return ""

    def _doing(self, action: Action, officer: Officer, paper: Paper) -> Doing:
        facts = Facts(self.random, self.budgets, self.seen)
        request = None
        if self.pages and self.random.random() < self.pages:
            request = page_of(action.key, officer, facts)
        if request is None:
            request = asked(action.key, officer, facts, paper)
        return Doing(action=action, officer=officer, request=request, paper=paper)

    def _instead(self, action: Action, officer: Officer | None) -> Doing | None:
        """Do what the file says; an officer of another role looks through a list."""
        other = actions()[action.instead]
        is_able = officer is None or other.role in {ANYBODY, *officer.roles}
        return self._do(other if is_able else actions()[mix.LIST_RECEIPTS], officer)

    def _who(self, action: Action, body: str) -> Officer | None:
        if action.role != ANYBODY:
            return self.staff.at(body, action.role)
        return next(iter(self.staff.by_body[body].values()))

    def _drawn(self, action: Action) -> Officer | None:
        """Return who does it next; each body once before any comes again."""
        if action.key == mix.SIGN_IN:
            return self.staff.draw_with_password() or self.staff.draw(ANYBODY)
        if action.key == mix.DRAW_UP:
            return self.staff.draw_among(action.role, self.budgets)
        if action.key == mix.ISSUE:
            return self._at_an_open_counter(action.role)
        if action.key == mix.PRINT_ENTRY and self.with_entries:
            # Books without an entry would only ever be looked through, never printed.
            return self._who(action, self.random.choice(self.with_entries))
        return self.staff.draw(action.role)

    def _at_an_open_counter(self, role: str) -> Officer | None:
        """Return who issues a receipt next; anybody when no counter is found open."""
        for _ in range(_COUNTERS_LOOKED_AT):
            officer = self.staff.draw(role)
            if officer is None or self.desks.may_issue(officer.body_code):
                break
        return officer

    def _note_entry(self, action: Action, body: str, answer: bytes) -> None:
        found = NUMBER.search(answer)
        if found is None:
            return
        number = found[1].decode()
        if body not in self.seen:
            self.with_entries.append(body)
        self.seen[body] = number
        if action.key == mix.POST_ENTRY:
            self.posted += 1
            if len(self.acknowledged) < _MOST_KEPT:
                self.acknowledged.append((body, number))
            elif (place := self.random.randrange(self.posted)) < _MOST_KEPT:
                self.acknowledged[place] = (body, number)

    def _leave(self, action: Action, body: str, answer: bytes) -> None:
        found, amount = IDENTITY.search(answer), AMOUNT.search(answer)
        if found is None:
            return
        paper: Paper = {"id": found[1].decode()}
        if amount is not None:
            paper["amount"] = amount[1].decode()
        self.desks.leave(action.leaves, body, paper)
        if action.leaves == RECEIPTS or action.key == mix.DRAW_UP:
            self.desks.leave(PAPERS, body, paper)
