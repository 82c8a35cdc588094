"""Bodies beside their peers: who they are, and where among them a body stands. Pure.

Peers are bodies of the same kind whose budgets of the year are of the same size: the kind's bodies
over the nation, ordered by budget, are cut into classes of equal number, five at most. Few bodies
make fewer classes, so that a class is large enough to say something and to give nobody away.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from uuid import UUID

# Ours, as no regulation cuts bodies into sizes: fifths are what the nation's kinds have room for.
MOST_CLASSES = 5
BODIES_OF_A_CLASS = 20
# Ours: a median of fewer would tell of a single body.
LEAST_PEERS = 10
NO_SIZE = 0

COLLECTED, SPENT, LAG = "collected_percent", "spent_percent", "closing_lag"
MEASURES = (COLLECTED, SPENT, LAG)
_LESS_IS_BETTER = frozenset({LAG})
_TWO_PLACES = Decimal("0.01")

Group = tuple[str, int]  # kind of body, class of size


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A body's measures in a year.

    Attributes:
        kind: of the body.
        budget: after all changes; nothing: it has no size, and no peers.
        has_reported: whether it closed the month by which reporting is counted.
        measures: by name of MEASURES, in percent or months; absent where there is none.
    """

    body_id: UUID
    kind: str
    budget: Decimal
    has_reported: bool
    measures: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quartiles:
    """A quarter is at or below the lower, half at or below the median; ``bodies`` have a value."""

    lower: Decimal
    median: Decimal
    upper: Decimal
    bodies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PeersOfGroup:
    """What is told of a group of peers: nothing of a measure that fewer than LEAST_PEERS have."""

    kind: str
    size_class: int
    size_classes: int
    bodies: int
    reported: int
    quartiles: Mapping[str, Quartiles]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a body stands: its class, and its rank by measure, 1 the best; absent: none."""

    size_class: int
    ranks: Mapping[str, int]


def compared(bodies: Iterable[Measured]) -> tuple[list[PeersOfGroup], dict[UUID, Standing]]:
    """Return the groups of peers, and where each body stands in its own."""
    by_kind: dict[str, list[Measured]] = defaultdict(list)
    for body in bodies:
        by_kind[body.kind].append(body)
    groups, standings = list[PeersOfGroup](), dict[UUID, Standing]()
    for kind, some in sorted(by_kind.items()):
        sized = [one for one in some if one.budget > 0]
        for one in some:
            standings[one.body_id] = Standing(size_class=NO_SIZE, ranks={})
        classes = size_classes(sized)
        for number, peers in enumerate(classes, start=1):
            group = _group(kind, number, len(classes), peers)
            groups.append(group)
            ranked = {name: _ranks(peers, name) for name in group.quartiles}
            for one in peers:
                ranks = {name: of[one.body_id] for name, of in ranked.items() if one.body_id in of}
                standings[one.body_id] = Standing(size_class=number, ranks=ranks)
    return groups, standings


def size_classes(bodies: Sequence[Measured]) -> list[list[Measured]]:
    """Return bodies of a kind in classes of equal number, the smallest budgets first."""
    ordered = sorted(bodies, key=lambda one: (one.budget, one.body_id))
    count = max(1, min(MOST_CLASSES, len(ordered) // BODIES_OF_A_CLASS))
    bounds = [len(ordered) * step // count for step in range(count + 1)]
    return [ordered[start:end] for start, end in pairwise(bounds) if start < end]


def quartiles(values: Iterable[Decimal]) -> Quartiles:
    """Return the quartiles of one value or more, between neighbours where they fall there."""
    ordered = sorted(values)
    lower, median, upper = (_at(ordered, Decimal(quarter) / 4) for quarter in (1, 2, 3))
    return Quartiles(lower=lower, median=median, upper=upper, bodies=len(ordered))


def _at(ordered: Sequence[Decimal], share: Decimal) -> Decimal:
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    found = ordered[below] + (ordered[above] - ordered[below]) * (place - below)
    return found.quantize(_TWO_PLACES, rounding=ROUND_HALF_UP)


def _group(kind: str, number: int, classes: int, peers: Sequence[Measured]) -> PeersOfGroup:
    by_measure = {
        name: [one.measures[name] for one in peers if name in one.measures] for name in MEASURES
    }
    return PeersOfGroup(
        kind=kind,
        size_class=number,
        size_classes=classes,
        bodies=len(peers),
        reported=sum(one.has_reported for one in peers),
        quartiles={
            name: quartiles(values)
            for name, values in by_measure.items()
            if len(values) >= LEAST_PEERS
        },
    )


def _ranks(peers: Sequence[Measured], name: str) -> dict[UUID, int]:
    """Return ranks by a measure; bodies with the same value have the same rank."""
    has = [one for one in peers if name in one.measures]
    has.sort(key=lambda one: one.measures[name], reverse=name not in _LESS_IS_BETTER)
    ranks: dict[UUID, int] = {}
    rank = 0
    value: Decimal | None = None
    for position, one in enumerate(has, start=1):
        if one.measures[name] != value:
            rank, value = position, one.measures[name]
        ranks[one.body_id] = rank
    return ranks
