"""`openlaas admission …`: measures against overload, set, changed and ended while people work."""

import getpass
import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from openlaas.cli.bodies import AsJson, By, Reason, moment_of, set_up, tell, told_refusals

if TYPE_CHECKING:
    from tenants.admission.models import AdmissionMeasure

admission = typer.Typer(help=__doc__, no_args_is_help=True)

What = Annotated[
    str,
    typer.Argument(
        help="typeahead, dashboards, reports, imports, waiting_room, read_only, closed or"
        " staged_groups."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the group of commands."""
    app.add_typer(admission, name="admission")


@admission.command()
def show(
    *,
    past: Annotated[bool, typer.Option("--past", help="Those that have ended, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the measures in force, in the order of the ladder."""
    now = set_up()
    from tenants.admission import policy

    rows = policy.history() if past else policy.in_force(now=now)
    if as_json:
        print(json.dumps([_shown(row) for row in rows], ensure_ascii=False, default=str))
        return
    table = Table("what", "settings", "since", "until", "ended", "who", "why")
    for row in rows:
        table.add_row(
            row.what,
            json.dumps(row.settings, ensure_ascii=False) if row.settings else "",
            _moment(row.from_at),
            _moment(row.until),
            _moment(row.ended_at),
            row.set_by,
            row.reason,
        )
    Console().print(table if rows else "no measure is in force")


@admission.command("set")
def set_(
    what: What,
    *,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            help="NAME=NUMBER: max_inside and inlet_per_minute of the waiting"
            " room, parts and minutes of read_only.",
        ),
    ] = None,
    groups: Annotated[
        Path | None,
        typer.Option(help="Of staged_groups: a JSON file with a list; `show --json` writes one."),
    ] = None,
    until: Annotated[str, typer.Option(help="It ends by itself then: 2026-10-01T06:00.")] = "",
    words_th: Annotated[str, typer.Option(help="What officers read, in Thai.")] = "",
    words_en: Annotated[str, typer.Option(help="The same in English.")] = "",
    reason: Reason,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Put a measure in force, or change it; every process knows it within five seconds."""
    now = set_up()
    from tenants.admission import policy
    from tenants.admission.reading_measures import Asked

    told: dict[str, Any] = dict(_setting(one) for one in settings or ())
    if groups is not None:
        told["groups"] = _groups(groups)
    asked = Asked(
        what=_what(what),
        settings=told,
        until=moment_of(until),
        words_th=words_th,
        words_en=words_en,
    )
    with told_refusals(as_json=as_json):
        policy.put_in_force(asked=asked, reason=reason, set_by=by or getpass.getuser(), now=now)
    tell({"what": what, "in_force": True, "until": until or None}, as_json=as_json)


@admission.command()
def clear(what: What, *, by: By = "", as_json: AsJson = False) -> None:
    """End a measure."""
    now = set_up()
    from tenants.admission import policy

    ended = policy.end(what=_what(what), ended_by=by or getpass.getuser(), now=now)
    tell({"what": what, "in_force": False, "was_in_force": ended}, as_json=as_json)


def _what(name: str) -> Any:
    from tenants.admission.measures import What as Known

    if name not in list(Known):
        raise typer.BadParameter(f"{name} is none of {', '.join(Known)}")
    return Known(name)


def _setting(text: str) -> tuple[str, Any]:
    name, _, number = text.partition("=")
    return name.strip(), int(number) if number.strip().isdigit() else number


def _groups(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise typer.BadParameter(f"{path} cannot be read: {error}") from error


def _shown(row: "AdmissionMeasure") -> dict[str, Any]:
    names = (
        *("what", "settings", "words_th", "words_en", "until", "reason", "set_by"),
        *("from_at", "ended_at", "ended_by"),
    )
    return {name: getattr(row, name) for name in names}


def _moment(at: datetime | None) -> str:
    from django.utils import timezone

    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""
