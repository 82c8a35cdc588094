"""`openlaas fleet …`: make bodies, see how they are."""

import json
import time
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from openlaas.cli.fleet_status import status

fleet = typer.Typer(help=__doc__, no_args_is_help=True)
console = Console(stderr=True)


@fleet.command()
def provision(
    province: str = typer.Option("", help="Every local body of a province (DOPA code, e.g. 11)."),
    code: list[str] = typer.Option([], help="A body's code; may be given several times."),
    cell: str = typer.Option("", help="Place them in this cell; else where most room is."),
    first: int = typer.Option(0, help="The first N bodies of the register, for benches."),
    as_json: bool = typer.Option(False, "--json", help="Print the result as JSON."),
) -> None:
    """Give bodies their books and an invitation for their first LAO_ADMIN. Safe to run again."""
    import django

    django.setup()
    from django.utils import timezone

    from tenants.provisioning import bodies

    codes = list(code)
    if province:
        codes += bodies.codes_of_province(province)
    if first:
        codes += bodies.first_codes(first)
    if not codes:
        raise typer.BadParameter("nothing to provision: give --province, --code or --first")
    started = time.monotonic()
    columns = (TextColumn("provisioning"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("bodies", total=len(codes))
        try:
            made = bodies.provision(
                codes=codes,
                now=timezone.now(),
                cell=cell or None,
                after_each=lambda _code: progress.advance(task),
            )
        except bodies.NoSuchBody as error:
            raise typer.BadParameter(f"not in the register: {error}") from error
    seconds = time.monotonic() - started
    invitations = _invite(codes)  # those of an interrupted run too
    result = {"asked": len(codes), "made": len(made), "seconds": round(seconds, 2)}
    if as_json:
        print(json.dumps(result))
    else:
        console.print(f"{len(made)} of {len(codes)} bodies got their books in {seconds:.1f} s")
    if invitations:
        console.print(f"invitations of the first LAO_ADMINs: {invitations}")


@fleet.command(
    "django", context_settings={"allow_extra_args": True, "ignore_unknown_options": True}
)
def django_command(
    context: typer.Context,
    code: str = typer.Argument(help="The body's code."),
    command: str = typer.Argument(help="One of Django's or django-tenants' commands."),
) -> None:
    """Run a command of Django's inside one body, as the owner, by the administrative door.

    For example: openlaas fleet django 5901401 migrate_schemas --schema b_5901401 --tenant
    """
    import django

    django.setup()
    from django.core.management import call_command

    from tenants.provisioning import door

    try:
        with door.administrative_door(code):
            call_command(command, *context.args)
    except door.NoBooks as error:
        raise typer.BadParameter(f"{code} has no books") from error


def _invite(codes: list[str]) -> Path | None:
    """Invite whoever is still missing as first LAO_ADMIN; only the operator may read the file."""
    from django.conf import settings
    from django.utils import timezone

    from tenants.officers.appointments import invite_first_admin

    now = timezone.now()
    links = {
        code: token
        for code in codes
        if (token := invite_first_admin(body_code=code, today=timezone.localdate(now), now=now))
    }
    if not links:
        return None
    path: Path = settings.BUILD_DIR / f"invitations-{now:%Y%m%d-%H%M%S}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps({c: f"/sign-in/link/{t}" for c, t in links.items()}, indent=1))
    return path


def register(app: typer.Typer) -> None:
    """Add the commands."""
    fleet.command()(status)
    app.add_typer(fleet, name="fleet")
