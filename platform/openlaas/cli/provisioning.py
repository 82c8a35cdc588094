"""`openlaas fleet …`: give bodies their books, keep spares, add servers, make up units."""

import getpass
import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from openlaas.cli.fleet import fleet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenants.moving.operations import Moved
    from tenants.moving.whole_cell import Stayed
    from tenants.provisioning.jobs import Wishes

console = Console(stderr=True, highlight=False)
_NOWHERE = {"NoRoom": "No room", "NotOurs": "Not a cell of ours"}
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


class RateColumn(ProgressColumn):
    """How many a second so far."""

    def render(self, task: Task) -> Text:
        """Return the rate over the whole time: cells come in lumps, the last seconds say little."""
        seconds = task.finished_time or task.elapsed
        rate = task.completed / seconds if seconds else 0.0
        return Text(f"{rate:,.1f}/s")


def progress_bar(on: Console) -> Progress:
    """Return a bar with the count, the rate, the time taken and the time still to come."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), RateColumn())
    times = (TimeElapsedColumn(), TimeRemainingColumn(elapsed_when_finished=False))
    return Progress(*columns, *times, console=on, speed_estimate_period=300)


@fleet.command()
def provision(
    *,
    everybody: Annotated[
        bool, typer.Option("--all", help="Whoever in the register has no books.")
    ] = False,
    province: Annotated[
        str, typer.Option(help="Every local body of a province (DOPA code, e.g. 11).")
    ] = "",
    code: Annotated[
        list[str] | None, typer.Option(help="A body's code; may be given several times.")
    ] = None,
    cell: Annotated[str, typer.Option(help="Place them in this cell; else by policy.")] = "",
    first: Annotated[int, typer.Option(help="The first N bodies of the register.")] = 0,
    capacity: Annotated[
        int, typer.Option(min=1, max=1000, help="Bodies of a cell that has to be made.")
    ] = 1000,
    as_json: AsJson = False,
) -> None:
    """Give bodies their books and an invitation for their first LAO_ADMIN. Safe to run again."""
    import django

    django.setup()
    from tenants.provisioning import bodies, jobs
    from tenants.provisioning.instance import NotOurs
    from tenants.provisioning.placement import NoRoom

    codes = list(code or [])
    codes += bodies.codes_of_province(province) if province else []
    codes += bodies.first_codes(first) if first else []
    codes += bodies.codes_without_books() if everybody else []
    if not (codes or everybody):
        raise typer.BadParameter("give --all, --province, --code or --first")
    _require_room(codes)
    started = time.monotonic()
    try:
        made = _provision(codes, jobs.Wishes(cell=cell or None, capacity=capacity))
    except bodies.NoSuchBody as error:
        raise typer.BadParameter(f"not in the register: {error}") from error
    except (NoRoom, NotOurs) as error:
        console.print(Text(f"{_NOWHERE[type(error).__name__]}: {error}"), soft_wrap=True)
        raise typer.Exit(1) from None
    seconds = time.monotonic() - started
    invitations = _invite(codes)  # those of an interrupted run too
    result = {
        "asked": len(codes),
        "made": len(made),
        "seconds": round(seconds, 2),
        "seconds_with_invitations": round(time.monotonic() - started, 2),
    }
    _tell(result, invitations, as_json=as_json)


def _tell(result: "Mapping[str, float]", invitations: Path | None, *, as_json: bool) -> None:
    """Say how many got their books, how fast, and where the invitations are."""
    if as_json:
        print(json.dumps(result))
    else:
        asked, made, seconds = result["asked"], result["made"], result["seconds"]
        rate = f" ({made / seconds:,.0f}/s)" if made else ""
        console.print(f"{made:,} of {asked:,} bodies got their books in {seconds:.1f} s{rate}")
    if invitations:
        console.print(f"invitations of the first LAO_ADMINs: {invitations}", soft_wrap=True)


def _require_room(codes: Sequence[str]) -> None:
    """See that the default server's disk holds what is asked for, when it is one of this machine.

    Stop with 1 and say what is missing otherwise.
    """
    from openlaas.stack.errors import DiskFull
    from openlaas.stack.room import require_room
    from tenants.provisioning import bodies, servers

    parameters = servers.owner_parameters("postgres")
    if not parameters.get("host", "").startswith("/"):
        return
    with servers.owner_connection() as server:
        (data_directory,) = server.execute("SHOW data_directory").fetchone() or ("",)
    folder = Path(data_directory).parent
    if not os.access(folder, os.X_OK):
        return  # in a container, or not for us to see
    try:
        require_room(folder, bodies=len(set(bodies.codes_without_books()) & set(codes)))
    except DiskFull as error:
        console.print(Text(f"No room: {error}", style="red"), soft_wrap=True)
        raise typer.Exit(1) from None


def _provision(codes: Sequence[str], wishes: "Wishes") -> list[str]:
    """Give the books behind a bar; the stock, when one is made, has a bar of its own."""
    from dataclasses import replace

    from django.utils import timezone

    from tenants.provisioning import bodies

    with progress_bar(console) as progress:
        given = progress.add_task("bodies", total=len(codes))
        stocked = progress.add_task("stock of schemas", total=None, visible=False)

        def show_stock(made: int, count: int) -> None:
            progress.update(stocked, completed=made, total=count, visible=True)

        shown = replace(
            wishes, after_each=lambda _code: progress.advance(given), after_stock=show_stock
        )
        return bodies.provision_many(codes=codes, now=timezone.now(), wishes=shown)


@fleet.command()
def spares(
    *,
    keep: Annotated[int, typer.Option(min=0, help="Spare schemas that each cell should have.")],
    as_json: AsJson = False,
) -> None:
    """Make schemas ahead, so that a new body gets its books in milliseconds. Safe to run again."""
    import django

    django.setup()
    from django.utils import timezone

    from tenants.provisioning.spares import keep_spares

    with progress_bar(console) as progress:
        task = progress.add_task("spare schemas", total=None)
        made = keep_spares(
            count=keep,
            now=timezone.now(),
            after_each=lambda count: progress.advance(task, count),
        )
    if as_json:
        print(json.dumps(made))
    else:
        for cell, count in made.items():
            console.print(f"{cell}: {count} new")


@fleet.command("simulate-units")
def simulate_units(*, as_json: AsJson = False) -> None:
    """Register made-up units for the whole nation (14,151), marked as such, for load tests."""
    import django

    django.setup()
    from tenants.provisioning.simulated_units import register_simulated_units

    new, count = register_simulated_units()
    if as_json:
        print(json.dumps({"new": new, "units": count}))
    else:
        console.print(f"{count:,} simulated units are registered, {new:,} of them now")


@fleet.command("add-server")
def add_server(
    *,
    host: Annotated[str, typer.Option(help="Its name, address, or folder of its socket.")],
    port: Annotated[int | None, typer.Option(help="Its port; else the default server's.")] = None,
) -> None:
    """Let another PostgreSQL server hold cells: make its roles and template. Safe to run again.

    The owner's user and password must be the same there as in DATABASE_URL.
    """
    import django

    django.setup()
    from django.utils import timezone

    from tenants.provisioning import server_list

    try:
        is_new = server_list.add_server(host=host, port=port, now=timezone.now())
    except server_list.UnableToAddServer as error:
        console.print(Text(f"Cannot add {host}: {error}", style="red"), soft_wrap=True)
        raise typer.Exit(1) from None
    console.print(f"{host}: {'added' if is_new else 'was added before; brought up to date'}")


@fleet.command("add-cell")
def add_cell(
    *,
    host: Annotated[str, typer.Option(help="Of an added server; else the default one.")] = "",
    port: Annotated[int | None, typer.Option(help="Of that server.")] = None,
    capacity: Annotated[int, typer.Option(min=1, max=1000, help="Bodies it may hold.")] = 1000,
    as_json: AsJson = False,
) -> None:
    """Make an empty cell on a server, without waiting until provisioning needs one."""
    import django

    django.setup()
    from django.utils import timezone

    from tenants.provisioning import cells, server_list
    from tenants.provisioning.instance import NotOurs

    address = server_list.address_of(host, port)
    if address and address not in server_list.added_servers():
        raise typer.BadParameter(f"no such server: run `openlaas fleet add-server --host {host}`")
    (name,) = cells.new_cell_names(1)
    try:
        cells.make_cell(name, address, slots=capacity)
    except NotOurs as error:
        console.print(Text(f"Not a cell of ours: {error}", style="red"), soft_wrap=True)
        raise typer.Exit(1) from None
    cells.list_cell(name, address, capacity=capacity, now=timezone.now())
    if as_json:
        print(json.dumps({"cell": name}))
    else:
        console.print(f"{name}: made, with room for {capacity:,} bodies")


@fleet.command("move-cell")
def move_cell(
    cell: Annotated[str, typer.Argument(help="The cell to be emptied.")],
    *,
    to: Annotated[str, typer.Option(help="The host of an added server.")] = "",
    port: Annotated[int | None, typer.Option(help="Of that server.")] = None,
    to_cell: Annotated[str, typer.Option(help="A cell instead, on whichever server.")] = "",
    reason: Annotated[str, typer.Option(help="For the bodies' histories.")] = "its cell was moved",
    by: Annotated[str, typer.Option(help="Who; your own account by default.")] = "",
    as_json: AsJson = False,
) -> None:
    """Move every body of a cell to another server, one after another while they are used.

    Killed or with some bodies left, run it again. The cell takes no new bodies any more.
    """
    import django

    django.setup()
    from dataclasses import asdict

    from django.utils import timezone

    from openlaas.cli.bodies import told_refusals
    from tenants.moving import whole_cell
    from tenants.provisioning.server_list import address_of

    if bool(to) == bool(to_cell):
        raise typer.BadParameter("give either --to or --to-cell")
    with told_refusals(as_json=as_json):
        target = to_cell or whole_cell.cell_on(
            address_of(to, port), leaving=cell, now=timezone.now()
        )
        moved, stayed = whole_cell.move_cell(
            cell=cell,
            to_cell=target,
            moved_by=by or getpass.getuser(),
            reason=reason,
            clock=timezone.now,
            after_each=_show_moved,
        )
    left = whole_cell.left_in(cell)
    if as_json:
        told = {"to_cell": target, "moved": len(moved), "left": left}
        print(json.dumps({**told, "stayed": [asdict(one) for one in stayed]}, ensure_ascii=False))
    else:
        console.print(Text(f"{len(moved)} bodies of {cell} are in {target}; it holds {left} still"))
    raise typer.Exit(1 if stayed else 0)


def _show_moved(one: "Moved | Stayed") -> None:
    reasons = getattr(one, "reasons", ())
    words = "; ".join(reasons) if reasons else "moved"
    console.print(Text(f"{one.code}: {words}", style="red" if reasons else ""), soft_wrap=True)


def _invite(codes: Sequence[str]) -> Path | None:
    """Invite whoever is still missing as first LAO_ADMIN; only the operator may read the file."""
    from django.conf import settings
    from django.utils import timezone

    from tenants.officers.appointments import invite_first_admins

    now = timezone.now()
    path: Path = settings.BUILD_DIR / f"invitations-{now:%Y%m%d-%H%M%S}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    links: dict[str, str] = {}

    def keep(tokens: "Mapping[str, str]") -> None:
        links.update({code: f"/sign-in/link/{token}" for code, token in tokens.items()})
        _write(path, json.dumps(links, indent=1))

    made = invite_first_admins(
        body_codes=list(codes), today=timezone.localdate(now), now=now, keep=keep
    )
    return path if made else None


def _write(path: Path, text: str) -> None:
    """Write a file that only we may read, whole and on the disk before this returns."""
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.rename(path)


def register(_app: typer.Typer) -> None:
    """Do nothing more: the commands were added to `openlaas fleet` above."""
