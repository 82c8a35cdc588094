"""The part of a release that is said once for each cell, to what all its bodies use."""

import time
from collections.abc import Sequence
from typing import Any

import psycopg

from tenants.releases import kept
from tenants.releases.replay import LOCK_TIMEOUT_MS, TRANSACTION_TIMEOUT_MS
from tenants.releases.rules import ATTEMPTS_MAX, is_worth_another_attempt

_LOCK = 7_204_118


class SharedStepFailed(Exception):
    """The step of ``shared`` failed in a cell: none of its bodies can be brought further."""


def bring_shared(cell: psycopg.Connection[Any], releases: Sequence[kept.Release]) -> None:
    """Bring a cell's ``shared`` to the newest release; from then on new bodies are made at it.

    Each release is one transaction, so a killed run leaves the cell at one or the next.

    Raises:
        SharedStepFailed: a statement failed, or the lock was not to be had; or the cell has come
            through a release of the same name that said something else.
    """
    at = kept.newest_name(cell)
    if at == releases[-1].name:
        return
    names = [release.name for release in releases]
    if at not in names:
        raise SharedStepFailed(f"the cell is at release {at}, which the template does not know")
    for release in releases[names.index(at) + 1 :]:
        _say(cell, release)


def _say(cell: psycopg.Connection[Any], release: kept.Release) -> None:
    attempts = 0
    while True:
        try:
            _say_once(cell, release)
        except psycopg.Error as error:
            attempts += 1
            if not is_worth_another_attempt(sqlstate=error.sqlstate, attempts=attempts):
                raise SharedStepFailed(str(error)) from error
            if cell.closed:
                raise
            time.sleep(attempts / ATTEMPTS_MAX)
        else:
            return


def _say_once(cell: psycopg.Connection[Any], release: kept.Release) -> None:
    with cell.transaction():
        cell.execute(
            "SELECT set_config('lock_timeout', %s, true), set_config('transaction_timeout', %s,"
            " true)",
            [str(LOCK_TIMEOUT_MS), str(TRANSACTION_TIMEOUT_MS)],
        )
        cell.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        if kept.newest_name(cell) != release.previous:
            return  # another run has been here
        for statement in release.shared_statements:
            cell.execute(statement.encode())
        kept.keep(cell, release)
