"""How often an officer does what: data/actions.csv, each number with its source."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "actions.csv"
ANYBODY = "*"
SIGN_IN, HOME, WHO_AM_I = "sign in", "home", "who am I"
LIST_ENTRIES, LIST_RECEIPTS, LIST_VOUCHERS = "list entries", "list receipts", "list vouchers"
READ_ENTRY, SEARCH = "read one entry", "search"
PRINT, PRINT_ENTRY = "print", "print an entry"
LEDGER, TRIAL_BALANCE = "ledger", "trial balance"
POST_ENTRY, BACK_FILL = "post an entry", "back-fill"
ISSUE, HAND_OVER, RECEIVE_SLIP = "issue a receipt", "hand over", "receive a slip"
SUM_UP, CHECK, DRAW_UP = "sum the day up", "check a summary", "draw up"
REQUEST, RECEIVE, EXAMINE = "request", "receive", "examine"
ENDORSE, APPROVE = "endorse", "approve"
SAVES_A_DOCUMENT = frozenset({POST_ENTRY, ISSUE, HAND_OVER, SUM_UP, DRAW_UP})
POSTING = "post"  # the class of what changes the books


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A row of actions.csv.

    Attributes:
        kind: the class that its limits go by.
        role: a key of roles.csv, or ANYBODY.
        takes: the desk that it takes its work from, or empty.
        leaves: the desk on which it leaves what comes next, or empty.
        instead: what is done when there is nothing to take.
    """

    key: str
    kind: str
    role: str
    weight: float
    takes: str
    leaves: str
    instead: str


@cache
def actions() -> dict[str, Action]:
    """Return every action by its key, in the file's order."""
    with _FILE.open(encoding="utf-8", newline="") as lines:
        return {
            row["key"]: Action(
                key=row["key"],
                kind=row["class"],
                role=row["role"],
                weight=float(row["weight"]),
                takes=row["takes"],
                leaves=row["leaves"],
                instead=row["instead"],
            )
            for row in csv.DictReader(lines)
        }


def year_end() -> dict[str, float]:
    """Return the mix of the peak hour: weights by action."""
    return {action.key: action.weight for action in actions().values() if action.weight}


def roles_of(mix: dict[str, float]) -> dict[str, float]:
    """Return how much of the mix each role does by itself, ANYBODY's part left out."""
    shares: dict[str, float] = {}
    for key, weight in mix.items():
        role = actions()[key].role
        if role != ANYBODY:
            shares[role] = shares.get(role, 0.0) + weight
    return shares


def mix_of(role: str, mix: dict[str, float]) -> dict[str, float]:
    """Return what an officer of the role does, for the whole to come out as the mix.

    What anybody does is shared out as the roles' own work is: whoever saves much also looks much.
    """
    shares = roles_of(mix)
    part = shares.get(role, 0.0) / sum(shares.values()) if shares else 1.0
    return {
        key: weight * (part if actions()[key].role == ANYBODY else 1.0)
        for key, weight in mix.items()
        if actions()[key].role in {ANYBODY, role}
    }
