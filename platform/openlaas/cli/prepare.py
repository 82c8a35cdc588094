"""`openlaas prepare`: bring databases, cells and the register to this release."""

import time

import typer
from rich.console import Console

console = Console(stderr=True)


def prepare(
    cells: int = typer.Option(2, help="How many cells there should be at least."),
    capacity: int = typer.Option(1000, help="How many bodies a new cell may hold."),
) -> None:
    """Make what is missing: control plane, template cell, cells, register. Safe to run again."""
    import django
    import psycopg

    django.setup()
    from django.utils import timezone

    from tenants.provisioning import cells as cell_making
    from tenants.provisioning import control_plane, register, server_list, template

    started = time.monotonic()
    control_plane.ensure_control_plane()
    console.print("control plane: ready")
    release = template.ensure_template()
    console.print(f"template cell: release {release}")
    for address in server_list.added_servers():
        try:
            server_list.prepare_server(address)
        except psycopg.OperationalError as error:  # the bodies of the others can be served
            said = str(error).strip()
            console.print(f"server {address['host']}: away, not prepared ({said})", style="red")
        else:
            console.print(f"server {address['host']}: ready")
    names = cell_making.ensure_cells(count=cells, capacity=capacity, now=timezone.now())
    console.print(f"cells: {', '.join(names)}")
    count = register.load_register()
    console.print(f"register: {count:,} bodies ({time.monotonic() - started:.1f} s)")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(prepare)
