"""What a slice declares to have its pages: facts, fields, and its place in the menu."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.utils import timezone, translation

from accounting.documents.kinds import Kind, Shown
from accounting.documents.workflow import Words
from portal.doors import Visit

BUDGET, REVENUE, EXPENDITURE, ACCOUNTS = "budget", "revenue", "expenditure", "accounts"

TODAY, THIS_YEAR = "today", "this_year"  # what fields of an empty form begin with


class Found(NamedTuple):
    """What a search found: what is sent, and how it is shown, with what remains beside it."""

    value: str
    code: str
    name: str
    beside: str = ""


_NO_WORDS, _PDF = Words("", ""), Words("PDF", "PDF")
Search = Callable[[str, int], Sequence[Found]]  # words and how many, in the body's transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A line of what a document says; ``kind`` is text, day, money or account.

    ``of`` is the document that the value names: the slug of its desk and its id.
    """

    label: Words
    value: Any
    kind: str = "text"
    of: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table of a document's lines.

    ``slug`` is of the desk whose document each row names, ``id_name`` what of the row is its id;
    where rows name documents of several desks, ``slug_name`` is what of the row is the desk's slug.
    """

    label: Words
    name: str
    kind: str = "text"
    slug: str = ""
    slug_name: str = ""
    id_name: str = "id"


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
        begins: what an empty form says here: TODAY or THIS_YEAR.
        optional: the label says so; what is required the rules know.
    """

    name: str
    label: Words
    kind: str = "text"
    search: Search | None = None
    choices: Sequence[tuple[str, Words]] = ()
    hint: Words = _NO_WORDS
    optional: bool = False
    begins: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Lines of a form: a list of objects, as the API calls it; ``total`` names a field summed."""

    name: str
    label: Words
    fields: Sequence[Field]
    total: str = ""
    lines: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Onward:
    """The next paper of a chain, made on a form that begins with what this document says.

    Attributes:
        name: what the link says.
        slug: of the desk whose form it is; ``kind``: what that desk makes.
        states: in which this document lets it be made.
        fills: what the form begins with, by its fields' names.
        instead_of: the step that making that paper takes; it has no button of its own.
    """

    name: Words
    slug: str
    kind: Kind
    states: Sequence[str]
    fills: Callable[[Shown], Mapping[str, Any]]
    instead_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A page of a document besides its own; ``address`` is called with the body and the id.

    ``has`` tells whether this document has such a page.
    """

    name: Words
    address: str
    has: Callable[[Shown], bool]


def _no_facts(document: Shown) -> Sequence[Fact]:
    return ()


def _no_notice(*, state: str, budget_year: int | None, today: date) -> Words | None:
    return None


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
        onward: what is made of one next, each on a form of its own.
        as_raw: what the form says as the API would send it, where that is not field by field.
        as_typed: what a draft says as the form shows it, where that is not field by field.
        paper: the name of the address of its PDF, called with the body and the id.
        paper_name: what its link says, of a file that is no PDF.
        beside: pages of one besides its own, linked beside the paper.
        notice: what its page and the home page warn of on a day, by its state and budget year.
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
    onward: Sequence[Onward] = ()
    as_raw: Callable[[dict[str, Any]], dict[str, Any]] = dict
    as_typed: Callable[[Shown], Mapping[str, Any]] = dict
    paper: str = ""
    paper_name: Words = _PDF
    beside: Sequence[Beside] = ()
    notice: Callable[..., Words | None] = _no_notice

    @property
    def name(self) -> str:
        """The kind's name, in the officer's language."""
        return say(self.kind.flow.name)

    @property
    def named(self) -> str:
        """The list's name, in the officer's language."""
        return say(self.plural)

    def warning(self, state: str, budget_year: int | None) -> str:
        """Return what is warned of today, in the officer's language; empty for nothing.

        Args:
            state: the document's.
            budget_year: the fiscal year whose budget line it charges; None when it charges none.
        """
        words = self.notice(state=state, budget_year=budget_year, today=timezone.localdate())
        return say(words) if words else ""

    def may_draft(self, visit: Visit) -> bool:
        """Tell whether the officer makes such documents here now."""
        is_made = bool(self.fields or self.grids) and self.kind.create is not None
        return is_made and may_make(visit, self.kind)

    def searched(self) -> dict[str, Search]:
        """Return the searches of the form's fields, by the name of the field."""
        every = [*self.fields, *(one for grid in self.grids for one in grid.fields)]
        every += [one for asked in self.asks.values() for one in asked]
        return {one.name: one.search for one in every if one.search}


def may_make(visit: Visit, kind: Kind) -> bool:
    """Tell whether the officer's roles and the body's state let them make documents of a kind."""
    return visit.is_writable and bool(visit.access.roles & kind.flow.drafts)


def say(words: Words) -> str:
    """Return a name in the officer's language."""
    return words.en if (translation.get_language() or "").startswith("en") else words.th
