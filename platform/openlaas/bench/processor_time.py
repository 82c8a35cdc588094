"""How much processor time a program took, with all its processes, the ended ones too."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_PARENT, _USER = 1, 11  # places after the program's name in /proc/<pid>/stat


def tree_seconds(root: int) -> float:
    """Return the processor time of a process and its descendants since they began.

    It never goes back: what a child took counts for its parent once the child was waited for.
    """
    return trees_seconds([root])[root]


def trees_seconds(roots: Iterable[int]) -> dict[int, float]:
    """Return the processor time of several processes, each with its descendants; one look."""
    table = _processes()
    return {
        root: sum(table.get(process, (0, 0))[1] for process in _tree(root, table))
        / _TICKS_PER_SECOND
        for root in roots
    }


def machine_seconds() -> float:
    """Return the processor time of all cores since the machine began, waiting left out.

    What the host took away for its other guests (steal) counts: it was not to be had either.
    """
    words = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:]
    user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, words[:8])
    return (user + nice + system + irq + softirq + steal) / _TICKS_PER_SECOND


def tree_of(root: int) -> list[int]:
    """Return a process and its descendants."""
    return _tree(root, _processes())


def _tree(root: int, table: Mapping[int, tuple[int, int]]) -> list[int]:
    found, waiting = [], [root]
    while waiting:
        process = waiting.pop()
        found.append(process)
        waiting += [child for child, (parent, _) in table.items() if parent == process]
    return found


def _processes() -> dict[int, tuple[int, int]]:
    """Return each process's parent, and its ticks with those of its ended children."""
    table = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            text = (folder / "stat").read_text(encoding="ascii", errors="replace")
        except OSError:
            continue  # it has just ended
        words = text.rpartition(")")[2].split()
        own_and_ended = (int(ticks) for ticks in words[_USER : _USER + 4])
        table[int(folder.name)] = (int(words[_PARENT]), sum(own_and_ended))
    return table
