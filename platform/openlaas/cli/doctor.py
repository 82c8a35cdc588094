"""`openlaas doctor`: what a machine or a stack lacks."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from openlaas.stack import checks, paths

_MARKS = {True: ("OK  ", "green"), False: ("FAIL", "bold red"), None: ("-   ", "dim")}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor(
    *,
    port: Annotated[int, typer.Option(envvar="PORT", help="The web server's port.")] = 8000,
    var: Annotated[
        Path | None,
        typer.Option(resolve_path=True, help="The folder of data, logs and the secret."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Look at this machine, the folder, the servers, roles and cells; fail if one is wrong."""
    findings = list(checks.examine(var=paths.var_folder(var), port=port, inherited=os.environ))
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        console = Console(highlight=False)
        width = max(len(finding.name) for finding in findings)
        for finding in findings:
            mark, style = _MARKS[finding.is_ok]
            line = Text.assemble((mark, style), f"  {finding.name:<{width}}  {finding.says}")
            console.print(line, soft_wrap=True)
    if any(finding.is_ok is False for finding in findings):
        raise typer.Exit(1)
