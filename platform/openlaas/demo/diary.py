"""What falls due when: tasks by day, in the order in which they were planned."""

import heapq
from collections.abc import Callable, Iterator
from datetime import date
from typing import Generic, TypeVar

Task = TypeVar("Task", bound=Callable[..., object])


class Diary(Generic[Task]):
    """A heap of tasks by day."""

    def __init__(self) -> None:
        self._due: list[tuple[date, int, Task]] = []
        self._sequence = 0

    def plan(self, day: date, task: Task) -> None:
        """Have a task done on a day."""
        self._sequence += 1
        heapq.heappush(self._due, (day, self._sequence, task))

    def due(self, day: date) -> Iterator[Task]:
        """Yield what is due by this day, also what is planned for it meanwhile."""
        while self._due and self._due[0][0] <= day:
            yield heapq.heappop(self._due)[2]
