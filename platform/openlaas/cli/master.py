"""`openlaas master …`: where the versions of master data are, and bringing cells to them."""

import json

import typer
from rich.console import Console
from rich.table import Table

from openlaas.cli.bodies import AsJson, set_up

master = typer.Typer(help=__doc__, no_args_is_help=True)
_console = Console(highlight=False)


@master.command()
def status(*, as_json: AsJson = False) -> None:
    """Tell which cells lack which versions; end with 1 when one lacks any.

    What is told is of the control plane: a cell that came by a version and was not told of yet
    counts as lacking it until the next minute.
    """
    set_up()
    from tenants.master_data import queries

    found = queries.cells_behind()
    if as_json:
        print(json.dumps({"approved": queries.last_number(), "behind": found}))
    else:
        table = Table("cell", "lacks versions")
        for cell, numbers in found.items():
            table.add_row(cell, ", ".join(map(str, numbers)))
        _console.print(f"versions approved: {queries.last_number():,}; cells behind: {len(found)}")
        if found:
            _console.print(table)
    raise typer.Exit(1 if found else 0)


@master.command()
def bring(*, as_json: AsJson = False) -> None:
    """Bring every cell to every approved version, asking each cell what it has.

    The consumer of `openlaas rollups consume` does it each minute for cells that lack one. May be
    killed at any moment and run again. Ends with 1 when a cell could not be brought.
    """
    now = set_up()
    from tenants.master_data import bringing

    failed = bringing.bring_all(now=now, every=True)
    if as_json:
        print(json.dumps({"failed": failed}, ensure_ascii=False))
    else:
        for cell, reason in failed.items():
            _console.print(f"{cell}: {reason}", markup=False, soft_wrap=True)
        _console.print(f"cells not brought: {len(failed)}")
    raise typer.Exit(1 if failed else 0)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(master, name="master")
