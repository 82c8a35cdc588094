"""`openlaas bench …`: each figure beside the bare limit and the peer of the same run."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from openlaas.stack.errors import StackError
from openlaas.stack.paths import Announce

if TYPE_CHECKING:
    from openlaas.bench.report import Report
    from openlaas.bench.samples import Samples

Folder = Annotated[
    Path | None,
    typer.Option(resolve_path=True, help="The folder of the bench's own servers; used again."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]

bench = typer.Typer(help=__doc__, no_args_is_help=True)


@bench.command()
def post(
    *,
    seconds: Annotated[float, typer.Option(min=1, help="How long each sample takes.")] = 5,
    rounds: Annotated[int, typer.Option(min=1, help="How many samples of each work.")] = 5,
    bodies: Annotated[int, typer.Option(min=20, help="Bodies that are posted to.")] = 1000,
    peer_bodies: Annotated[int, typer.Option(min=1, help="Tenants of the peer.")] = 50,
    quick: Annotated[
        bool, typer.Option("--quick", help="200 bodies, 10 of the peer, 2 rounds of 2 s.")
    ] = False,
    var: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Postings a second: the API, bare PostgreSQL, plain django-tenants; over one body and many.

    Starts servers of its own, with durable commits, and writes build/bench/post.json. The first
    run makes the bodies, which takes minutes; --quick makes few in a folder of their own.
    """
    from openlaas.bench import post_report, report
    from openlaas.bench.post import Wishes, bench_post

    folder = report.bench_folder()
    chosen = var or folder / ("var-quick" if quick else "var")
    wishes = (
        Wishes(var=chosen, seconds=2, rounds=2, bodies=200, peer_bodies=10, warm_up_seconds=2)
        if quick
        else Wishes(
            var=chosen, seconds=seconds, rounds=rounds, bodies=bodies, peer_bodies=peer_bodies
        )
    )
    measure(
        lambda announce: bench_post(wishes, announce=announce),
        lambda found, taken: post_report.tables(wishes, found, taken),
        as_json=as_json,
    )


