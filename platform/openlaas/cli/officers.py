"""`openlaas officers …`: what an operator does when nobody in the body can."""

import typer
from rich.console import Console

officers = typer.Typer(help=__doc__, no_args_is_help=True)
console = Console(stderr=True)


@officers.command()
def reset(
    username: str = typer.Argument(help="Whose password is lost."),
    url: str = typer.Option("http://127.0.0.1:8000", envvar="OPENLAAS_URL", help="The portal's."),
    lost_phone: bool = typer.Option(False, help="Take the second steps away too, at once."),
) -> None:
    """Print a link, good once and for a day, by which the officer sets a new password."""
    import django

    django.setup()
    from django.utils import timezone

    from tenants.officers.sign_in import UnableToSignIn, reset_link

    try:
        token = reset_link(username=username, now=timezone.now(), lost_phone=lost_phone)
    except UnableToSignIn as error:
        raise typer.BadParameter(f"there is no officer {username}") from error
    print(f"{url}/sign-in/link/{token}")


@officers.command()
def invite(
    code: str = typer.Argument(help="A body without a LAO_ADMIN."),
    url: str = typer.Option("http://127.0.0.1:8000", envvar="OPENLAAS_URL", help="The portal's."),
) -> None:
    """Print the invitation of a body's first LAO_ADMIN, good once and for a week."""
    import django

    django.setup()
    from django.utils import timezone

    from tenants.officers.appointments import UnableToAppoint, invite_first_admin

    now = timezone.now()
    try:
        token = invite_first_admin(body_code=code, today=timezone.localdate(now), now=now)
    except UnableToAppoint as error:
        raise typer.BadParameter(f"there is no body {code}") from error
    if token is None:
        raise typer.BadParameter(f"{code} has a LAO_ADMIN already; see `openlaas officers reset`")
    print(f"{url}/sign-in/link/{token}")


@officers.command()
def reseal() -> None:
    """Encrypt the secrets of authenticator apps with the newest key; then the old one can go."""
    import django

    django.setup()
    from tenants.officers.second_step.authenticator import reseal_all
    from tenants.officers.second_step.sealing import UnableToUnseal

    try:
        count = reseal_all()
    except UnableToUnseal as error:
        raise typer.BadParameter("OPENLAAS_OLD_SECRET_KEYS lacks a key; nothing changed") from error
    console.print(f"{count} secrets are encrypted with the newest key")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(officers, name="officers")
