"""How an officer's act reaches the books: through the API, or through its kinds of document."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

Shown = dict[str, Any]
Said = Mapping[str, Any]


class Refused(Exception):
    """The books refused an act that an office may do: a bug of the story or of the rules."""


class Hands(Protocol):
    """What the story needs of the books; ``by`` names a desk, see desks.py."""

    def make(self, path: str, said: Said, *, by: str) -> Shown:
        """Make a document or an entry of a register; return it as it is shown."""

    def take(
        self, path: str, document: str, action: str, *, by: str, said: Said | None = None
    ) -> None:
        """Take a step of a document, by its id or its number."""

    def show(self, path: str, document: str, *, by: str) -> Shown:
        """Return a document."""

    def look(self, path: str, *, by: str, **query: str) -> list[Shown]:
        """Return what a list shows, a thousand at the most."""

    def day(self) -> AbstractContextManager[None]:
        """Do the acts of a day together, where that is cheaper."""
