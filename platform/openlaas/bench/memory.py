"""What PostgreSQL's backends remember of the bodies that one app process has touched.

A backend keeps what it has learnt of every schema for as long as it lives. One app process, this
one, posts into every body of the fleet in turn, then again in another order: with its connections
bounded as the product does it, and with connections that live on. Memory is what the backends do
not share with others; what the bound costs is the second pass of one over that of the other.
"""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from rich.table import Table

from openlaas.bench.fleet import Fleet, fleet
from openlaas.bench.report import Report
from openlaas.stack.paths import Announce

if TYPE_CHECKING:
    from tenants.directory.records import BodyRecord

_OFFICER = UUID("00000000-0000-4000-8000-000000000000")
_BACKENDS = """
SELECT pid FROM pg_stat_activity
 WHERE application_name = 'openlaas' AND usename = 'openlaas_login'
"""
_SEED = 2569


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the person asked `openlaas bench memory` for.

    Attributes:
        bodies: so many are touched, of all that the folder has: it may be the nation's.
        bound: bodies that a connection may touch; 0: as configured.
    """

    var: Path
    bodies: int = 1000
    bound: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What was found after all bodies were touched.

    Attributes:
        first_mb: a backend that has served one body.
        largest_mb: the largest backend; of each pass the largest one.
        all_mb: all backends of the process together, at the end.
        cold_per_s: postings of the first pass.
        again_per_s: postings of the second.
    """

    first_mb: float
    largest_mb: float
    all_mb: float
    connections: int
    recycled: int
    given_up: int
    cold_per_s: float
    again_per_s: float


def bench_memory(wishes: Wishes, *, announce: Announce) -> Report:
    """Touch every body with the bound and without.

    Raises:
        StackError: something could not be started.
    """
    with fleet(wishes.var, bodies=wishes.bodies, announce=announce) as ground:
        from django.conf import settings  # noqa: PLC0415 - set up by now

        from tenants.backend.allowance import NO_LIMIT  # noqa: PLC0415
        from tenants.directory.queries import bodies_with_books  # noqa: PLC0415

        bodies = [body for body in bodies_with_books() if body.state == "open"][: wishes.bodies]
        bound = wishes.bound or settings.TENANT_CONNECTION_MAX_BODIES
        announce(f"Touching {len(bodies):,} bodies, {bound} of them by a connection at most")
        bounded = _touched(ground, bodies, bound)
        announce(f"bounded    {bounded}")
        unbounded = _touched(ground, bodies, NO_LIMIT)
        announce(f"unbounded  {unbounded}")
    return _report(ground, len(bodies), bound, bounded, unbounded)


def table(found: Report) -> Table:
    """Return what a person reads."""
    title = f"Backends after one app process touched {found.dataset['bodies']:,} bodies"
    shown = Table(title=title)
    for heading in ("", f"at most {found.dataset['bound']} bodies each", "without a bound"):
        shown.add_column(heading, justify="right" if heading else "left")
    for name in Touched.__dataclass_fields__:
        words = name.replace("_mb", " MB").replace("_per_s", " per s").replace("_", " ")
        figures = [f"{found.figures[f'{side}_{name}']:,}" for side in ("bounded", "unbounded")]
        shown.add_row(words, *figures)
    shown.add_row("postings, bounded / unbounded", f"{found.ratios['again']:.2f}", "")
    return shown


def _touched(ground: Fleet, bodies: Sequence["BodyRecord"], bound: int) -> Touched:
    from django.test import override_settings  # noqa: PLC0415 - set up by now

    from tenants.backend.pool import POOLS  # noqa: PLC0415

    POOLS.forget()
    with override_settings(TENANT_CONNECTION_MAX_BODIES=bound):
        _post(bodies[0])
        first = max(_private_megabytes(ground))
        cold_per_s, largest_cold = _pass(ground, bodies)
        order = random.Random(_SEED).sample(bodies, len(bodies))  # noqa: S311 - no secret
        again_per_s, largest_again = _pass(ground, order)
        held = _private_megabytes(ground)
        counted = POOLS.statistics().values()
        POOLS.forget()
    return Touched(
        first_mb=round(first, 1),
        largest_mb=round(max(largest_cold, largest_again), 1),
        all_mb=round(sum(held)),
        connections=len(held),
        recycled=int(sum(one["recycled_full"] for one in counted)),
        given_up=int(sum(one["given_up"] for one in counted)),
        cold_per_s=round(cold_per_s, 1),
        again_per_s=round(again_per_s, 1),
    )


def _pass(ground: Fleet, bodies: Sequence["BodyRecord"]) -> tuple[float, float]:
    """Post into each body; return how many a second, and the largest backend met on the way."""
    seconds, largest = 0.0, 0.0
    step = max(len(bodies) // 20, 1)
    for first in range(0, len(bodies), step):
        started = time.perf_counter()
        for body in bodies[first : first + step]:
            _post(body)
        seconds += time.perf_counter() - started
        largest = max(largest, *_private_megabytes(ground))
    return len(bodies) / seconds, largest


def _post(body: "BodyRecord") -> None:
    from django.utils import timezone  # noqa: PLC0415 - Django was not set up at import

    from accounting.journal.drafts import read_entry  # noqa: PLC0415
    from accounting.journal.known import Posting  # noqa: PLC0415
    from accounting.journal.operations import post_entries  # noqa: PLC0415
    from accounting.officers import Officer  # noqa: PLC0415
    from loadtests.entries import varied_entry  # noqa: PLC0415
    from tenants.transactions import tenant_transaction  # noqa: PLC0415

    draft = read_entry(varied_entry(1, today=timezone.localdate(), lines=2))
    officer = Officer(id=_OFFICER, name_th="นางสาวสมหญิง ใจดี", roles=frozenset({"ACCOUNTANT"}))
    with tenant_transaction(body):
        post_entries(postings=[Posting(draft=draft)], officer=officer)


def _private_megabytes(ground: Fleet) -> list[float]:
    """Return what each of this process's backends shares with nobody."""
    with ground.owner("postgres") as owner:
        pids = [pid for (pid,) in owner.execute(_BACKENDS)]
    found = []
    for pid in pids:
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        except FileNotFoundError:
            continue  # it has just ended
        lines = (line.split() for line in text.splitlines())
        found.append(sum(int(words[1]) for words in lines if words[0] == "Private_Dirty:") / 1024)
    return found


def _report(ground: Fleet, bodies: int, bound: int, bounded: Touched, unbounded: Touched) -> Report:
    figures = {
        f"{side}_{name}": float(getattr(touched, name))
        for side, touched in (("bounded", bounded), ("unbounded", unbounded))
        for name in Touched.__dataclass_fields__
    }
    return Report(
        name="memory",
        dataset={
            "bodies": bodies,
            "bound": bound,
            "work": "one posting into each body, twice, by one thread",
            "load_average_before": round(ground.foreign_load, 2),
        },
        figures=figures,
        ratios={
            "cold": round(bounded.cold_per_s / unbounded.cold_per_s, 3),
            "again": round(bounded.again_per_s / unbounded.again_per_s, 3),
            "largest_mb": round(bounded.largest_mb / unbounded.largest_mb, 3),
        },
    )