@bench.command()
def read(
    *,
    seconds: Annotated[float, typer.Option(min=1, help="How long each sample takes.")] = 3,
    rounds: Annotated[int, typer.Option(min=1, help="How many samples of each work.")] = 5,
    quick: Annotated[
        bool, typer.Option("--quick", help="10 bodies, 5 of the peer, 100,000 lines, 2 rounds.")
    ] = False,
    var: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Lists, trial balances, ledgers: the API, bare PostgreSQL, plain django-tenants.

    Also of a body with a million lines. Writes build/bench/read.json. The first run fills the
    books, which takes minutes.
    """
    from openlaas.bench import report
    from openlaas.bench.read import Wishes, bench_read, tables

    chosen = var or report.bench_folder() / ("var-read-quick" if quick else "var-read")
    wishes = (
        Wishes(var=chosen, seconds=1, rounds=2, bodies=10, peer_bodies=5, large_entries=1_000)
        if quick
        else Wishes(var=chosen, seconds=seconds, rounds=rounds)
    )
    measure(
        lambda announce: bench_read(wishes, announce=announce),
        lambda found, taken: tables(wishes, found, taken),
        as_json=as_json,
    )


@bench.command()
def mix(
    *,
    seconds: Annotated[float, typer.Option(min=1, help="How long each sample takes.")] = 5,
    rounds: Annotated[int, typer.Option(min=1, help="How many samples of each.")] = 5,
    bodies: Annotated[int, typer.Option(min=1, help="Bodies that are at work.")] = 1000,
    peer_bodies: Annotated[int, typer.Option(min=1, help="Tenants of the peer.")] = 50,
    var: Folder = None,
    as_json: AsJson = False,
) -> None:
    """The year-end's mix of lists, trial balances and postings: the API, plain django-tenants.

    Writes build/bench/mix.json. Uses the folder of `openlaas bench post`.
    """
    from openlaas.bench import report
    from openlaas.bench.mixed import Wishes, bench_mixed, tables

    chosen = var or report.bench_folder() / "var"
    wishes = Wishes(
        var=chosen, seconds=seconds, rounds=rounds, bodies=bodies, peer_bodies=peer_bodies
    )
    measure(
        lambda announce: bench_mixed(wishes, announce=announce),
        lambda found, taken: tables(wishes, found, taken),
        as_json=as_json,
    )


@bench.command()
def central(
    *,
    seconds: Annotated[float, typer.Option(min=1, help="How long each sample takes.")] = 3,
    rounds: Annotated[int, typer.Option(min=1, help="How many samples of each.")] = 5,
    bodies: Annotated[int, typer.Option(min=20, help="Bodies of the register.")] = 22_000,
    through: Annotated[
        int, typer.Option(min=20, help="Of them told of by the cells; the others are copied.")
    ] = 2_000,
    per_second: Annotated[float, typer.Option(help="Entries posted, for freshness.")] = 50,
    fresh_seconds: Annotated[float, typer.Option(min=1, help="For so long.")] = 60,
    var: Folder = None,
    as_json: AsJson = False,
) -> None:
    """The centre's answers over the nation, and how soon an entry is in them.

    Writes build/bench/central.json. Its folder is good for this bench alone.
    """
    from openlaas.bench import report
    from openlaas.bench.central import Wishes, bench_central, tables

    wishes = Wishes(
        var=var or report.bench_folder() / "var-central",
        bodies=bodies,
        through=min(through, bodies),
        seconds=seconds,
        rounds=rounds,
        per_second=per_second,
        fresh_seconds=fresh_seconds,
    )
    measure(
        lambda announce: bench_central(wishes, announce=announce),
        lambda found, _taken: tables(found),
        as_json=as_json,
    )


@bench.command()
def touch(
    *,
    rounds: Annotated[int, typer.Option(min=1, help="How often, each with new connections.")] = 3,
    bodies: Annotated[int, typer.Option(min=20, help="Bodies that are touched.")] = 120,
    peer_bodies: Annotated[int, typer.Option(min=2, help="Tenants of the peer.")] = 50,
    var: Folder = None,
    as_json: AsJson = False,
) -> None:
    """What a connection pays for a body it has not served yet: milliseconds and memory.

    Writes build/bench/touch.json. Uses the folder of `openlaas bench post`.
    """
    from openlaas.bench import report
    from openlaas.bench.touch import Wishes, bench_touch, tables

    chosen = var or report.bench_folder() / "var"
    wishes = Wishes(var=chosen, rounds=rounds, bodies=bodies, peer_bodies=peer_bodies)
    measure(
        lambda announce: (bench_touch(wishes, announce=announce), {}),
        lambda found, _taken: tables(found),
        as_json=as_json,
    )


@bench.command()
def provision(
    *,
    bodies: Annotated[int, typer.Option(min=1, help="Bodies and units to be made.")] = 22_000,
    capacity: Annotated[int, typer.Option(min=1, max=1000, help="Bodies of a cell.")] = 1_000,
    peer_bodies: Annotated[int, typer.Option(min=1, help="Schemas made by the peer.")] = 50,
    var: Folder = None,
    as_json: AsJson = False,
) -> None:
    """The nation's books made: beside bare copies of the cells, and plain django-tenants.

    Writes build/bench/provision.json. Needs 22 GB and 1.3 million files for 22,000 bodies; they are
    kept in build/bench/var-provision for other benches.
    """
    from openlaas.bench import report
    from openlaas.bench.provision import Wishes, bench_provision, tables

    chosen = var or report.bench_folder() / "var-provision"
    wishes = Wishes(var=chosen, bodies=bodies, capacity=capacity, peer_bodies=peer_bodies)
    measure(
        lambda announce: (bench_provision(wishes, announce=announce), {}),
        lambda found, _taken: tables(found),
        as_json=as_json,
    )


@bench.command("migrate")
def migrate(
    *,
    bodies: Annotated[int, typer.Option(min=20, help="Bodies at least; all there are go.")] = 1000,
    peer_bodies: Annotated[int, typer.Option(min=0, help="Tenants of the peer.")] = 200,
    var: Folder = None,
    as_json: AsJson = False,
) -> None:
    """One release over many bodies under 20 postings a second, killed three times, one parked.

    Beside the bare loop of the same statements, and migrate_schemas of plain django-tenants. Writes
    build/bench/migrate.json.
    """
    from openlaas.bench import report
    from openlaas.bench.migrate import Wishes, bench_migrate
    from openlaas.bench.tables import figures_table

    chosen = var or report.bench_folder() / "var-migrate"
    wishes = Wishes(var=chosen, bodies=bodies, peer_bodies=peer_bodies)
    most: dict[str, float | None] = {
        **dict.fromkeys(("bodies", "wall_s", "bodies_per_s", "p95_without_ms", "p95_with_ms")),
        "failed_requests": 0,
        "noop_s": 2,
        "wall_per_bare": 3,
        "p95_with_per_without": 1.25,
        "p95_beside_half_a_core_per_without": None,
        "peer_per_wall": None,
    }
    measure(
        lambda announce: (bench_migrate(wishes, announce=announce), {}),
        lambda found, _taken: [figures_table(found, most)],
        as_json=as_json,
    )


def measure(
    take: Callable[[Announce], tuple["Report", "Samples"]],
    show: Callable[["Report", "Samples"], list[Table]],
    *,
    as_json: bool,
) -> None:
    """Take a bench, write its report and print it; say in a line why it could not be taken."""
    from openlaas.bench import report

    console, errors = Console(highlight=False), Console(stderr=True, highlight=False)
    try:
        found, taken = take(lambda line: errors.print(Text(line), soft_wrap=True))
    except StackError as error:
        errors.print(Text(f"Cannot measure: {error}", style="red"), soft_wrap=True)
        raise typer.Exit(1) from None
    path = found.write(report.bench_folder())
    if as_json:
        print(json.dumps(asdict(found), ensure_ascii=False))
    else:
        console.print(*show(found, taken))
        console.print(f"written: {path}")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(bench, name="bench")
