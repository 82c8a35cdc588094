"""Looks, before a run, for what vouchers can be drawn on: through the API, as a clerk would."""

import http.client
import json
from collections.abc import Mapping
from typing import Any

from loadtests.asking import Budget, fiscal_year
from loadtests.officers import VOUCHER_DESKS, Officer
from loadtests.scheduled.addresses import connection_to

_ELECTRICITY = "340100"
_MOST_BODIES = 200  # that are looked at
_PATIENCE_SECONDS = 30
_OK = 200


def budgets_of(target: str, staff: Mapping[str, Mapping[str, Officer]]) -> dict[str, Budget]:
    """Return division, line with money and payee of bodies that have all three.

    Args:
        target: the deployment.
        staff: each body's officers by role; only bodies with all six people are looked at.
    """
    connection = connection_to(target, timeout=_PATIENCE_SECONDS)
    found = {}
    whole = [body for body, desks in staff.items() if set(VOUCHER_DESKS) <= set(desks)]
    for body in whole[:_MOST_BODIES]:
        clerk = staff[body][VOUCHER_DESKS[0]]
        lines = f"budget-lines?fiscal_year={fiscal_year()}&available=true&q={_ELECTRICITY}&limit=1"
        firsts = [
            _first(connection, clerk, path)
            for path in ("divisions?limit=1", "vendors?limit=1&active=true", lines)
        ]
        if all(firsts):
            unit, payee, line = firsts
            found[body] = Budget(unit=unit["code"], payee=payee["id"], line=line["id"])
    connection.close()
    return found


def _first(connection: http.client.HTTPConnection, officer: Officer, path: str) -> dict[str, Any]:
    """Return a list's first item; nothing when there is none, or nobody answers."""
    headers = {"Authorization": f"Bearer {officer.token}"}
    try:
        connection.request("GET", f"/api/v1/bodies/{officer.body_code}/{path}", headers=headers)
        answer = connection.getresponse()
        document = json.loads(answer.read()) if answer.status == _OK else {"items": []}
    except (OSError, http.client.HTTPException, ValueError):
        connection.close()
        return {}
    items: list[dict[str, Any]] = document["items"]
    return items[0] if items else {}
