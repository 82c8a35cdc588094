"""What this thread's work asks of the databases: which questions, how often, how long it waits.

Counted where messages are sent, so that nothing is forgotten; no text with a body's data in it is
kept: a script is known by its name, any other question by its text without literals.
"""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b

_LITERAL = re.compile(r"'(?:[^']|'')*'|\b\d+\b")
_LIST = re.compile(r"\((?:\s*(?:%s|\?)\s*,)+\s*(?:%s|\?)\s*\)")
_SPACE = re.compile(r"\s+")
_TABLE = re.compile(r'(?:FROM|INTO|UPDATE|JOIN)\s+"?(\w+)"?', re.IGNORECASE)
_TEXTS_MAX = 2_000  # different questions that a process remembers the words of
_TEXT_LONGEST = 400
TEXTS: dict[str, str] = {}  # of each fingerprint, for those who read the figures


@dataclass(slots=True)
class Question:
    """How often something was asked, and how long its asker waited for the answers (seconds)."""

    calls: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class Usage:
    """What was asked since it was last cleared.

    Attributes:
        messages: round trips to cells.
        statements: questions to the control plane.
        pool_seconds: waited for a tenant connection.
        cell_seconds: waited for cells' answers.
        control_seconds: waited for the control plane's.
        questions: by fingerprint.
    """

    messages: int = 0
    statements: int = 0
    pool_seconds: float = 0.0
    cell_seconds: float = 0.0
    control_seconds: float = 0.0
    questions: dict[str, Question] = field(default_factory=dict)

    def clear(self) -> None:
        """Begin anew."""
        self.messages = self.statements = 0
        self.pool_seconds = self.cell_seconds = self.control_seconds = 0.0
        self.questions = {}

    def note_message(self, fingerprint: str, seconds: float) -> None:
        """Count a message to a cell."""
        self.messages += 1
        self.cell_seconds += seconds
        self._note(fingerprint, seconds)

    def note_statement(self, fingerprint: str, seconds: float) -> None:
        """Count a question to the control plane."""
        self.statements += 1
        self.control_seconds += seconds
        self._note(fingerprint, seconds)

    @contextmanager
    def waiting_for_pool(self) -> Iterator[None]:
        """Count the time inside."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.pool_seconds += time.perf_counter() - started

    def _note(self, fingerprint: str, seconds: float) -> None:
        question = self.questions.get(fingerprint)
        if question is None:
            question = self.questions[fingerprint] = Question()
        question.calls += 1
        question.seconds += seconds


class _Here(threading.local):
    def __init__(self) -> None:
        self.usage = Usage()


_here = _Here()


def usage() -> Usage:
    """Return this thread's."""
    return _here.usage


def fingerprint_of(query: object) -> str:
    """Return the name of a question that is no script: verb, first table, and a mark of its text.

    The text is the one before parameters are merged into it; literals in it are left out.
    """
    return _fingerprint(query if isinstance(query, str) else str(query))


@lru_cache(maxsize=_TEXTS_MAX)
def _fingerprint(text: str) -> str:
    plain = _SPACE.sub(" ", _LITERAL.sub("?", text)).strip()
    plain = _LIST.sub("(...)", plain)
    verb = plain.partition(" ")[0].lower()
    table = _TABLE.search(plain)
    mark = blake2b(plain.encode(), digest_size=3).hexdigest()
    name = "-".join([verb, *([table[1]] if table else []), mark])
    if len(TEXTS) < _TEXTS_MAX:
        TEXTS[name] = plain[:_TEXT_LONGEST]
    return name
