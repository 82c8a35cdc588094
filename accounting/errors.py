"""Refusals: every reason at once, in Thai and in English."""

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One reason why something may not be done.

    Attributes:
        code: stable, for programs.
        pointer: JSON pointer (RFC 6901) to the field in the request, or empty.
        of_the_books: True when the state of the books refuses (a closed period), False when the
            request alone, the chart or the budget keys refute it.
        rule: our rule's id; ``regulation``: the law and clause it comes from, when one is known.
    """

    code: str
    message_th: str
    message_en: str
    pointer: str = ""
    of_the_books: bool = False
    rule: str = ""
    regulation: str = ""

    def below(self, pointer: str) -> "Refusal":
        """Return the same reason, pointing below another place of a larger request."""
        return replace(self, pointer=f"{pointer}{self.pointer}")


class AccountingError(Exception):
    """Something anticipated: the request was understood and is refused."""

    code = "refused"

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        self.refusals = list(refusals)
        super().__init__("; ".join(refusal.message_en for refusal in self.refusals))


class NotFound(AccountingError):
    """The books hold no such thing."""

    code = "not_found"


class Stale(AccountingError):
    """It was changed after it was read; read it again."""

    code = "stale"


class InvariantBroken(Exception):
    """A bug: the books are not as our own rules say they must be. Never caught."""
