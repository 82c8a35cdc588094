"""`openlaas dashboards`: write the dashboards of infra/dashboards, for Grafana to import."""

from pathlib import Path
from typing import Annotated

import typer

from openlaas.stack import paths

FOLDER = paths.REPOSITORY / "infra" / "dashboards"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(dashboards)


def dashboards(
    *, out: Annotated[Path, typer.Option(help="The folder that they are written to.")] = FOLDER
) -> None:
    """Write the dashboards for Grafana: what requests wait for first, then the work done."""
    from openlaas.dashboards import DASHBOARDS, document

    out.mkdir(parents=True, exist_ok=True)
    for name in DASHBOARDS:
        path = out / f"{name}.json"
        path.write_text(document(name), encoding="utf-8")
        print(f"written: {path}")
