"""The days that a run can be: what is due when, and what is asked of the answers.

A rate of a profile is a share of the nation's (data/load_model.csv), or what the person says. Each
profile is made of streams: those with names of their own are counted apart, so that the work of
officers can be compared with and without what came beside it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from loadtests import gates, mix, model
from loadtests.gates import Actions, Gates, all_reasons

OVERLOADS = (1, 2, 5, 10)
RECOVERY_SECONDS = 60.0  # after which everything must be as before
_WARMING_UP_SECONDS = 10.0  # more than a driver leaves out
_SPIKE, _NEIGHBOUR, _PAPERS = 5, 100, 2
_BULK_ENTRIES = 20  # of a back-fill's request
Streams = list[dict[str, Any]]
Outcome = Mapping[str, Actions]


class Day(StrEnum):
    """A profile."""

    NORMAL = "normal"
    MONTH_END = "month-end"
    YEAR_END = "year-end"
    LOGIN_STORM = "login-storm"
    BACK_FILL = "back-fill"
    NOISY_NEIGHBOUR = "noisy-neighbour"
    REPORTS = "reports"
    SPIKE = "spike"
    SOAK = "soak"
    OVERLOAD = "overload"
    CONCURRENCY = "concurrency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How large a profile is wished.

    Attributes:
        rate: actions a second at its peak; none: `share` of the nation's.
        share: of the nation's rate.
        seconds: how long its main part takes.
        sessions: officers signed in at once, for `concurrency`.
        pause: seconds between two actions of such an officer, least and most.
        bodies: how many have officers.
        neighbour: the body of the noisy neighbour.
    """

    seconds: float
    rate: float | None = None
    share: float = 0.05
    sessions: int = 10_000
    pause: tuple[float, float] = (30.0, 90.0)
    bodies: int = 1
    neighbour: str = ""

    def per_s(self, nation_per_s: float) -> float:
        """Return the rate."""
        return self.rate if self.rate is not None else self.share * nation_per_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A day.

    Attributes:
        says: one line for people.
        seconds: of its main part, unless told.
        streams: what is due; each stream's first stage may be a wait.
        judged: the reasons to fail it.
        shape: for a closed model: (seconds, share of the peak's sessions), from one to the next.
    """

    says: str
    seconds: float
    streams: Callable[[Wish], Streams]
    judged: Callable[[Outcome, Mapping[str, str], Gates], list[str]]
    shape: tuple[tuple[float, float], ...] = ((0.1, 1.0), (0.9, 1.0))


def share_at(shape: Sequence[tuple[float, float]], part: float) -> float:
    """Return the share of the peak's officers at a part of the day, from 0 to 1.

    Args:
        shape: parts of the day, and the share that each leads to, the first from none.
        part: how much of the day is over.
    """
    begins, before = 0.0, 0.0
    for length, share in shape:
        if part < begins + length:
            return before + (share - before) * (part - begins) / length
        begins, before = begins + length, share
    return before


def length_of(streams: Streams) -> float:
    """Return the seconds until nothing more is due."""
    return max(
        one["seconds"] if "sessions" in one else sum(stage[0] for stage in one["stages"])
        for one in streams
    )


def _stream(
    name: str, per_s: float, *, at: float, seconds: float, weights: dict[str, float] | None = None
) -> dict[str, Any]:
    stages = [[at, 0.0, 0.0]] if at else []
    weights = weights or mix.year_end()
    return {"name": name, "stages": [*stages, [seconds, per_s, per_s]], "mix": weights}


def _steady(nation: str) -> Callable[[Wish], Streams]:
    def streams(wish: Wish) -> Streams:
        return [_stream("work", wish.per_s(_nation(nation)), at=0, seconds=wish.seconds)]

    return streams


def _nation(name: str) -> float:
    """Return the nation's actions a second of a day's peak, by its sessions."""
    sessions = model.read("result")[f"sessions_{name}_peak"]
    return sessions / model.read("input")["seconds_between_actions"]


def _beside(name: str, extra: Callable[[Wish, float], dict[str, Any]]) -> Callable[[Wish], Streams]:
    """Make streams of work alone, and then of work with something beside it."""

    def streams(wish: Wish) -> Streams:
        per_s, half = wish.per_s(_nation("normal")), wish.seconds / 2
        return [
            _stream("work before", per_s, at=0, seconds=half),
            _stream("work beside", per_s, at=half, seconds=half),
            {"name": name, **extra(wish, half)},
        ]

    return streams


def _storm(wish: Wish, half: float) -> dict[str, Any]:
    nation = model.read("result")["logins_per_s_after_outage_all_in_5min"]
    per_s = wish.share * nation
    return _stream("", per_s, at=half, seconds=half, weights={mix.SIGN_IN: 1.0}) | {
        "name": "sign-ins"
    }


def _books_of_months(wish: Wish, half: float) -> dict[str, Any]:
    nation = model.read("result")["backfill_docs_per_s_if_done_in_30_days_of_8h"]
    per_s = wish.share * nation / _BULK_ENTRIES
    return _stream("", per_s, at=half, seconds=half, weights={mix.BACK_FILL: 1.0}) | {
        "name": "back-fill"
    }


def _printing(wish: Wish, half: float) -> dict[str, Any]:
    """Ask for papers twice as often as for everything else: more than can be printed."""
    per_s = _PAPERS * wish.per_s(_nation("normal"))
    told = _stream("", per_s, at=half, seconds=half, weights={mix.PRINT_ENTRY: 1.0})
    return told | {"name": "papers"}


def _one_body(wish: Wish, half: float) -> dict[str, Any]:
    share = wish.per_s(_nation("normal")) / max(1, wish.bodies)
    told = _stream("", _NEIGHBOUR * share, at=half, seconds=half)
    return told | {"name": "neighbour", "bodies": [wish.neighbour]}


def _spike(wish: Wish) -> Streams:
    per_s, third = wish.per_s(_nation("normal")), wish.seconds / 3
    return [
        _stream("before", per_s, at=0, seconds=third),
        _stream("spike", _SPIKE * per_s, at=third, seconds=third),
        _stream("after", per_s, at=2 * third, seconds=RECOVERY_SECONDS),
        _stream("recovered", per_s, at=2 * third + RECOVERY_SECONDS, seconds=third),
    ]


def _overload(wish: Wish) -> Streams:
    """Offer the peak and several times the peak, one after the other, then the peak's half.

    Before it the peak for a moment of its own: part of that is not counted, and what is done in
    the others is compared.
    """
    per_s, at = wish.per_s(_nation("yearend")), _WARMING_UP_SECONDS
    streams = [_stream("warming up", per_s, at=0, seconds=at)]
    for times in OVERLOADS:
        streams.append(_stream(f"{times}x", times * per_s, at=at, seconds=wish.seconds))
        at += wish.seconds
    streams.append(_stream("after", per_s / 2, at=at, seconds=RECOVERY_SECONDS))
    at += RECOVERY_SECONDS
    return [*streams, _stream("recovered", per_s / 2, at=at, seconds=wish.seconds)]


def _concurrency(wish: Wish) -> Streams:
    told = {"name": "work", "sessions": wish.sessions, "pause": list(wish.pause)}
    return [told | {"mix": mix.year_end(), "seconds": wish.seconds}]


def _all_good(outcome: Outcome, kinds: Mapping[str, str], limits: Gates) -> list[str]:
    return all_reasons(
        *(
            reason
            for name, actions in outcome.items()
            for reason in (
                gates.slow(name, actions, kinds, limits),
                gates.failed(name, actions, limits),
                gates.shed(name, actions, limits),
            )
        )
    )


def _as_before(outcome: Outcome, kinds: Mapping[str, str], limits: Gates) -> list[str]:
    """Ask that work goes on beside what came; that itself may be shed, politely."""
    work = {name: outcome[name] for name in ("work before", "work beside")}
    beside = {name: actions for name, actions in outcome.items() if name not in work}
    return all_reasons(
        _all_good(work, kinds, limits),
        gates.slower_than("work beside", work["work beside"], work["work before"]),
        *(gates.impolite(name, actions, limits) for name, actions in beside.items()),
        *(gates.failed(name, actions, limits) for name, actions in beside.items()),
    )


def _posts_as_before(outcome: Outcome, kinds: Mapping[str, str], limits: Gates) -> list[str]:
    """Ask that postings go on beside papers, which may be shed, those of the work among them."""
    work = {
        name: {key: told for key, told in outcome[name].items() if key != mix.PRINT}
        for name in ("work before", "work beside")
    }
    posts = {name: gates.postings(actions, kinds) for name, actions in work.items()}
    return all_reasons(
        _all_good(work, kinds, limits),
        gates.slower_than("postings beside papers", posts["work beside"], posts["work before"]),
        gates.impolite("papers", outcome["papers"], limits),
        gates.failed("papers", outcome["papers"], limits),
    )


def _bears_too_much(outcome: Outcome, kinds: Mapping[str, str], limits: Gates) -> list[str]:
    """Ask that no less is done the more is asked, and "no" is said quickly.

    Each step is held against those that asked for less. What a later one did is no measure of it:
    at ten times the peak fewer bodies are at work, whose schemas the connections know, and more is
    done.
    """
    loaded = {f"{times}x": outcome[f"{times}x"] for times in OVERLOADS}
    in_time = {name: gates.goodput(actions, limits) for name, actions in loaded.items()}
    names = list(loaded)
    before = {name: max(in_time[one] for one in names[: names.index(name) + 1]) for name in names}
    return all_reasons(
        *(
            reason
            for name, actions in loaded.items()
            for reason in (
                gates.less_done(name, in_time[name], before=before[name]),
                gates.slow_postings(name, actions, kinds, limits),
                gates.impolite(name, actions, limits),
                gates.failed(name, actions, limits),
            )
        ),
        _all_good({"recovered": outcome["recovered"]}, kinds, limits),
    )


def _comes_back(outcome: Outcome, kinds: Mapping[str, str], limits: Gates) -> list[str]:
    good = {name: outcome[name] for name in ("before", "recovered")}
    return all_reasons(
        _all_good(good, kinds, limits),
        gates.impolite("spike", outcome["spike"], limits),
        gates.failed("spike", outcome["spike"], limits),
    )


PROFILES: dict[Day, Profile] = {
    Day.NORMAL: Profile(
        says="the busiest hour of an ordinary day",
        seconds=120,
        streams=_steady("normal"),
        judged=_all_good,
    ),
    Day.MONTH_END: Profile(
        says="the busiest hour of a month's end",
        seconds=120,
        streams=_steady("monthend"),
        judged=_all_good,
    ),
    Day.YEAR_END: Profile(
        says="the busiest hour of the year's end",
        seconds=120,
        streams=_steady("yearend"),
        judged=_all_good,
    ),
    Day.LOGIN_STORM: Profile(
        says="all sign in again within five minutes after an outage, beside an ordinary day's work",
        seconds=120,
        streams=_beside("sign-ins", _storm),
        judged=_as_before,
        shape=((0.02, 1.0), (0.98, 1.0)),
    ),
    Day.BACK_FILL: Profile(
        says="the work of six months brought in beside an ordinary day's",
        seconds=120,
        streams=_beside("back-fill", _books_of_months),
        judged=_as_before,
    ),
    Day.NOISY_NEIGHBOUR: Profile(
        says="one body asks a hundred times its share",
        seconds=120,
        streams=_beside("neighbour", _one_body),
        judged=_as_before,
    ),
    Day.REPORTS: Profile(
        says="papers asked for twice as often as everything else",
        # The p95 of 300 postings scatters by a third; at 200 a second these are 5,000 in each half.
        seconds=600,
        streams=_beside("papers", _printing),
        judged=_posts_as_before,
    ),
    Day.SPIKE: Profile(
        says="five times an ordinary day's load at once, and back",
        seconds=90,
        streams=_spike,
        judged=_comes_back,
        shape=((0.3, 0.2), (0.02, 1.0), (0.3, 1.0), (0.02, 0.2), (0.36, 0.2)),
    ),
    Day.SOAK: Profile(
        says="the year's end for an hour or more",
        seconds=3600,
        streams=_steady("yearend"),
        judged=_all_good,
    ),
    Day.OVERLOAD: Profile(
        says="the peak, then 2, 5 and 10 times as much, then half; --rate is the peak",
        seconds=60,
        streams=_overload,
        judged=_bears_too_much,
        shape=((0.25, 0.1), (0.25, 0.2), (0.25, 0.5), (0.25, 1.0)),
    ),
    Day.CONCURRENCY: Profile(
        says="so many officers signed in, each acting every 30 to 90 seconds",
        seconds=300,
        streams=_concurrency,
        judged=_all_good,
    ),
}
