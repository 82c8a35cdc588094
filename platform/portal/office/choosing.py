"""What the desks of the disbursement side share: searches of documents, and facts by name."""

from collections.abc import Callable, Sequence

from accounting.cheques import choices
from accounting.cheques.choices import Choice
from accounting.documents.kinds import Shown
from accounting.documents.workflow import Words
from portal.flow.desk import Fact, Found, Search


def search_of(found: Callable[[str, int], Sequence[Choice]]) -> Search:
    """Return a search of rows as forms show them."""
    return lambda words, limit: [Found(*one) for one in found(words, limit)]


def documents_of(kind: str, *states: str) -> Search:
    """Return a search of documents of a kind that are in some states."""
    return search_of(
        lambda words, limit: choices.documents(words, limit, kind=kind, states=list(states))
    )


def facts_of(*told: tuple[Words, str, str]) -> Callable[[Shown], Sequence[Fact]]:
    """Return what tells facts of a document by their names, with a label and a kind each."""
    return lambda shown: [
        Fact(label=label, value=shown.get(name), kind=kind) for label, name, kind in told
    ]
