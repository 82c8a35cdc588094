"""Which base backups and WAL of a backup folder nobody can need any more, and taking them away.

The policy is a number of days: every moment of them can be had again. That needs the last base
backup finished before they began, all later ones, and the WAL from that one's start; whatever is
older goes. The newest base backup is never taken away, however old it is.
"""

import fcntl
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from openlaas.stack.backups import Base, bases, wal_folder
from openlaas.stack.errors import StackError

KEEP_DAYS = 35  # a month, whole, and the days until somebody looks at it
_EXPIRED = "expired-"
_LOCK = "lock"
_STARTS_IN = re.compile(r"^START WAL LOCATION: .*\(file ([0-9A-F]{24})\)$", re.MULTILINE)
# A segment, or the note that a base backup left beside it. Notes of timelines are kept: small, and
# named after what they lead to.
_SEGMENT = re.compile(r"[0-9A-F]{8}([0-9A-F]{16})(\.[0-9A-F]{8}\.backup)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """What nobody can need any more.

    Attributes:
        reaches_from: the first moment that can be had again afterwards; None without any backup.
        leftovers: what a killed run had begun to take away.
    """

    bases: tuple[Base, ...] = ()
    wal: tuple[Path, ...] = ()
    leftovers: tuple[Path, ...] = ()
    reaches_from: datetime | None = None

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        folders = [*(base.folder for base in self.bases), *self.leftovers]
        inside = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
        return sum(path.lstat().st_size for path in (*inside, *self.wal))


def expired(folder: Path, *, keep_days: int, now: datetime) -> Expired:
    """Return what no moment of the last days needs.

    Args:
        folder: the backup folder.
        keep_days: how far back every moment can be had again.
        now: the days are counted back from here.

    Raises:
        StackError: the backup that must stay does not say where its WAL begins.
    """
    leftovers = tuple(sorted(folder.glob(f"base/{_EXPIRED}*")))
    found = bases(folder)
    if not found:
        return Expired(leftovers=leftovers)
    first = now - timedelta(days=keep_days)
    before = [base for base in found if base.finished_at <= first]
    needed = before[-1] if before else found[0]
    return Expired(
        bases=tuple(base for base in found if base.finished_at < needed.finished_at),
        wal=tuple(_wal_before(folder, _first_segment(needed))),
        leftovers=leftovers,
        reaches_from=needed.finished_at,
    )


def remove(folder: Path, gone: Expired) -> None:
    """Take it away: backups first, then the WAL, the oldest first.

    Killed, it leaves no half of a backup that a restore would take for a whole one.
    """
    for base in gone.bases:
        base.folder.rename(base.folder.with_name(f"{_EXPIRED}{base.folder.name}"))
    for path in sorted(folder.glob(f"base/{_EXPIRED}*")):
        shutil.rmtree(path)
    for path in gone.wal:
        path.unlink(missing_ok=True)


@contextmanager
def nobody_restores(folder: Path) -> Iterator[None]:
    """Let no restore begin meanwhile, which would read what is taken away.

    Raises:
        StackError: one is under way.
    """
    with _locked(folder, fcntl.LOCK_EX, "a restore is under way: try again afterwards"):
        yield


@contextmanager
def nothing_expires(folder: Path) -> Iterator[None]:
    """Let nothing be taken away meanwhile; others may restore too.

    Raises:
        StackError: something is being taken away.
    """
    with _locked(folder, fcntl.LOCK_SH, "old backups are being taken away: try again afterwards"):
        yield


@contextmanager
def _locked(folder: Path, how: int, otherwise: str) -> Iterator[None]:
    with (folder / _LOCK).open("a") as lock:  # the lock ends with the process that has it
        try:
            fcntl.flock(lock, how | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StackError(otherwise) from None
        yield


def _first_segment(base: Base) -> str:
    """Return the segment with which the recovery of a base backup begins."""
    label = base.folder / "backup_label"
    said = _STARTS_IN.search(label.read_text(encoding="utf-8")) if label.exists() else None
    if said is None:
        raise StackError(f"{label} does not say where the backup's WAL begins: nothing expires")
    return said[1]


def _wal_before(folder: Path, segment: str) -> Iterator[Path]:
    """Yield what is kept of the WAL before a segment, whichever timeline it is of."""
    for path in sorted(wal_folder(folder).iterdir()):
        found = _SEGMENT.fullmatch(path.name)
        if found and found[1] < segment[8:]:
            yield path
