"""`openlaas bench servers`: which app server carries our work cheapest."""

from typing import Annotated

import typer

from openlaas.cli.bench import AsJson, Folder, bench, measure


def servers(
    *,
    bodies: Annotated[int, typer.Option(min=20, help="Bodies that have officers.")] = 1000,
    seconds: Annotated[float, typer.Option(min=5, help="How long each measurement takes.")] = 20,
    rounds: Annotated[int, typer.Option(min=1, help="How many samples of each server.")] = 3,
    calm: Annotated[float, typer.Option(min=1, help="Actions a second for percentiles.")] = 40,
    first: Annotated[float, typer.Option(min=1, help="Actions a second first offered.")] = 200,
    seed: Annotated[int, typer.Option(help="Of the driver's chances.")] = 1,
    var: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Granian as we start it, with 2 and 8 threads, and gunicorn: the year-end's mix on each.

    Needs the development requirements. Writes build/bench/servers.json; see
    infra/decisions/app-server.md.
    """
    from openlaas.bench import report
    from openlaas.bench.servers import Wishes, bench_servers, table
    from openlaas.load.ground import OwnSystem
    from openlaas.load.running import Driving

    chosen = var or report.bench_folder() / "var-load"
    wishes = Wishes(
        own=OwnSystem(var=chosen, bodies=bodies),
        driving=Driving(seed=seed, warm_up_seconds=2),
        seconds=seconds,
        rounds=rounds,
        calm_per_s=calm,
        first_per_s=first,
    )
    measure(
        lambda announce: (bench_servers(wishes, announce=announce), {}),
        lambda found, _taken: [table(found)],
        as_json=as_json,
    )


def register(app: typer.Typer) -> None:
    """Add the command to those of `openlaas bench`."""
    bench.command()(servers)
