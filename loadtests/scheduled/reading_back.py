"""Looks, after a run, for what the API had said it posted: nothing acknowledged may be lost."""

import http.client
from collections.abc import Iterable, Sequence

from loadtests.chances import chances
from loadtests.officers import ACCOUNTANT, Officer, Staff
from loadtests.scheduled.addresses import connection_to

_OK = 200
_MOST = 400  # entries that are looked for
_PATIENCE_SECONDS = 30


def lost(
    targets: Sequence[str],
    officers: Iterable[Officer],
    acknowledged: Sequence[tuple[str, str]],
    *,
    most: int = _MOST,
) -> list[str]:
    """Return those of a sample of acknowledged entries that are not there, with the answer."""
    chosen = chances(len(acknowledged)).sample(list(acknowledged), min(most, len(acknowledged)))
    staff = Staff(officers, chances(0))
    connection = connection_to(targets[0], timeout=_PATIENCE_SECONDS)
    missing = []
    for body, number in chosen:
        officer = staff.at(body, ACCOUNTANT)
        status = _status(connection, body, number, officer.token if officer else "")
        if status != _OK:
            missing.append(f"{body} {number}: {status or 'no answer'}")
    connection.close()
    return missing


def _status(connection: http.client.HTTPConnection, body: str, number: str, token: str) -> int:
    path = f"/api/v1/bodies/{body}/journal-entries/{number.replace('/', '-')}"
    try:
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        connection.close()
        return 0
    return answer.status
