"""What the desks of the disbursement side share: searches of documents, and facts by name."""

import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from uuid import UUID

from accounting.budget import queries as budget
from accounting.cheques import choices
from accounting.cheques.choices import Choice
from accounting.divisions import queries as division_queries
from accounting.documents.kinds import Shown
from accounting.documents.workflow import Words
from portal.flow.desk import Fact, Found, Search

# How a document is named where it is shown: the desk's slug, and the field that holds its id.
Of = tuple[str, str]


def search_of(found: Callable[[str, int], Sequence[Choice]]) -> Search:
    """Return a search of rows as forms show them."""
    return lambda words, limit: [Found(*one) for one in found(words, limit)]


def documents_of(kind: str, *states: str) -> Search:
    """Return a search of documents of a kind that are in some states."""
    return search_of(
        lambda words, limit: choices.documents(words, limit, kind=kind, states=list(states))
    )


def facts_of(
    *told: tuple[Words, str, str], of: Mapping[str, Of] = MappingProxyType({})
) -> Callable[[Shown], Sequence[Fact]]:
    """Return what tells facts of a document by their names, with a label and a kind each.

    ``of`` tells which of them name another document.
    """
    return lambda shown: [
        Fact(label=label, value=shown.get(name), kind=kind, of=_named(shown, of.get(name)))
        for label, name, kind in told
    ]


def chosen(name: str, value: object, *words: object) -> dict[str, str]:
    """Return what a searched field begins with: what is sent, and the words that show it."""
    told = " ".join(str(word) for word in words if word)
    return {name: told, f"{name}_value": str(value)} if value and told else {}


def divisions(words: str, limit: int) -> Sequence[Found]:
    """Return the divisions in use, by code or a part of the name."""
    found = json.loads(division_queries.divisions(limit=limit, q=words, is_active=True))["items"]
    return [Found(one["code"], one["code"], one["name_th"]) for one in found]


def line_chosen(line_id: str) -> dict[str, str]:
    """Return what a field of a budget line begins with. Called in the body's transaction."""
    found = budget.line(UUID(line_id))
    line = json.loads(found) if found else {}
    names = ("task", "expenditure_type", "name", "project")
    return chosen("budget_line", line_id, *(line.get(name) for name in names))


def _named(shown: Shown, of: Of | None) -> tuple[str, str] | None:
    return (of[0], str(shown[of[1]])) if of and shown.get(of[1]) else None
