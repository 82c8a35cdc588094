"""Pools made anew for a test, and the operator's command."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest


@pytest.fixture
def pools_with() -> Iterator[Callable[..., AbstractContextManager[object]]]:
    """Give this process new pools under changed settings, and its usual ones afterwards."""
    from django.test import override_settings

    from tenants.backend.pool import POOLS

    def forget() -> None:
        POOLS.close()
        POOLS._pools.clear()

    @contextmanager
    def changed(**settings: object) -> Iterator[object]:
        forget()
        try:
            with override_settings(**settings):
                yield POOLS
        finally:
            forget()

    return changed


@pytest.fixture
def only_connection(pools_with) -> Iterator[Callable[[object], object]]:
    """Give each cell one connection, and hand out a body's."""
    with pools_with(TENANT_POOL_SLOTS=1) as pools:
        yield lambda body: pools._pools[body.cell]._slots[0].connection


@pytest.fixture(scope="session")
def provision(owner_environment) -> Callable[..., dict[str, object]]:
    """Run `openlaas fleet provision` for codes, as an operator would."""

    def run(*codes: str) -> dict[str, object]:
        words = [word for code in codes for word in ("--code", code)]
        command = [sys.executable, "-m", "openlaas.cli", "fleet", "provision", "--json", *words]
        done = subprocess.run(
            command, env=owner_environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    return run
