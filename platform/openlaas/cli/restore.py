"""`openlaas backup …` and `openlaas body restore`: one body as it was at a moment."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from openlaas.stack import paths, retention
from openlaas.stack.binaries import Binaries, reachable_binaries, wheel_binaries
from openlaas.stack.errors import StackError
from openlaas.stack.retention import KEEP_DAYS

if TYPE_CHECKING:
    from tenants.archives.comparing import Difference

backup = typer.Typer(help="Base backups of servers, and the WAL since.", no_args_is_help=True)
console = Console(stderr=True, highlight=False)

Folder = Annotated[
    Path, typer.Option("--backups", envvar="OPENLAAS_BACKUPS", help="The backup folder.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def _say(line: str) -> None:
    console.print(Text(line), soft_wrap=True)


def _programs() -> Binaries:
    places = paths.known_places(paths.var_folder())
    return reachable_binaries(places, announce=_say) if places else wheel_binaries()


@backup.command()
def settings(folder: Folder) -> None:
    """Print what makes any PostgreSQL server keep its WAL in a folder; it needs a restart."""
    from openlaas.stack import backups, postgres

    print(postgres.settings_text(backups.wal_settings(folder.resolve())), end="")


@backup.command()
def base(
    folder: Folder,
    cell: Annotated[str, typer.Option(help="The server of this cell; else the default.")] = "",
    as_json: AsJson = False,
) -> None:
    """Copy a whole running server into the folder, and verify the copy."""
    import django

    django.setup()
    from openlaas.stack import backups
    from tenants.directory.models import Cell
    from tenants.provisioning.schemas import server_of
    from tenants.provisioning.servers import owner_parameters

    server = server_of(Cell.objects.get(name=cell)) if cell else None
    try:
        done = backups.take_base(
            folder.resolve(), owner=owner_parameters("postgres", server), binaries=_programs()
        )
    except StackError as error:
        _fail(str(error))
    seconds = (done.finished_at - done.started_at).total_seconds()
    if as_json:
        print(json.dumps({"folder": str(done.folder), "seconds": seconds}))
    else:
        _say(f"{done.folder}: {seconds:.1f} s, every moment since can be restored")


@backup.command()
def expire(
    folder: Folder,
    keep_days: Annotated[
        int,
        typer.Option(
            min=1,
            envvar="OPENLAAS_BACKUPS_KEEP_DAYS",
            help="Every moment of so many days can be had again.",
        ),
    ] = KEEP_DAYS,
    remove: Annotated[
        bool, typer.Option("--remove", help="Take it away; else it is only listed.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List base backups and WAL that nobody can need any more, or take them away."""
    folder = folder.resolve()
    try:
        with retention.nobody_restores(folder):
            gone = retention.expired(folder, keep_days=keep_days, now=datetime.now(tz=UTC))
            megabytes = round(gone.size / 1e6, 1)
            if remove:
                retention.remove(folder, gone)
    except StackError as error:
        _fail(str(error))
    if as_json:
        told = {
            "bases": [base.folder.name for base in gone.bases],
            "wal": [path.name for path in gone.wal],
            "megabytes": megabytes,
            "reaches_from": gone.reaches_from and gone.reaches_from.isoformat(),
            "removed": remove,
        }
        print(json.dumps(told))
        return
    for path in (*(base.folder for base in gone.bases), *gone.leftovers):
        _say(str(path))
    if gone.wal:
        _say(f"{len(gone.wal)} segments of WAL, {gone.wal[0].name} to {gone.wal[-1].name}")
    _say(f"{megabytes} MB {'are gone' if remove else 'would go: add --remove'}")
    _say(f"every moment from {gone.reaches_from or 'no backup on'} can be had again")


def restore(
    code: Annotated[str, typer.Argument(help="The body's code.")],
    to_time: Annotated[str, typer.Option(help="ISO 8601 with its offset: 2026-11-22T16:00+07:00.")],
    folder: Folder,
    cell: Annotated[str, typer.Option(help="Where its books were then, if elsewhere.")] = "",
    as_json: AsJson = False,
) -> None:
    """Bring a body back as it was at a moment, beside its live books, and tell the difference."""
    import django

    django.setup()
    from django.utils import timezone

    from openlaas.archives.restoring import restore_body
    from openlaas.cli.export import show_refusals
    from tenants.archives.exporting import NoBooks
    from tenants.archives.refusing import ArchiveRefused
    from tenants.archives.writing import NotThisBody

    moment = datetime.fromisoformat(to_time)
    if moment.tzinfo is None:
        raise typer.BadParameter(f"{to_time} has no offset: add +07:00 for Thai time")
    try:
        done = restore_body(
            code,
            moment=moment,
            folder=folder.resolve(),
            binaries=_programs(),
            now=timezone.now(),
            announce=_say,
            cell=cell or None,
        )
    except (StackError, NoBooks, NotThisBody) as error:
        _fail(str(error))
    except ArchiveRefused as error:
        show_refusals(Path(code), error)
        raise typer.Exit(1) from None
    if as_json:
        told = {"imported": asdict(done.imported), "archive": str(done.archive)}
        print(json.dumps({**told, "difference": done.difference.as_json()}, ensure_ascii=False))
        return
    _show(done.difference)
    _say(f"{code} as of {moment} is in {done.imported.schema_name}: `openlaas body swap {code}`")


def _show(difference: "Difference") -> None:
    _say(f"{difference.common:,} entries are in both")
    sides = {
        "only in the live books": (difference.only_live, difference.live_entries),
        "only in the restored books": (difference.only_restored, difference.restored_entries),
    }
    for words, (count, entries) in sides.items():
        table = Table("event", "number", "dated", "recorded", "baht", "description")
        table.title = f"{words}: {count:,}"
        for entry in entries:
            table.add_row(
                str(entry.event_no),
                entry.number,
                entry.entry_date,
                entry.recorded_at,
                entry.total,
                entry.description,
            )
        console.print(table if entries else Text(f"{words}: none"))


def _fail(words: str) -> NoReturn:
    console.print(Text(words, style="red"), soft_wrap=True)
    raise typer.Exit(1)


def _group(app: typer.Typer, name: str) -> typer.Typer:
    """Return the group of commands of that name, whoever made it."""
    for group in app.registered_groups:
        if group.name == name and group.typer_instance is not None:
            return group.typer_instance
    made = typer.Typer(help="One body's books.", no_args_is_help=True)
    app.add_typer(made, name=name)
    return made


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(backup, name="backup")
    body = _group(app, "body")
    body.command()(restore)
