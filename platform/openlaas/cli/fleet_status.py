"""`openlaas fleet status`: how the fleet is, at a glance."""

import json
from typing import Any

import typer
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

_MEGABYTE = 2**20
_UNKNOWN = "-"


def status(
    as_json: bool = typer.Option(False, "--json", help="Print the result as JSON."),
) -> None:
    """Show servers, cells and their health, bodies by state, places by use, migrations.

    Ends with 1 when something should be looked into.
    """
    import django

    django.setup()
    from tenants.fleet_health.queries import fleet_status

    found = fleet_status()
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        console = Console(highlight=False)
        for shown in tables(found):
            console.print(shown)
    raise typer.Exit(1 if found["worries"] else 0)


def tables(found: dict[str, Any]) -> list[RenderableType]:
    """Return what a person reads."""
    shown: list[RenderableType] = [_servers(found), _cells(found), _activity(found)]
    shown += [_counts("bodies", found), _counts("places", found)]
    if found["migrations"] is not None:
        shown.append(_counts("migrations", found))
    shown += [Text(f"! {words}", style="bold red") for words in found["worries"]]
    return shown


def _servers(found: dict[str, Any]) -> Table:
    table = Table(title="Servers")
    for heading in ("server", "answers", "PostgreSQL", "connections of the budget"):
        table.add_column(heading)
    for name, server in found["servers"].items():
        if server["is_reachable"]:
            used = f"{server['connections']} of {server['usable_connections']}"
            table.add_row(name, "yes", server["version"], used)
        else:
            table.add_row(name, "NO", _UNKNOWN, _UNKNOWN, style="red")
    return table


def _cells(found: dict[str, Any]) -> Table:
    table = _table("Cells: what they hold", ("bodies", "spare", "size", "relations"))
    table.add_column("catalogue", justify="right")
    table.add_column("dead rows", justify="right")
    for cell in found["cells"]:
        closed = "" if cell["is_open"] else " (closed)"
        table.add_row(
            f"{cell['name']}{closed}",
            f"{cell['bodies']:,} of {cell['capacity']:,}",
            f"{cell['spare']:,}",
            _megabytes(cell.get("size_bytes")),
            _number(cell.get("relations")),
            _megabytes(cell.get("catalogue_bytes")),
            _dead(cell),
        )
    return table


def _activity(found: dict[str, Any]) -> Table:
    headings = ("server", "connections", "oldest transaction", "slowest wait now", "xid age")
    table = _table("Cells: what they do", headings)
    for cell in found["cells"]:
        table.add_row(
            cell["name"],
            cell["server"],
            _number(cell.get("connections")),
            _since(cell.get("oldest_transaction"), "state"),
            _since(cell.get("slowest_wait"), "on"),
            _number(cell.get("frozen_xid_age")),
        )
    return table


def _table(title: str, headings: tuple[str, ...]) -> Table:
    table = Table(title=title)
    table.add_column("cell", no_wrap=True)
    for heading in headings:
        table.add_column(heading, justify="right")
    return table


def _counts(name: str, found: dict[str, Any]) -> Text:
    told = ", ".join(f"{key} {_number(value)}" for key, value in found[name].items())
    return Text(f"{name}: {told or 'none'}")


def _dead(cell: dict[str, Any]) -> str:
    if "catalogue_dead_rows" not in cell:
        return _UNKNOWN
    return f"{cell['catalogue_dead_rows']:,} ({cell['catalogue_bloat']:.0%})"


def _since(what: dict[str, Any] | None, words: str) -> str:
    return _UNKNOWN if what is None else f"{what['seconds']} s {what[words]}"


def _megabytes(count: int | None) -> str:
    return _UNKNOWN if count is None else f"{count / _MEGABYTE:,.0f} MB"


def _number(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value if value is not None else _UNKNOWN)
