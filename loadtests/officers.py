"""Who acts: drawn from all officers of the file, each body once before any comes again."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from loadtests.mix import ACCOUNTANTS_SHARE


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """An officer of a body, as the officers file tells."""

    username: str
    password: str
    token: str
    body_code: str
    roles: frozenset[str]

    @property
    def may_post(self) -> bool:
        """Tell whether the API lets the officer post entries."""
        return "ACCOUNTANT" in self.roles


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
        by_body: dict[str, dict[str, Officer]] = {}
        for officer in officers:
            for role in officer.roles:
                by_body.setdefault(officer.body_code, {}).setdefault(role, officer)
        self._free = [desks for desks in by_body.values() if set(roles) <= set(desks)]
        if not self._free:
            raise NobodyAtADesk(f"the file names no body with officers as {', '.join(roles)}")

    def take(self) -> dict[str, Officer] | None:
        """Return an office by its desks, which nobody else has until it is put back."""
        return self._free.pop(0) if self._free else None

    def put_back(self, desks: dict[str, Officer]) -> None:
        """Let somebody else have the office."""
        self._free.append(desks)


class Deck:
    """Deals officers: accountants and others in their shares, over all bodies alike."""

    def __init__(self, officers: Iterable[Officer], random: Random) -> None:
        officers = list(officers)
        self._random = random
        self._accountants = _dealt([o for o in officers if o.may_post], random)
        others = [o for o in officers if not o.may_post]
        self._others = _dealt(others, random) if others else self._accountants
        self._debt = 0.0

    def draw(self) -> Officer:
        """Return the next officer."""
        self._debt += ACCOUNTANTS_SHARE
        if self._debt >= 1 - 1e-9:
            self._debt -= 1
            return next(self._accountants)
        return next(self._others)


def _dealt(officers: list[Officer], random: Random) -> Iterator[Officer]:
    """Yield officers for ever: in each pass over the bodies one of each, in a new order."""
    by_body: dict[str, list[Officer]] = {}
    for officer in officers:
        by_body.setdefault(officer.body_code, []).append(officer)
    while True:
        bodies = list(by_body.values())
        random.shuffle(bodies)
        for colleagues in bodies:
            yield random.choice(colleagues)
