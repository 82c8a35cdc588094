"""Which database role each kind of process connects as, worked out from one owner URL.

Three login roles, so that a process can do no more than its work needs:

- the owner (``DATABASE_URL``) creates databases, roles and schemas; operators' commands only;
- ``openlaas_control`` reads and writes the control plane; web and worker processes;
- ``openlaas_login`` may enter a cell and can read nothing there until it takes a body's role.
"""

import hashlib
import hmac
from typing import Any

from psycopg.conninfo import conninfo_to_dict

CONTROL_DATABASE = "openlaas_control"
CONTROL_ROLE = "openlaas_control"
CELL_LOGIN_ROLE = "openlaas_login"


def role_password(*, secret_key: str, role: str) -> str:
    """Return the role's password, derived from the deployment's secret so that none is stored."""
    return hmac.new(
        secret_key.encode(), f"database role {role}".encode(), hashlib.sha256
    ).hexdigest()


def connection_parameters(url: str) -> dict[str, str]:
    """Return libpq parameters of a URL or conninfo string.

    Raises:
        psycopg.ProgrammingError: the string is neither.
    """
    return {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}


def as_role(
    parameters: dict[str, str], *, role: str, database: str | None, secret_key: str
) -> dict[str, str]:
    """Return the same server's parameters for another login role and database."""
    changed = {**parameters, "user": role}
    changed["password"] = role_password(secret_key=secret_key, role=role)
    if database:
        changed["dbname"] = database
    else:
        changed.pop("dbname", None)
    return changed


def django_database(parameters: dict[str, str]) -> dict[str, Any]:
    """Return the parameters in the words of Django's DATABASES."""
    known = {
        "dbname": "NAME",
        "user": "USER",
        "password": "PASSWORD",
        "host": "HOST",
        "port": "PORT",
    }
    database: dict[str, Any] = {
        django_name: parameters.get(name, "") for name, django_name in known.items()
    }
    database["OPTIONS"] = {name: value for name, value in parameters.items() if name not in known}
    return database
