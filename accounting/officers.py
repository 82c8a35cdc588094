"""The officer who acts, as the books record them."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """Who did it: an id for programs, a name for the page, kept as it was then.

    Attributes:
        roles: keys of roles.csv held at the time.
        is_acting: whether the role used was held as acting (รักษาราชการแทน).
    """

    id: UUID
    name_th: str
    roles: frozenset[str]
    is_acting: bool = False
