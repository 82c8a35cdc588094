"""What each kind of process is told through its environment, and nothing more than it needs."""

from collections.abc import Mapping, MutableMapping
from pathlib import Path

from psycopg.conninfo import make_conninfo

from openlaas import database_urls
from openlaas.stack import paths, postgres, valkey

DATABASE = "DATABASE_URL"
QUEUE = "REDIS_URL"
SECRET = "OPENLAAS_SECRET_KEY"  # noqa: S105 (the variable's name)
CONTROL = "OPENLAAS_CONTROL_URL"
CELL = "OPENLAAS_CELL_URL"
BEHIND_PROXY = "OPENLAAS_BEHIND_PROXY"


def for_operators(inherited: Mapping[str, str], servers: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a command that acts as the databases' owner."""
    return {**inherited, **servers, "DJANGO_SETTINGS_MODULE": "openlaas.settings"}


def for_processes(inherited: Mapping[str, str], servers: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of the web server and the worker: they cannot act as the owner.

    They get the control plane's and the cells' login roles, which are derived from the owner's
    URL unless `inherited` names them.
    """
    environment = for_operators(inherited, servers)
    owner = database_urls.connection_parameters(environment.pop(DATABASE))
    secret = environment[SECRET]
    control = database_urls.as_role(
        owner,
        role=database_urls.CONTROL_ROLE,
        database=database_urls.CONTROL_DATABASE,
        secret_key=secret,
    )
    cell = database_urls.as_role(
        owner, role=database_urls.CELL_LOGIN_ROLE, database=None, secret_key=secret
    )
    environment.setdefault(CONTROL, make_conninfo("", **control))
    environment.setdefault(CELL, make_conninfo("", **cell))
    return environment


def use_local_stack(environ: MutableMapping[str, str], *, var: Path | None = None) -> None:
    """Point a command that was told no secret at the stack of `make run`, if there is one.

    A server that `environ` names is kept, as `openlaas up` keeps it.
    """
    if SECRET in environ or CONTROL in environ:
        return
    places = paths.known_places(var or paths.var_folder())
    if places is None:
        return
    secret = paths.secret_key(places)
    environ[SECRET] = secret
    environ.setdefault(DATABASE, postgres.owner_url(places, secret_key=secret))
    environ.setdefault(QUEUE, valkey.url(places))
