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


def _folder(var: Path | None, name: str) -> Path:
    from openlaas.bench import report

    return var or report.bench_folder() / name


def register(app: typer.Typer) -> None:
    """Add the commands to those of `openlaas bench`."""
    for command in (verify,):
        bench.command()(command)
