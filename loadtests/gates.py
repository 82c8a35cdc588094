"""When a run of load is good enough: the limits, and every reason why it is not."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from loadtests.scheduled import histogram
from loadtests.scheduled.histogram import Histogram
from loadtests.scheduled.outcome import Told

_ENOUGH_FOR_P95, _ENOUGH_FOR_P99 = 20, 100  # answers of an action
# The same file gives k6 its thresholds.
_LIMITS: dict[str, float] = json.loads(
    (Path(__file__).parent / "data" / "limits.json").read_text(encoding="utf-8")
)
CHANGES_THE_BOOKS = frozenset({"post", "approve", "save", "import"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """Limits, none of which may be reached; those of the year-end acceptance by default.

    Attributes:
        posting_p99_ms: of what changes the books, once it was let in.
        refusal_p99_ms: of an answer that says "later".
    """

    p95_ms: float = _LIMITS["p95_ms"]
    p99_ms: float = _LIMITS["p99_ms"]
    error_share: float = _LIMITS["error_share"]
    posting_p99_ms: float = _LIMITS["posting_p99_ms"]
    refusal_p99_ms: float = _LIMITS["refusal_p99_ms"]


ACCEPTANCE = Gates()
Actions = Mapping[str, Told]


def failures(figures: Mapping[str, float], gates: Gates = ACCEPTANCE) -> Iterator[str]:
    """Yield each reason to fail the run; a run in which nothing was done fails too."""
    if not figures["actions"]:
        yield "nothing was done"
        return
    for name, limit in (("p95_ms", gates.p95_ms), ("p99_ms", gates.p99_ms)):
        if figures[name] >= limit:
            yield f"{name} is {figures[name]:.0f}, the limit is {limit:.0f}"
    share = figures["errors"] / figures["actions"]
    if share >= gates.error_share:
        yield (
            f"{figures['errors']:.0f} of {figures['actions']:.0f} actions failed"
            f" ({share:.2%}), the limit is {gates.error_share:.2%}"
        )


def slow(
    where: str, actions: Actions, kinds: Mapping[str, str], gates: Gates = ACCEPTANCE
) -> Iterator[str]:
    """Yield each action whose answers were too slow; `kinds` tells the class of an action."""
    for key, told in actions.items():
        p99 = gates.posting_p99_ms if _kind(key, kinds) in CHANGES_THE_BOOKS else gates.p99_ms
        for percent, limit, enough in (
            (95, gates.p95_ms, _ENOUGH_FOR_P95),
            (99, p99, _ENOUGH_FOR_P99),
        ):
            found = told.done.percentile(percent)
            if told.done.total >= enough and found >= limit:
                yield (f"{where}: {key}: p{percent} is {found:.0f} ms, the limit is {limit:.0f} ms")


def slow_postings(
    where: str, actions: Actions, kinds: Mapping[str, str], gates: Gates = ACCEPTANCE
) -> Iterator[str]:
    """Yield a reason when what was let in and changes the books was too slow."""
    found = done(postings(actions, kinds)).percentile(99)
    if found >= gates.posting_p99_ms:
        yield (
            f"{where}: postings that were let in: p99 is {found:.0f} ms,"
            f" the limit is {gates.posting_p99_ms:.0f} ms"
        )


def failed(where: str, actions: Actions, gates: Gates = ACCEPTANCE) -> Iterator[str]:
    """Yield a reason when too much failed; what was shed has not failed."""
    wrong = sum(told.failed.total() for told in actions.values())
    if not asked(actions):
        yield f"{where}: nothing was done"
    elif wrong / asked(actions) >= gates.error_share:
        yield (
            f"{where}: {wrong} of {asked(actions)} requests failed"
            f" ({wrong / asked(actions):.2%}), the limit is {gates.error_share:.2%}"
        )


def shed(where: str, actions: Actions, gates: Gates = ACCEPTANCE) -> Iterator[str]:
    """Yield a reason when something was shed although the load was bearable."""
    count = refused(actions)
    if count and count / asked(actions) >= gates.error_share:
        share = count / asked(actions)
        yield f"{where}: {count} of {asked(actions)} requests were shed ({share:.2%})"


def impolite(where: str, actions: Actions, gates: Gates = ACCEPTANCE) -> Iterator[str]:
    """Yield a reason when "later" was said too late, or without saying when."""
    silently = sum(told.refused_silently for told in actions.values())
    if silently:
        yield f"{where}: {silently} refusals did not say when to come back (Retry-After)"
    said = histogram.together(told.refused for told in actions.values())
    found = said.percentile(99)
    if said.total >= _ENOUGH_FOR_P99 and found > gates.refusal_p99_ms:
        yield (
            f"{where}: refusals: p99 is {found:.0f} ms, the limit is {gates.refusal_p99_ms:.0f} ms"
        )


def slower_than(
    where: str, actions: Actions, before: Actions, *, factor: float = 1.25
) -> Iterator[str]:
    """Yield a reason when the same work was slower by more than the factor, at p95."""
    then, now = done(before).percentile(95), done(actions).percentile(95)
    if then and now > then * factor:
        yield (
            f"{where}: p95 of the work is {now:.0f} ms, {now / then:.2f} times the"
            f" {then:.0f} ms without it; the limit is {factor:.2f} times"
        )


def less_done(where: str, in_time: int, *, before: int, least_share: float = 0.9) -> Iterator[str]:
    """Yield a reason when less was done in time than while less was asked.

    Args:
        where: the step.
        in_time: what was done in it.
        before: the most that was done in a step that asked for less.
        least_share: of that.
    """
    if in_time < least_share * before:
        yield (
            f"{where}: {in_time} actions were done in time, {in_time / before:.0%} of the"
            f" {before} when less was asked; the limit is {least_share:.0%}"
        )


def goodput(actions: Actions, gates: Gates = ACCEPTANCE) -> int:
    """Return how many actions were done before their officers had given up."""
    return done(actions).within(gates.p99_ms)


def postings(actions: Actions, kinds: Mapping[str, str]) -> Actions:
    """Return those of the actions that change the books."""
    return {k: told for k, told in actions.items() if _kind(k, kinds) in CHANGES_THE_BOOKS}


def done(actions: Actions) -> Histogram:
    """Return the latencies of all that was done."""
    return histogram.together(told.done for told in actions.values())


def refused(actions: Actions) -> int:
    """Return how many requests were shed."""
    return sum(told.refused.total for told in actions.values())


def asked(actions: Actions) -> int:
    """Return how many requests were answered, shed or failed."""
    failures_of = sum(told.failed.total() for told in actions.values())
    return done(actions).total + refused(actions) + failures_of


def _kind(key: str, kinds: Mapping[str, str]) -> str:
    return kinds.get(key.removesuffix(" (page)"), "look")


def all_reasons(*reasons: Iterable[str]) -> list[str]:
    """Return every reason, in their order."""
    return [one for each in reasons for one in each]
