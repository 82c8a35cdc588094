"""The centre beside the books: what it has of a body, and what it should have."""

import json
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from decimal import Decimal
from functools import partial

import pytest

CASH, REVENUE = "1101010101.001", "4401010104.001"

# One round of a cell's consumer, in a process that is killed after a step.
KILLED = """
import os, signal, sys
import django
django.setup()
from django.utils import timezone
from tenants.provisioning.servers import owner_connection
from tenants.rollups import consumer

def after_step(step):
    if step == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)

with owner_connection(sys.argv[1]) as cell:
    consumer.consume(cell, sys.argv[1], clock=timezone.now, after_step=after_step)
"""


@pytest.fixture(scope="session")
def officer():
    from accounting.officers import Officer

    return Officer(
        id=uuid.uuid4(), name_th="นายสมชาย ใจดี", roles=frozenset({"ACCOUNTANT", "FIN_DIRECTOR"})
    )


@pytest.fixture(scope="session")
def entering() -> Callable[..., AbstractContextManager[None]]:
    from tenants.transactions import tenant_transaction

    return partial(tenant_transaction, statement_timeout_ms=0)


@pytest.fixture(scope="session")
def post(entering, officer) -> Callable[..., None]:
    """Post entries of two lines, each in a transaction of its own."""
    from accounting.journal.drafts import read_entry
    from accounting.journal.operations import post_entry

    def each(body: object, *amounts: str, day: str = "2026-10-05") -> None:
        for amount in amounts:
            raw = {
                "entry_date": day,
                "description": "รับเงินรายได้จัดเก็บเอง",
                "lines": [
                    {"account": CASH, "debit": amount},
                    {"account": REVENUE, "credit": amount},
                ],
            }
            with entering(body):
                post_entry(draft=read_entry(raw), officer=officer)

    return each


@pytest.fixture(autouse=True)
def _operators_rights(owner_url) -> Iterator[None]:
    """The consumer connects as the owner, which a web process cannot."""
    from django.test import override_settings

    from openlaas.database_urls import connection_parameters

    with override_settings(OWNER_PARAMETERS=connection_parameters(owner_url)):
        yield


@pytest.fixture
def no_old_notices(_operators_rights: None) -> None:
    """Forget what other tests left: books whose events they took away hold a cell back."""
    from tenants.provisioning.servers import owner_connection
    from tenants.rollups import following

    for name, server in following.cells([]):
        with owner_connection(name, server) as cell:
            cell.execute("TRUNCATE shared.notice")


@pytest.fixture
def neighbour_of(_unused_bodies: Iterator[object]) -> Callable[[object], object]:
    """Return a body of the same cell whose books nobody has touched yet."""
    return lambda body: next(one for one in _unused_bodies if one.cell == body.cell)


@pytest.fixture
def consume() -> Callable[[object], list[object]]:
    """Let the consumer of a body's cell do its rounds until nothing is left, then the areas."""
    from tenants.rollups import following

    return lambda body: following.once(only=[body.cell])


@pytest.fixture
def a_round() -> Callable[..., object]:
    """Do a single round of the body's cell in this process."""
    from django.utils import timezone

    from tenants.provisioning.servers import owner_connection
    from tenants.rollups import consumer

    def run(body: object, **more: object) -> object:
        with owner_connection(body.cell) as cell:
            return consumer.consume(cell, body.cell, clock=timezone.now, **more)

    return run


@pytest.fixture(scope="session")
def killed_at(owner_environment) -> Callable[[object, str], None]:
    environment = {**owner_environment, "DJANGO_SETTINGS_MODULE": "openlaas.settings"}

    def run(body: object, step: str) -> None:
        command = [sys.executable, "-c", KILLED, body.cell, step]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == -9, done.stdout + done.stderr

    return run


@pytest.fixture
def figures() -> Callable[..., dict[tuple[str, ...], tuple[Decimal, ...]]]:
    """Return the rows of a figure that the centre has of a body, or of an area."""
    from tenants.models import Body
    from tenants.rollups.figures import FIGURES
    from tenants.rollups.kept import figures_of, rows

    def of(where: object, name: str) -> dict[tuple[str, ...], tuple[Decimal, ...]]:
        if not isinstance(where, tuple):
            id_ = Body.objects.get(code=where.code).id
            found = figures_of([id_], [name])[id_].get(name, {})
        else:
            figure = FIGURES[name]
            keys = ", ".join(f"{key}::text" for key in figure.keys)
            query = f"SELECT ARRAY[{keys}], ARRAY[{', '.join(figure.amounts)}] FROM area_{name}"
            told = rows(f"{query} WHERE (level, area) = (%s, %s)", where)
            found = {tuple(key): tuple(amounts) for key, amounts in told}
        return {key: amounts for key, amounts in found.items() if any(amounts)}

    return of


@pytest.fixture
def of_the_nation() -> Callable[..., dict[str, object]]:
    """Return how far closing is in the nation, with what the figure stands for."""
    from tenants.rollups import central
    from tenants.rollups.watching import Area

    def told(month: date | None = None) -> dict[str, object]:
        nation = Area(is_nation=True)
        asked = central.Wanted(area=nation, fiscal_year=2570, month=month, today=date(2026, 11, 1))
        return json.loads(central.overview(asked))["figures"]["closing"]

    return told


@pytest.fixture
def recompute() -> Callable[..., object]:
    """Compare the figures of a body with its books, and those of all areas with their bodies."""
    from django.utils import timezone

    from tenants.rollups.recompute import recompute as compare

    def run(*bodies: object, repair: bool = False) -> object:
        codes = [body.code for body in bodies]
        return compare(codes=codes, sample=None, seed=1, repair=repair, clock=timezone.now)

    return run
