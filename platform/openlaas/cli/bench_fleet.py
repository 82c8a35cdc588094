"""`openlaas bench …` of a fleet as a whole: the verifier, backends' memory, shapes of tenancy."""

from pathlib import Path
from typing import Annotated

import typer

from openlaas.cli.bench import AsJson, Folder, bench, measure


def verify(
    *,
    bodies: Annotated[int, typer.Option(min=1, help="At least so many have books.")] = 1000,
    filled: Annotated[int, typer.Option(min=0, help="Of these so many have entries.")] = 200,
    entries: Annotated[int, typer.Option(min=1, help="So many each.")] = 1000,
    tamperings: Annotated[int, typer.Option(min=1, help="Bodies that are tampered with.")] = 50,
    processes: Annotated[int, typer.Option(min=0, help="0: one for each core.")] = 0,
    var: Folder = None,
    as_json: AsJson = False,
) -> None:
    """How long `openlaas verify --all` takes, and whether it finds tamperings by a superuser.

    Takes a folder that has bodies enough as it is. Writes build/bench/verify.json.
    """
    from openlaas.bench.verify import Wishes, bench_verify, table

    wishes = Wishes(
        var=_folder(var, "var-fleet"),
        bodies=bodies,
        filled=filled,
        entries=entries,
        tamperings=tamperings,
        processes=processes,
    )
    measure(
        lambda announce: (bench_verify(wishes, announce=announce), {}),
        lambda found, _taken: [table(found)],
        as_json=as_json,
    )


def memory(
    *,
    bodies: Annotated[int, typer.Option(min=1, help="So many are touched.")] = 1000,
    bound: Annotated[int, typer.Option(min=0, help="Bodies of a connection; 0: as set.")] = 0,
    var: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Backends' memory after one app process touched every body, bounded and not.

    Takes a folder that has bodies enough as it is. Writes build/bench/memory.json.
    """
    from openlaas.bench.memory import Wishes, bench_memory, table

    wishes = Wishes(var=_folder(var, "var-fleet"), bodies=bodies, bound=bound)
    measure(
        lambda announce: (bench_memory(wishes, announce=announce), {}),
        lambda found, _taken: [table(found)],
        as_json=as_json,
    )


def shapes(
    *,
    bodies: Annotated[int, typer.Option(min=100, help="In a cell, and as rows.")] = 1000,
    one_database: Annotated[int, typer.Option(min=100, help="Schemas in one database.")] = 5000,
    databases: Annotated[int, typer.Option(min=100, help="Databases of one body.")] = 200,
    active: Annotated[int, typer.Option(min=4, help="Bodies that are posted to.")] = 200,
    seconds: Annotated[float, typer.Option(min=1, help="How long each sample takes.")] = 5,
    rounds: Annotated[int, typer.Option(min=1, help="How many samples of each shape.")] = 3,
    var: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Schemas in cells, in one database, a database for each body, row-level tenancy.

    With our own tables and our own posting. Writes build/bench/shapes.json; see
    infra/decisions/why-schemas-in-cells.md.
    """
    from openlaas.bench.shapes.measuring import Wishes, bench_shapes, tables

    wishes = Wishes(
        var=_folder(var, "var-shapes"),
        bodies=bodies,
        one_database=one_database,
        databases=databases,
        active=active,
        seconds=seconds,
        rounds=rounds,
    )
    measure(
        lambda announce: (bench_shapes(wishes, announce=announce), {}),
        lambda found, _taken: tables(found),
        as_json=as_json,
    )


def _folder(var: Path | None, name: str) -> Path:
    from openlaas.bench import report

    return var or report.bench_folder() / name


def register(app: typer.Typer) -> None:
    """Add the commands to those of `openlaas bench`."""
    for command in (verify, memory, shapes):
        bench.command()(command)
