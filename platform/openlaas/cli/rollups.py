"""`openlaas rollups …`: the centre's figures: brought along, told, proved."""

import json
import random
import signal
import threading
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from openlaas.cli.bodies import AsJson, set_up

rollups = typer.Typer(help=__doc__, no_args_is_help=True)
_console = Console(highlight=False)

Cell = Annotated[list[str] | None, typer.Option(help="Only this cell; name it again for each.")]
_NIGHT_HOUR = 2  # in Thailand
_BANGKOK = ZoneInfo("Asia/Bangkok")


@rollups.command("open-data")
def open_data(*, as_json: AsJson = False) -> None:
    """Make the files of open data anew from the centre's figures, as it is done each night."""
    now = set_up()
    from tenants.open_data import making

    _tell({"fiscal_years": len(making.make_all(now=now))}, as_json=as_json)


@rollups.command()
def consume(
    *,
    cell: Cell = None,
    once: Annotated[bool, typer.Option("--once", help="Until nothing is left, then end.")] = False,
    nightly: Annotated[
        int, typer.Option(min=0, help="Bodies compared with their books each night; 0: none.")
    ] = 200,
    as_json: AsJson = False,
) -> None:
    """Bring what the cells tell into the figures of bodies and areas, until told to end.

    May be killed at any moment, and run twice. One process serves every cell; those of a large
    deployment may have one each.
    """
    set_up()
    from tenants.rollups import following

    if once:
        rounds = following.once(only=cell or [])
        told = {
            name: sum(getattr(one, name) for one in rounds)
            for name in ("notices", "events", "anew")
        }
        last = {one.cell: one for one in rounds}
        told["failed"] = sum(len(one.failed) for one in last.values())
        _tell(told, as_json=as_json)
        raise typer.Exit(1 if told["failed"] else 0)
    ends = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: ends.set())
    night = _Night(nightly, mends=not cell)
    following.follow(only=cell or [], ends=ends, nightly=partial(_each_minute, night))


@rollups.command()
def status(*, as_json: AsJson = False) -> None:
    """Tell how far each cell's consumer has come; end with 1 when one has not come at all."""
    set_up()
    from django.utils import timezone

    from tenants.rollups import queries

    now = timezone.now()
    states = queries.cell_states()
    told = [{**asdict(one), "lag_seconds": one.lag_seconds(now)} for one in states]
    if as_json:
        print(json.dumps({"cells": told, "pending": queries.pending()}, default=str))
    else:
        table = Table("cell", "complete to", "lag s", "waiting", "failure")
        for one in states:
            lag = one.lag_seconds(now)
            words = ("-", "-") if lag is None else (f"{one.complete_to:%F %T}", f"{lag:.1f}")
            table.add_row(one.cell, *words, f"{one.waiting:,}", one.failure)
        _console.print(table)
    raise typer.Exit(1 if any(one.complete_to is None for one in states) else 0)


@rollups.command()
def recompute(
    *,
    code: Annotated[list[str] | None, typer.Option(help="A body; again for each.")] = None,
    bodies: Annotated[int, typer.Option(min=1, help="So many, by chance.")] = 200,
    everybody: Annotated[bool, typer.Option("--all", help="Every body.")] = False,
    repair: Annotated[bool, typer.Option("--repair", help="Make right what is wrong.")] = False,
    seed: Annotated[str, typer.Option(help="Of the chance; another each time by default.")] = "",
    as_json: AsJson = False,
) -> None:
    """Compare figures of bodies with their books, and of areas with their bodies.

    Ends with 1 when anything differed, repaired or not.
    """
    set_up()
    from django.utils import timezone

    from tenants.rollups.recompute import recompute as compare

    found = compare(
        codes=code or None,
        sample=None if everybody or code else bodies,
        seed=seed or str(random.random()),  # noqa: S311 - no secret
        repair=repair,
        clock=timezone.now,
    )
    told = {**asdict(found), "is_clean": found.is_clean}
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        for drift in [*told["drifts"], *told["area_drifts"]]:
            _console.print(str(drift), markup=False, soft_wrap=True)
        words = {"bodies": found.bodies, "passed by": found.passed_by}
        wrong = {"of bodies": len(found.drifts), "of areas": len(found.area_drifts)}
        _tell({**words, **wrong}, as_json=False)
    raise typer.Exit(0 if found.is_clean else 1)


@rollups.command()
def compare(
    *,
    fiscal_year: Annotated[
        int | None, typer.Option(min=2400, max=2800, help="Buddhist era; else this one.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare all bodies of a year with their peers now; the consumer does it every ten minutes.

    Ends with 1 when another process is at it.
    """
    set_up()
    from django.utils import timezone

    from accounting.fiscal_year import fiscal_year_of
    from tenants.rollups import comparing

    now = timezone.now()
    year = fiscal_year or fiscal_year_of(timezone.localdate(now))
    found = comparing.compare(fiscal_year=year, now=now)
    if found is None:
        _tell({"compared": 0}, as_json=as_json)
        raise typer.Exit(1)
    _tell(asdict(found), as_json=as_json)


def _each_minute(night: "_Night", now: datetime) -> None:
    """Do what is due beside the consuming."""
    from tenants.master_data import bringing
    from tenants.rollups import comparing

    bringing.bring_all(now=now)
    night.look(now)
    comparing.compare_if_due(now)


class _Night:
    """Compares bodies by chance with their books once a night, and makes right what is wrong."""

    def __init__(self, bodies: int, *, mends: bool) -> None:
        self._bodies = bodies if mends else 0
        self._done_on = ""

    def look(self, now: datetime) -> None:
        """Do tonight's work if its hour has come and it was not done."""
        here = now.astimezone(_BANGKOK)
        day = f"{here:%F}"
        if not self._bodies or here.hour != _NIGHT_HOUR or day == self._done_on:
            return
        from django.utils import timezone

        from tenants.rollups.recompute import recompute as compare

        compare(codes=None, sample=self._bodies, seed=day, repair=True, clock=timezone.now)
        self._done_on = day


def _tell(told: dict[str, int], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(told))
    else:
        _console.print(", ".join(f"{name}: {value:,}" for name, value in told.items()))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(rollups, name="rollups")
