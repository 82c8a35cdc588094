"""The bodies of a bench: provisioned, each with an accountant who is signed in to the API."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from openlaas.bench import commands
from openlaas.stack import environment, paths, steps
from openlaas.stack.paths import Announce

CELL_CAPACITY = 1000  # as in production: a cell is a database of a thousand bodies
_FIRST_DAY = date(2020, 1, 1)  # of the appointments; any day before the bench


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A body, where its books are, and the token of its accountant."""

    code: str
    schema: str
    role: str
    cell: str
    token: str


def provision_bodies(count: int, *, operators: Mapping[str, str], announce: Announce) -> None:
    """Prepare the databases and give the first bodies of the register their books.

    Beyond the register's there are made-up units of the whole nation.
    """
    cells = -(-count // CELL_CAPACITY)
    announce(f"Provisioning {count:,} bodies in {cells} cell(s), unless they are there")
    prepare = ("prepare", "--cells", str(cells), "--capacity", str(CELL_CAPACITY))
    commands.run(*steps.openlaas_command(*prepare), environment=operators)
    if count > _registered():
        units = steps.openlaas_command("fleet", "simulate-units")
        commands.run(*units, environment=operators)
    provision = ("fleet", "provision", "--first", str(count))
    commands.run(*steps.openlaas_command(*provision), environment=operators)


def _registered() -> int:
    register = paths.REPOSITORY / "tenants" / "data" / "bodies.csv"
    with register.open(encoding="utf-8") as lines:
        return sum(1 for _ in lines) - 1  # the header


def become_web_process(servers: Mapping[str, str]) -> dict[str, str]:
    """Set Django up here with the rights of a web process; return such a process's environment."""
    told = environment.for_processes(commands.inherited(), servers)
    os.environ.pop(environment.DATABASE, None)
    os.environ.update(told)
    import django  # noqa: PLC0415 - its settings are known from here on

    django.setup()
    return told


def sign_in_accountants(count: int) -> list[Office]:
    """Return the first bodies by code, each with an ACCOUNTANT's new token."""
    from tenants.directory.queries import bodies_with_books  # noqa: PLC0415 - Django is set up now

    bodies = bodies_with_books()[:count]
    tokens = sign_in_as("ACCOUNTANT", [body.code for body in bodies])
    return [
        Office(
            code=body.code,
            schema=body.schema_name,
            role=body.role,
            cell=body.cell,
            token=tokens[body.code],
        )
        for body in bodies
    ]


def sign_in_as(role: str, codes: Sequence[str]) -> dict[str, str]:
    """Return, by body, the new token of an officer of the role, made when there is none."""
    from django.db import transaction  # noqa: PLC0415 - Django was not set up at import
    from django.utils import timezone  # noqa: PLC0415

    from tenants.officers import appointments, models, sign_in  # noqa: PLC0415

    now = timezone.now()
    tokens = {}
    with transaction.atomic():
        known = dict(models.Officer.objects.values_list("username", "id"))
        for code in codes:
            username = f"{code}-{role.lower()}"
            officer_id = known.get(username)
            if officer_id is None:
                officer_id = appointments.register_officer(
                    username=username, name_th="นางสาวสมหญิง ใจดี", password=None, now=now
                )
                appointments.appoint(
                    officer_id=officer_id,
                    role=role,
                    body_code=code,
                    from_date=_FIRST_DAY,
                    now=now,
                )
            tokens[code], _ = sign_in.open_sign_in(officer_id=officer_id, kind="api", now=now)
    return tokens
