"""`openlaas up`: the whole system on one machine."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from openlaas.stack import paths
from openlaas.stack.errors import StackError
from openlaas.stack.supervisor import LONGEST_WAIT_SECONDS, Wishes
from openlaas.stack.supervisor import up as run_stack

DEFAULT_NODES = 4

Backups = Annotated[
    Path | None,
    typer.Option(envvar="OPENLAAS_BACKUPS", help="Keep PostgreSQL's WAL in this folder."),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(up)


def up(
    *,
    port: Annotated[int, typer.Option(envvar="PORT", help="The web server's port.")] = 8000,
    host: Annotated[
        str, typer.Option(envvar="OPENLAAS_HOST", help="The address it listens on.")
    ] = "127.0.0.1",
    workers: Annotated[
        int, typer.Option(envvar="OPENLAAS_WORKERS", min=1, help="Processes of the web server.")
    ] = 2,
    haproxy: Annotated[
        bool, typer.Option("--haproxy", help="HAProxy before app processes with a port each.")
    ] = False,
    nodes: Annotated[
        int, typer.Option(min=1, help="So many of them, with --haproxy.")
    ] = DEFAULT_NODES,
    var: Annotated[
        Path | None,
        typer.Option(resolve_path=True, help="The folder of data, logs and the secret."),
    ] = None,
    demo: Annotated[bool, typer.Option(help="Make the demonstration and print its links.")] = True,
    servers_only: Annotated[
        bool, typer.Option("--servers-only", help="Run PostgreSQL and Valkey alone.")
    ] = False,
    longest_wait: Annotated[
        int, typer.Option(min=1, help="Seconds before what keeps ending is started again.")
    ] = LONGEST_WAIT_SECONDS,
    backups: Backups = None,
) -> None:
    """Start everything on this machine, keep it running, stop it on Ctrl-C.

    PostgreSQL and Valkey are started from the installed wheels unless DATABASE_URL and REDIS_URL
    name servers of your own. A second start uses the data of the first. `openlaas nodes` looks
    after the processes behind HAProxy.
    """
    wishes = Wishes(
        var=paths.var_folder(var),
        host=host,
        port=port,
        workers=workers,
        nodes=nodes if haproxy else 0,
        with_demo=demo,
        servers_only=servers_only,
        longest_wait_seconds=longest_wait,
        backups=backups.resolve() if backups else None,
    )
    _run(wishes)


def _run(wishes: Wishes) -> None:
    console, errors = Console(highlight=False), Console(stderr=True, highlight=False)
    try:
        run_stack(wishes, announce=lambda line: console.print(Text(line), soft_wrap=True))
    except StackError as error:
        errors.print(Text(f"Cannot run OpenLAAS: {error}", style="red"), soft_wrap=True)
        raise typer.Exit(1) from None
    except (
        OSError
    ) as error:  # no room, no right: the system's own words and the file they are about
        text = f"Cannot run OpenLAAS: {error.strerror}: {error.filename or wishes.var}"
        errors.print(Text(text, style="red"), soft_wrap=True)
        raise typer.Exit(1) from None
