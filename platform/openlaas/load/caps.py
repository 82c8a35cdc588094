"""A tier held to so many cores by a cgroup, so that the generator can offer more than it bears.

It keeps to as few of the machine's cores as that takes: on two cores half used each, a process of
low priority never meets the others, and takes its share of the quota before them.
"""

import contextlib
import math
import os
from collections.abc import Iterator
from pathlib import Path

from openlaas.bench.processor_time import tree_of
from openlaas.stack.errors import StackError

_PERIOD_US = 100_000
_VERSION_1, _VERSION_2 = Path("/sys/fs/cgroup/cpu"), Path("/sys/fs/cgroup")


class NoCaps(StackError):
    """This machine lets nobody here make a cgroup."""


@contextlib.contextmanager
def capped(name: str, *, cores: float, roots: list[int]) -> Iterator[None]:
    """Hold processes and their descendants to so many cores for the length of a `with`.

    Raises:
        NoCaps: there is no cgroup for processor time that may be changed.
    """
    is_old = (_VERSION_1 / "cpu.cfs_quota_us").exists()
    folder = (_VERSION_1 if is_old else _VERSION_2) / f"openlaas-load-{name}"
    quota_us = int(cores * _PERIOD_US)
    all_of_them = os.sched_getaffinity(0)
    few = set(sorted(all_of_them)[-math.ceil(cores) :])
    try:
        folder.mkdir(exist_ok=True)
        if is_old:
            (folder / "cpu.cfs_period_us").write_text(str(_PERIOD_US), encoding="ascii")
            (folder / "cpu.cfs_quota_us").write_text(str(quota_us), encoding="ascii")
        else:
            (folder / "cpu.max").write_text(f"{quota_us} {_PERIOD_US}", encoding="ascii")
        for root in roots:
            for process in tree_of(root):
                _move(process, folder)
                _keep_to(process, few)
    except OSError as error:
        raise NoCaps(f"Processes cannot be held to {cores} cores here: {error}") from error
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            for line in (folder / "cgroup.procs").read_text(encoding="ascii").split():
                _move(int(line), folder.parent)
                _keep_to(int(line), all_of_them)
            folder.rmdir()


def _move(process: int, folder: Path) -> None:
    with contextlib.suppress(ProcessLookupError):
        (folder / "cgroup.procs").write_text(str(process), encoding="ascii")


def _keep_to(process: int, cores: set[int]) -> None:
    with contextlib.suppress(ProcessLookupError, FileNotFoundError):
        for thread in Path(f"/proc/{process}/task").iterdir():
            with contextlib.suppress(ProcessLookupError):
                os.sched_setaffinity(int(thread.name), cores)
