"""The offices of the centre: a role with its area, as an officer holds it today. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tenants.rollups.watching import OF_THE_NATION, Held

ANNOUNCERS = frozenset({"DLA", "PROVINCE", "DISTRICT"})
_WIDEST_FIRST = "NPD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A role over the nation (N), a province (P) or a district (D).

    Attributes:
        role: a key of roles.csv.
        level: N, P or D.
        area: the code of the province or district; empty: the nation.
    """

    role: str
    level: str
    area: str

    @property
    def name(self) -> str:
        """What the office is called in requests: ``PROVINCE 11``; the department is ``DLA``."""
        return f"{self.role} {self.area}".rstrip()


def offices_of(held: Iterable[Held]) -> tuple[Office, ...]:
    """Return the offices of appointments held today, the widest first."""
    found = set()
    for role, province, district in held:
        if district:
            found.add(Office(role=role, level="D", area=district))
        elif province:
            found.add(Office(role=role, level="P", area=province))
        elif role in OF_THE_NATION:
            found.add(Office(role=role, level="N", area=""))
    return tuple(sorted(found, key=lambda one: (_WIDEST_FIRST.index(one.level), one.name)))


def announcing(offices: Iterable[Office]) -> tuple[Office, ...]:
    """Return the offices that announce: the Audit Office asks, it announces nothing."""
    return tuple(one for one in offices if one.role in ANNOUNCERS)


def holds_the_department(held: Iterable[Held]) -> bool:
    """Tell whether appointments held today are of the department itself."""
    return Office(role="DLA", level="N", area="") in offices_of(held)


def as_facts(offices: Iterable[Office]) -> dict[str, Any]:
    """Return the parameters of HELD."""
    each = list(offices)
    return {
        "roles": [one.role for one in each],
        "levels": [one.level for one in each],
        "areas": [one.area for one in each],
    }


# The offices of whoever asks, as rows; an absent one and one outside of their area look alike.
HELD = """
held AS MATERIALIZED (
     SELECT * FROM unnest(%(roles)s::text[], %(levels)s::text[], %(areas)s::text[])
                   AS office (role, level, area))
"""
