"""`openlaas fleet …`: make bodies, see how they are."""

import typer
from rich.console import Console

from openlaas.cli.fleet_status import status

fleet = typer.Typer(help=__doc__, no_args_is_help=True)
console = Console(stderr=True)


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


def register(app: typer.Typer) -> None:
    """Add the commands."""
    fleet.command()(status)
    app.add_typer(fleet, name="fleet")
