"""Who acts: drawn from all officers of the file, each body once before any comes again."""

import json
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from loadtests.mix import ANYBODY

ACCOUNTANT = "ACCOUNTANT"
VOUCHER_DESKS = (
    *("UNIT_CLERK", "UNIT_HEAD", "FIN_OFFICER"),
    *("FIN_DIRECTOR", "CLERK_LAO", "EXECUTIVE"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """An officer of a body, as the officers file tells.

    Attributes:
        password: empty when only the token is known.
        page_token: what a browser's cookie holds; empty when the file does not tell.
    """

    username: str
    password: str
    token: str
    body_code: str
    roles: frozenset[str]
    page_token: str = ""

    @property
    def may_post(self) -> bool:
        """Tell whether the API lets the officer post entries."""
        return ACCOUNTANT in self.roles


class NobodyAtADesk(Exception):
    """The file names no body with an officer of each role that a journey needs."""


class NobodyToPost(Exception):
    """The file names no accountant of a body."""


def read_officers(path: Path) -> list[Officer]:
    """Return the officers of bodies; those of the centre are left out.

    Raises:
        NobodyToPost: the file names no accountant.
    """
    document = json.loads(path.read_text(encoding="utf-8"))
    officers = [
        Officer(
            username=record["username"],
            password=record["password"],
            token=record["token"],
            body_code=record["body_code"],
            roles=frozenset(record["roles"]),
            page_token=record.get("page_token", ""),
        )
        for record in document["officers"]
        if record["body_code"]
    ]
    if not any(officer.may_post for officer in officers):
        raise NobodyToPost(f"{path} names no ACCOUNTANT of a body")
    return officers


class Offices:
    """Bodies with an officer of each role that a journey needs, dealt one after the other."""

    def __init__(self, officers: Iterable[Officer], roles: Iterable[str]) -> None:
        by_body = desks_of(officers)
        self._free = [desks for desks in by_body.values() if set(roles) <= set(desks)]
        if not self._free:
            raise NobodyAtADesk(f"the file names no body with officers as {', '.join(roles)}")

    def take(self) -> dict[str, Officer] | None:
        """Return an office by its desks, which nobody else has until it is put back."""
        return self._free.pop(0) if self._free else None

    def put_back(self, desks: dict[str, Officer]) -> None:
        """Let somebody else have the office."""
        self._free.append(desks)


def desks_of(officers: Iterable[Officer]) -> dict[str, dict[str, Officer]]:
    """Return each body's officers by role; the first of a role."""
    by_body: dict[str, dict[str, Officer]] = {}
    for officer in officers:
        for role in officer.roles:
            by_body.setdefault(officer.body_code, {}).setdefault(role, officer)
    return by_body


class Staff:
    """The officers of a run: found by body and role, and dealt over all bodies alike."""

    def __init__(self, officers: Iterable[Officer], random: Random) -> None:
        self.officers = list(officers)
        self.by_body = desks_of(self.officers)
        self.bodies = list(self.by_body)
        self._random = random
        self._dealers: dict[str, _Dealer] = {}

    def draw(self, role: str) -> Officer | None:
        """Return the next officer of a role, or of any; None when the file has none of it."""
        return self._draw_among(role, lambda one: role == ANYBODY or role in one.roles)

    def draw_with_password(self) -> Officer | None:
        """Return the next officer whose password the file tells; None when it tells none."""
        return self._draw_among("a password", lambda one: bool(one.password))

    def draw_among(self, role: str, bodies: Container[str]) -> Officer | None:
        """Return the next officer of a role in one of the bodies, which stay the same."""
        return self._draw_among(
            f"{role} among", lambda one: role in one.roles and one.body_code in bodies
        )

    def at(self, body_code: str, role: str) -> Officer | None:
        """Return who holds the role in the body."""
        return self.by_body[body_code].get(role)

    def _draw_among(self, name: str, belongs: Callable[[Officer], bool]) -> Officer | None:
        if name not in self._dealers:
            of_it = [one for one in self.officers if belongs(one)]
            self._dealers[name] = _Dealer(of_it, self._random)
        dealer = self._dealers[name]
        return dealer.deal() if dealer else None


def sessions_of(staff: Staff, shares: dict[str, float], count: int) -> list[tuple[Officer, str]]:
    """Return who is signed in at once, each with the role they work in.

    Roles come in their shares as evenly as whole officers allow; a role that the file lacks is
    left out.
    """
    here = {role: share for role, share in shares.items() if staff.draw(role) is not None}
    total, debts = sum(here.values()), dict.fromkeys(here, 0.0)
    chosen = []
    for _ in range(count if here else 0):
        for role, share in here.items():
            debts[role] += share / total
        role = max(debts, key=debts.__getitem__)
        debts[role] -= 1
        officer = staff.draw(role)
        assert officer is not None  # it was drawn once
        chosen.append((officer, role))
    return chosen


def share_of_bodies(officers: list[Officer], *, part: int, parts: int) -> list[Officer]:
    """Return the officers of every so-manieth body: one part of several that share all bodies."""
    places: dict[str, int] = {}
    for officer in officers:
        places.setdefault(officer.body_code, len(places))
    return [one for one in officers if places[one.body_code] % parts == part]


class _Dealer:
    """Deals officers for ever: in each pass over the bodies one of each, in a new order."""

    def __init__(self, officers: list[Officer], random: Random) -> None:
        self._random = random
        self._by_body: dict[str, list[Officer]] = {}
        for officer in officers:
            self._by_body.setdefault(officer.body_code, []).append(officer)
        self._turn = {body: random.randrange(len(them)) for body, them in self._by_body.items()}
        self._pass: list[str] = []

    def __bool__(self) -> bool:
        return bool(self._by_body)

    def deal(self) -> Officer:
        """Return the next officer."""
        if not self._pass:
            self._pass = list(self._by_body)
            self._random.shuffle(self._pass)
        body = self._pass.pop()
        colleagues = self._by_body[body]
        self._turn[body] = (self._turn[body] + 1) % len(colleagues)
        return colleagues[self._turn[body]]
