"""Verifying in several processes at once, each keeping to one cell for as long as it can.

A backend remembers every schema it touches and shares nothing with the backends of another
database: a process that jumped between 22 cells would hold 22 backends, each of them cold. So a
process has one connection, to the cell it is in; when no work is left there it goes where most is.
"""

import os
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from multiprocessing import connection as pipes
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tenants.fleet_health.books import Books

Result = dict[str, Any]
BOOKS_TOGETHER = 25  # a process is given so many at a time
_BATCH_DONE = None
_ENDED = "a verifying process was ended from outside; run again with the same --state"


class ProcessEnded(Exception):
    """A process was ended by somebody else, the system's memory killer perhaps."""


class Work:
    """What is still to be verified, by cell."""

    def __init__(self, books: Sequence["Books"]) -> None:
        self._by_cell: dict[str, deque[Books]] = defaultdict(deque)
        for one in books:
            self._by_cell[one.cell].append(one)
        self._visitors: Counter[str] = Counter()

    @property
    def batches(self) -> int:
        """How many batches there are left."""
        return sum(-(-len(books) // BOOKS_TOGETHER) for books in self._by_cell.values())

    def next_batch(self, cell: str) -> list["Books"]:
        """Return the next books for a process that is in a cell; empty when nothing is left.

        Args:
            cell: where it is; empty for a process that is nowhere yet.
        """
        if not self._by_cell.get(cell):
            self._visitors[cell] -= 1
            cell = self._next_cell()
            self._visitors[cell] += 1
        books = self._by_cell.get(cell, deque())
        return [books.popleft() for _ in range(min(BOOKS_TOGETHER, len(books)))]

    def _next_cell(self) -> str:
        """Return the cell with most work for each process in it, counting the one that asks."""
        waiting = {cell: len(books) for cell, books in self._by_cell.items() if books}
        shares = {cell: count / (self._visitors[cell] + 1) for cell, count in waiting.items()}
        return max(sorted(shares), key=shares.__getitem__, default="")


def verified(
    books: Sequence["Books"], *, kept_head: str | None, processes: int
) -> Iterator[Result]:
    """Yield the result of each of the books as soon as it is there, in no order.

    Raises:
        ProcessEnded: what was yielded stays true; the rest is still to be done.
    """
    work = Work(books)
    crew = [_start(kept_head) for _ in range(min(processes, work.batches))]
    at: dict[Connection, str] = {}
    try:
        for _, pipe in crew:
            _give(work, pipe, at, cell="")
        while at:
            for ready in pipes.wait(list(at)):
                assert isinstance(ready, Connection)
                said = _heard(ready)
                if said is not _BATCH_DONE:
                    yield said
                else:
                    _give(work, ready, at, cell=at[ready])
    finally:
        for process, pipe in crew:
            pipe.close()  # its end is the process's end
            process.join(timeout=5)
            process.kill()


def _start(kept_head: str | None) -> tuple[SpawnProcess, Connection]:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, kept_head), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def _give(work: Work, pipe: Connection, at: dict[Connection, str], *, cell: str) -> None:
    """Send a process its next books, or take it off the list when there are none."""
    batch = work.next_batch(cell)
    if not batch:
        at.pop(pipe, None)
        return
    try:
        pipe.send(batch)
    except OSError as error:
        raise ProcessEnded(_ENDED) from error
    at[pipe] = batch[0].cell


def _heard(pipe: Connection) -> Result | None:
    try:
        said: Result | None = pipe.recv()
    except (EOFError, OSError) as error:
        raise ProcessEnded(_ENDED) from error
    return said


def _work(pipe: Connection, kept_head: str | None) -> None:
    """Verify what the pipe brings until it is closed: the life of one process."""
    _end_with_parent()
    # One thread, one cell at a time: one connection.
    os.environ |= {"OPENLAAS_POOL_SLOTS": "1", "OPENLAAS_POOL_CONNECTIONS": "1"}
    import django  # noqa: PLC0415 - its settings are known from here on

    django.setup()
    from tenants.fleet_health.verifying import CellVerifier  # noqa: PLC0415

    # Nobody listens any more when the pipe is closed.
    with closing(CellVerifier()) as verifier, suppress(EOFError, BrokenPipeError):
        while True:
            for result in verifier.verified(pipe.recv(), kept_head=kept_head):
                pipe.send(result)
            pipe.send(_BATCH_DONE)


def _end_with_parent() -> None:
    """End this process when the one that started it is killed, also while a query runs."""
    parent = parent_process()
    assert parent is not None  # it was started by one

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
