"""`openlaas fleet migrate …`: bring every body to this release, see how far it is, see drift."""

import json
import os
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from openlaas.cli.fleet import fleet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tenants.releases.operations import Result, Wishes
    from tenants.releases.running import Progress as Way

console = Console(stderr=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
# Starting costs a second of a processor, which may be one that answers an officer.
_BEHIND_WHO_SERVES = 10


def migrate(
    *,
    wave: Annotated[
        str, typer.Option(help="Stop after this wave: training, one-percent, one-cell, all.")
    ] = "all",
    only: Annotated[str, typer.Option(help="One body's code, whatever its wave.")] = "",
    retry_parked: Annotated[
        bool, typer.Option("--retry-parked", help="Try again what was parked.")
    ] = False,
    max_per_s: Annotated[
        float | None, typer.Option(min=0.1, help="At most so many schemas a second.")
    ] = None,
    halt_above: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=100,
            help="Percent of a wave that may fail; else none in the first two, 0.1 later.",
        ),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Connections to each server.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Bring every body to the newest release, wave by wave. Safe to kill and to run again.

    Ends with 1 when it halted, or when a cell did not answer.
    """
    os.nice(_BEHIND_WHO_SERVES)
    import django

    django.setup()
    from tenants.releases import operations, rules
    from tenants.releases.running import Manner

    if wave not in rules.WAVES:
        raise typer.BadParameter(f"waves are {', '.join(rules.WAVES)}")
    allowed = None if halt_above is None else halt_above / 100
    wishes = operations.Wishes(
        last_wave=rules.WAVES[wave],
        only=only or None,
        retry_parked=retry_parked,
        manner=Manner(workers=workers, max_per_s=max_per_s, allowed=allowed),
    )
    result = _run_or_say_why_not(wishes)
    if as_json:
        print(json.dumps(asdict(result)))
    else:
        tell(result)
    raise typer.Exit(1 if result.halted_because or result.away else 0)


def _run_or_say_why_not(wishes: "Wishes") -> "Result":
    from tenants.releases import operations, states

    try:
        return run(wishes)
    except operations.NothingRecorded:
        raise typer.BadParameter("no release is recorded: run `openlaas prepare`") from None
    except operations.NoSuchBodyOnItsWay as error:
        raise typer.BadParameter(f"{error} has no books") from None
    except states.AnotherMigrationRuns:
        console.print("Another process is migrating the fleet.", style="red")
        raise typer.Exit(1) from None


def run(wishes: "Wishes") -> "Result":
    """Migrate the fleet under a bar with rate and time to go."""
    from django.utils import timezone

    from tenants.releases import operations

    with _bar() as say:
        return operations.migrate_fleet(wishes=wishes, clock=timezone.now, say=say)


def tell(result: "Result") -> None:
    """Say how a migration ended."""
    words = f"release {result.release}: {result.state}, {result.reached:,} bodies reached it"
    console.print(f"{words} in {result.seconds:.1f} s, {result.parked:,} are parked")
    if result.away:
        console.print(f"These cells do not answer: {', '.join(result.away)}", style="red")
    if result.halted_because:
        console.print(Text(f"Halted: {result.halted_because}.", style="red"), soft_wrap=True)
        console.print(
            "What is parked serves on the old shape. See `openlaas fleet migrations`; then"
            " `openlaas fleet migrate --retry-parked`, or allow more with --halt-above."
        )


@contextmanager
def _bar() -> "Iterator[Callable[[Way], None]]":
    from tenants.releases.rules import WAVE_NAMES

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        tasks: dict[int, Any] = {}

        def say(way: "Way") -> None:
            if way.places == 0:
                return
            if way.wave not in tasks:
                name = f"wave {WAVE_NAMES[way.wave]}"
                tasks[way.wave] = progress.add_task(name, total=way.places, rate="")
            rate = f"{way.per_s:.0f}/s, {way.parked} parked, rests {way.rest:.1f}"
            progress.update(tasks[way.wave], completed=way.places - way.waiting, rate=rate)

        yield say


def migrations(as_json: AsJson = False) -> None:
    """Show releases, how far the fleet is with the newest, and what is parked, with its error."""
    import django

    django.setup()
    from tenants.releases import queries

    found = queries.releases()
    newest = found[0]["name"] if found else ""
    counts, parked = queries.counts(newest), queries.parked()
    if as_json:
        told = {"releases": found, "places": counts, "parked": parked}
        print(json.dumps(told, default=str, ensure_ascii=False))
        return
    _show_releases(found, counts)
    for one in parked:
        words = f"parked: {one['code'] or one['schema']} in {one['cell']}: {one['error']}"
        console.print(Text(f"{words} ({one['attempts']} attempts)"), soft_wrap=True)


def _show_releases(found: list[dict[str, Any]], counts: list[dict[str, Any]]) -> None:
    from tenants.releases.rules import WAVE_NAMES

    table = Table("number", "release", "state", "wave", "finished", "last migration")
    for one in found:
        finished = f"{one['finished_at']:%Y-%m-%d %H:%M}" if one["finished_at"] else ""
        last = one["migrations"][-1] if one["migrations"] else ""
        wave = WAVE_NAMES.get(one["wave"], "")
        table.add_row(str(one["number"]), one["name"], one["state"], wave, finished, last)
    console.print(table)
    for one in found[:1]:
        if one["halted_because"]:
            console.print(Text(f"halted: {one['halted_because']}", style="red"), soft_wrap=True)
    for row in counts:
        console.print(f"wave {WAVE_NAMES[row['wave']]}: {row['places']:,} {row['state']}")


def drift(
    *,
    code: Annotated[str, typer.Option(help="Only this body.")] = "",
    all_bodies: Annotated[bool, typer.Option("--all", help="Every schema of every cell.")] = False,
    as_json: AsJson = False,
) -> None:
    """Compare what schemas consist of with what their release recorded; ends with 1 if any differs.

    Tables, columns, constraints, indexes, triggers, rights, and the functions of `shared`.
    """
    import django

    django.setup()
    from tenants.releases.drift import drift_of_fleet

    if bool(code) == all_bodies:
        raise typer.BadParameter("give --all or --code")
    looked = []
    for cell in drift_of_fleet(code=code or None):
        looked.append(cell)
        words = cell.error or f"{cell.schemas:,} schemas, {len(cell.drifts)} differ"
        console.print(Text(f"{cell.cell}: {words}"), soft_wrap=True)
    if not looked:
        raise typer.BadParameter(f"{code} has no books")
    if as_json:
        print(json.dumps([asdict(cell) for cell in looked], ensure_ascii=False))
    for one in (found for cell in looked for found in cell.drifts):
        for difference in one.differences:
            name = one.code or one.schema
            console.print(Text(f"{name} in {one.cell}: {difference}"), soft_wrap=True)
    raise typer.Exit(1 if any(cell.drifts or cell.error for cell in looked) else 0)


def lint() -> None:
    """Refuse migrations that may not meet a fleet in use; needs no database (`make check`)."""
    import django

    django.setup()
    from tenants.releases.static_lint import refusals_of_migrations

    plan = Path(__file__).parents[3] / "infra" / "decisions" / "table-plan.md"
    count, refused = refusals_of_migrations(plan.read_text(encoding="utf-8"))
    for one in refused:
        console.print(Text(f"{one.migration}: {one.statement}\n    {one.reason}"), soft_wrap=True)
    console.print(f"{count} migrations and changes after the first, {len(refused)} refusals")
    raise typer.Exit(1 if refused else 0)


def register(app: typer.Typer) -> None:
    """Add the commands to `openlaas fleet`."""
    for command in (migrate, migrations, drift, lint):
        fleet.command()(command)
