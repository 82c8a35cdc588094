"""`openlaas doctor`: what a machine or a stack lacks."""

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor() -> None:
    """Check this machine and the stack on it."""
