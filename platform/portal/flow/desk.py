"""What a slice declares to have its pages: facts, fields, and its place in the menu."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils import translation

from accounting.documents.kinds import Kind, Shown
from accounting.documents.workflow import Words
from portal.doors import Visit

BUDGET, REVENUE, EXPENDITURE, ACCOUNTS = "budget", "revenue", "expenditure", "accounts"


class Found(NamedTuple):
    """What a search found: what is sent, and how it is shown, with what remains beside it."""

    value: str
    code: str
    name: str
    beside: str = ""


_NO_WORDS = Words("", "")
Search = Callable[[str, int], Sequence[Found]]  # words and how many, in the body's transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A line of what a document says; ``kind`` is text, day, money or account."""

    label: Words
    value: Any
    kind: str = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table of a document's lines."""

    label: Words
    name: str
    kind: str = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The lines of a document, as they are shown."""

    label: Words
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of a form.

    Attributes:
        name: as the API calls it.
        kind: text, long, day, money, number, choice or search.
        search: of a field that is searched while typing, by the words typed.
        choices: of a choice, what is sent and its name.
        optional: the label says so; what is required the rules know.
    """

    name: str
    label: Words
    kind: str = "text"
    search: Search | None = None
    choices: Sequence[tuple[str, Words]] = ()
    hint: Words = _NO_WORDS
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Lines of a form: a list of objects, as the API calls it; ``total`` names a field summed."""

    name: str
    label: Words
    fields: Sequence[Field]
    total: str = ""
    lines: int = 3


def _no_facts(document: Shown) -> Sequence[Fact]:
    return ()


def _no_tables(document: Shown) -> Sequence[Table]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A kind of document as the pages show it.

    Attributes:
        slug: in addresses, below the body, and as the menu knows where it is.
        module: of the menu: BUDGET, REVENUE, EXPENDITURE or ACCOUNTS.
        plural: the list's name.
        facts: what one says, above its lines; ``tables``: its lines.
        fields: of the form; ``grids``: its lines. Without either nobody makes one by hand.
        asks: what a step asks besides a note, by action.
        as_raw: what the form says as the API would send it, where that is not field by field.
        as_typed: what a draft says as the form shows it, where that is not field by field.
        paper: the name of the address of its PDF, called with the body and the id.
    """

    kind: Kind
    slug: str
    module: str
    plural: Words
    facts: Callable[[Shown], Sequence[Fact]] = _no_facts
    tables: Callable[[Shown], Sequence[Table]] = _no_tables
    fields: Sequence[Field] = ()
    grids: Sequence[Grid] = ()
    asks: Mapping[str, Sequence[Field]] = field(default_factory=dict)
    as_raw: Callable[[dict[str, Any]], dict[str, Any]] = dict
    as_typed: Callable[[Shown], Mapping[str, Any]] = dict
    paper: str = ""

    @property
    def name(self) -> str:
        """The kind's name, in the officer's language."""
        return say(self.kind.flow.name)

    @property
    def named(self) -> str:
        """The list's name, in the officer's language."""
        return say(self.plural)

    def may_draft(self, visit: Visit) -> bool:
        """Tell whether the officer makes such documents here now."""
        is_made = bool(self.fields or self.grids) and self.kind.create is not None
        return is_made and visit.is_writable and bool(visit.access.roles & self.kind.flow.drafts)

    def searched(self) -> dict[str, Search]:
        """Return the searches of the form's fields, by the name of the field."""
        every = [*self.fields, *(one for grid in self.grids for one in grid.fields)]
        every += [one for asked in self.asks.values() for one in asked]
        return {one.name: one.search for one in every if one.search}


def say(words: Words) -> str:
    """Return a name in the officer's language."""
    return words.en if (translation.get_language() or "").startswith("en") else words.th
