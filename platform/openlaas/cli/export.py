"""`openlaas export-journal`: a body's journal in files that anybody can check without us."""

import json
from pathlib import Path

import typer
from rich.console import Console

console = Console(stderr=True)


def export_journal(
    code: str = typer.Argument(help="The body's code."),
    folder: Path = typer.Argument(help="A new folder."),
    as_json: bool = typer.Option(False, "--json", help="Print the manifest as JSON."),
) -> None:
    """Write entries, lines, attachments, a manifest and a verifier that needs Python alone."""
    import django

    django.setup()
    from django.utils import timezone

    from accounting.attachments import export
    from tenants.directory.queries import body_with_books
    from tenants.transactions import tenant_transaction

    body = body_with_books(code)
    if body is None:
        raise typer.BadParameter(f"{code} has no books")
    if folder.exists():
        raise typer.BadParameter(f"{folder} is there already")
    with tenant_transaction(body, read_only=True, snapshot=True, statement_timeout_ms=0):
        rows = export.export_rows(folder=folder, exported_at=timezone.now())
    manifest = export.finish(rows)
    if as_json:
        print(json.dumps(manifest, ensure_ascii=False))
    else:
        console.print(f"{folder}: check it with  python {folder / 'verify.py'}")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export-journal")(export_journal)
