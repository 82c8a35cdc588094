"""`openlaas export` and `import-archive`: a body's books in one file, and back."""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

if TYPE_CHECKING:
    from tenants.archives.refusing import ArchiveRefused

console = Console(stderr=True)


def export(
    code: str = typer.Argument(help="The body's code; CODE_1 for its first books."),
    path: Path = typer.Argument(help="A new zip file (or folder, with --folder)."),
    folder: bool = typer.Option(False, "--folder", help="Write a folder instead of a zip file."),
    as_json: bool = typer.Option(False, "--json", help="Print the manifest as JSON."),
) -> None:
    """Write all of a body's books, with attachments and a verifier that needs Python alone.

    Beside the body's traffic, of one moment. The digest printed stands for all of it: kept
    elsewhere, it proves later that nothing was changed.
    """
    import django

    django.setup()
    from tenants.archives import exporting, writing

    started = time.monotonic()
    try:
        written = exporting.export_body(code, path, as_folder=folder)
    except (exporting.NoBooks, writing.NotThisBody, FileExistsError) as error:
        raise typer.BadParameter(_words(error)) from error
    if as_json:
        print(json.dumps({**written.manifest, "digest": written.digest}, ensure_ascii=False))
    else:
        console.print(f"{path}: {_size(written.manifest)}, {time.monotonic() - started:.1f} s")
        console.print(f"digest {written.digest}", soft_wrap=True)
        console.print(
            "check it with  openlaas verifier > verify.py;"
            " openlaas verifier --budget > verify_budget.py;"
            f" openlaas verifier --papers > verify_papers.py; python verify_papers.py {path}",
            soft_wrap=True,
        )


def verifier(
    *,
    budget: Annotated[
        bool, typer.Option("--budget", help="The one that checks the budget; it needs the other.")
    ] = False,
    papers: Annotated[
        bool,
        typer.Option("--papers", help="The one that checks documents; it needs the other two."),
    ] = False,
) -> None:
    """Print the program that checks an archive with Python alone."""
    from tenants.archives import verify_archive, verify_budget, verify_papers

    program = verify_budget.__file__ if budget else verify_archive.__file__
    program = verify_papers.__file__ if papers else program
    print(Path(program).read_text(encoding="utf-8"), end="")


def import_archive(
    *,
    paths: list[Path] = typer.Argument(help="Archives: zip files or unpacked folders."),
    beside: bool = typer.Option(False, "--beside", help="Put them beside the live books."),
    as_live: bool = typer.Option(False, "--as-live", help="They become the live books."),
    cell: str = typer.Option("", help="Put them in this cell."),
    code: str = typer.Option("", help="Refuse an archive of any other body."),
    as_json: bool = typer.Option(False, "--json", help="Print the results as JSON."),
) -> None:
    """Bring books back: verified outside and inside before anybody sees them, or not at all."""
    if beside == as_live:
        raise typer.BadParameter("give --beside or --as-live")
    import django

    django.setup()
    from dataclasses import asdict

    from django.utils import timezone

    from tenants.archives.loading import import_archive as bring_in
    from tenants.archives.refusing import ArchiveRefused
    from tenants.directory.models import PlaceUse
    from tenants.provisioning.placement import NoRoom

    done: list[dict[str, Any]] = []
    for path in paths:
        started = time.monotonic()
        try:
            found = bring_in(
                path,
                use=PlaceUse.BESIDE if beside else PlaceUse.LIVE,
                now=timezone.now(),
                cell_name=cell or None,
                expected_code=code or None,
            )
        except ArchiveRefused as error:
            show_refusals(path, error)
            raise typer.Exit(1) from None
        except NoRoom:
            console.print("cell ที่เปิดรับเต็มทุกแห่ง  Every open cell, or the one named, is full.")
            raise typer.Exit(1) from None
        seconds = round(time.monotonic() - started, 2)
        done.append({**asdict(found), "seconds": seconds})
        console.print(
            f"{found.code}: {found.entries:,} entries in {found.schema_name}, {seconds} s"
        )
    if as_json:
        print(json.dumps(done, ensure_ascii=False))


def show_refusals(path: Path, error: "ArchiveRefused") -> None:
    """Print every reason against an archive, in Thai and in English."""
    console.print(f"{path} was refused; nothing was changed:", soft_wrap=True)
    for refusal in error.refusals:
        console.print(f"  {refusal.message_th}", markup=False, soft_wrap=True)
        console.print(f"  {refusal.message_en}", markup=False, soft_wrap=True)


def _words(error: Exception) -> str:
    return f"{error} is there already" if isinstance(error, FileExistsError) else str(error)


def _size(manifest: dict[str, Any]) -> str:
    papers = sum(name.startswith("attachments/") for name in manifest["files"])
    return f"{manifest['head']['event_no']:,} entries, {papers:,} attachments"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(export)
    app.command()(verifier)
    app.command("import-archive")(import_archive)
