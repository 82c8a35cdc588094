"""A tier held to so many cores by a cgroup, so that the generator can offer more than it bears."""

import contextlib
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
    except OSError as error:
        raise NoCaps(f"Processes cannot be held to {cores} cores here: {error}") from error
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            for line in (folder / "cgroup.procs").read_text(encoding="ascii").split():
                _move(int(line), folder.parent)
            folder.rmdir()


def _move(process: int, folder: Path) -> None:
    with contextlib.suppress(ProcessLookupError):
        (folder / "cgroup.procs").write_text(str(process), encoding="ascii")
