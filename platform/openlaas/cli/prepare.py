"""`openlaas prepare`: bring databases, cells and the register to this release."""

import time

import typer
from rich.console import Console
from rich.text import Text

console = Console(stderr=True)


def prepare(
    cells: int = typer.Option(2, help="How many cells there should be at least."),
    capacity: int = typer.Option(1000, help="How many bodies a new cell may hold."),
    migrate: bool = typer.Option(True, help="Bring the fleet to this release too."),
) -> None:
    """Make what is missing: control plane, template cell, cells, register, and this release.

    Safe to run again. A release that halts stops nothing else: both shapes serve.
    """
    import django

    django.setup()
    from django.utils import timezone

    from tenants.provisioning import cells as cell_making
    from tenants.provisioning import control_plane, register, template

    started = time.monotonic()
    control_plane.ensure_control_plane()
    console.print("control plane: ready")
    template.ensure_template()
    console.print(f"template cell: release {_take_up_release()}")
    _prepare_added_servers()
    names = cell_making.ensure_cells(count=cells, capacity=capacity, now=timezone.now())
    console.print(f"cells: {', '.join(names)}")
    count = register.load_register()
    console.print(f"register: {count:,} bodies ({time.monotonic() - started:.1f} s)")
    if migrate:
        _migrate_fleet()
    _bring_master_data()


def _bring_master_data() -> None:
    """Bring new cells, and those that this release made able to, to the nation's versions."""
    from django.utils import timezone

    from tenants.master_data import bringing

    for cell, reason in bringing.bring_all(now=timezone.now()).items():
        console.print(f"master data: {cell}: {reason}", style="red", markup=False)


def _prepare_added_servers() -> None:
    """Bring the other servers' roles and templates here; one that is away stops no other."""
    import psycopg

    from tenants.provisioning import server_list

    for address in server_list.added_servers():
        try:
            server_list.prepare_server(address)
        except psycopg.OperationalError as error:  # the bodies of the others can be served
            said = str(error).strip()
            console.print(f"server {address['host']}: away, not prepared ({said})", style="red")
        else:
            console.print(f"server {address['host']}: ready")


def _take_up_release() -> str:
    """Record this program's release; end the command with every reason why it cannot be one."""
    from django.utils import timezone

    from tenants.releases import operations, recording

    try:
        return str(operations.take_up_release(now=timezone.now()).name)
    except recording.UnableToRecordRelease as error:
        console.print("This program's release cannot be recorded:", style="red")
        for reason in error.reasons:
            console.print(Text(reason), soft_wrap=True)
        raise typer.Exit(1) from None


def _migrate_fleet() -> None:
    from openlaas.cli import fleet_releases
    from tenants.releases import operations, states

    try:
        result = fleet_releases.run(operations.Wishes())
    except states.AnotherMigrationRuns:
        console.print("fleet: another process is migrating it")
        return
    if result.seconds:
        fleet_releases.tell(result)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(prepare)
