"""Steps of documents as tests take them: one row for each, told to every role through the API.

Each table of rows is what its test takes; tests/documents/test_every_transition.py holds all the
tables against the flows and workflow_states.csv, so that no step is without a row.
"""

import re
from collections.abc import Callable, Collection
from typing import NamedTuple

from accounting.officers import POSITIONS

# Whoever may hold something in a body or watch over it; the operator of the platform never does.
ROLES = tuple(role for role in POSITIONS if role != "OPERATOR")
_THAI = re.compile(r"[\u0e01-\u0e5b]")


class Transition(NamedTuple):
    """A step that a test takes.

    Attributes:
        path: of the kind in the API, `cheque-reports`.
        state: from which, `new` when the document is made by it.
        roles: who may; each other role is refused.
        leads_to: the state after it.
        way: the steps that lead from a new document to ``state``.
    """

    path: str
    state: str
    action: str
    roles: frozenset[str]
    leads_to: str
    way: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Name the row in the output of tests."""
        return f"{self.path}-{self.state}-{self.action}"


def assert_refused_to_others(
    ask: Callable[[str], object], roles: Collection[str], *, status: int = 409
) -> None:
    """Ask as each role that may not; the answer says so, and why, in Thai and in English.

    Args:
        ask: sends the request as an officer of a role; returns the answer.
        roles: who may, and is not asked.
        status: 409 when the flow refuses, 403 when the path does.
    """
    for role in ROLES:
        if role in roles:
            continue
        answer = ask(role)
        assert answer.status_code == status, (role, answer.content.decode()[:500])
        (told, *_) = answer.json()["refusals"]
        assert told["code"] == "role_lacks_step", (role, told)
        for one in roles:
            assert POSITIONS[one].th in told["message_th"]
            assert POSITIONS[one].en in told["message_en"]
        assert _THAI.search(told["message_th"]), role
        assert re.search("[a-z]{3}", told["message_en"]), role
