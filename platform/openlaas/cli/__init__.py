"""The `openlaas` command: one module for each group of commands."""

import os

import typer

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openlaas.settings")

app = typer.Typer(name="openlaas", no_args_is_help=True, add_completion=False, help=__doc__)


def main() -> None:
    """Run the command line."""
    from openlaas.cli import commands

    commands.register(app)
    app()
