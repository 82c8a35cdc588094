"""Where the bytes are: below the body's id, by their SHA-256, in the storage ``attachments``.

Storing is repeatable and comes before the row: a file without a row is rubbish that the next upload
of the same bytes uses and that ``sweeping`` takes away, a row without a file cannot be.
"""

import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, storages

from accounting.errors import InvariantBroken


class StoreAway(Exception):
    """The file store does not answer, or has no room; try again later."""


class LocalFolder(FileSystemStorage):
    """A folder whose files appear whole or not at all, and are on the disk when they do."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Return the name itself: whoever writes it again writes the same bytes."""
        return name

    def content(self, name: str) -> bytes:
        """Return a file's bytes.

        Raises:
            FileNotFoundError: there is none of the name.
        """
        return Path(self.path(name)).read_bytes()

    def listed(self, folder: str) -> Iterator[tuple[str, datetime]]:
        """Yield the names below a folder, each with the time it was written."""
        for path in Path(self.path(folder)).rglob("*"):
            try:
                written_at = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
            except FileNotFoundError:  # an unfinished file that has got its name by now
                continue
            if path.is_file():
                yield path.relative_to(self.location).as_posix(), written_at

    def _save(self, name: str, content: "File[bytes]") -> str:
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = target.with_name(f"{target.name}.{uuid.uuid4().hex}")
        only_ours = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(only_ours, "wb") as file:
            for piece in content.chunks():
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return name


def keep(*, body_id: uuid.UUID, sha256: str, content: bytes) -> None:
    """Store the bytes, unless they are there.

    Raises:
        StoreAway: they may be there or not; storing them again does no harm.
    """
    address, storage = _address(body_id, sha256), _storage()
    with _store_away():
        if not storage.exists(address):
            storage.save(address, ContentFile(content))


def content(*, body_id: uuid.UUID, sha256: str) -> bytes:
    """Return the bytes.

    Raises:
        InvariantBroken: they are not there, or not what was stored.
        StoreAway: the store does not answer.
    """
    try:
        with _store_away():
            found: bytes = _storage().content(_address(body_id, sha256))
    except FileNotFoundError as error:
        raise InvariantBroken(f"the stored file {sha256} is not there") from error
    if hashlib.sha256(found).hexdigest() != sha256:
        raise InvariantBroken(f"the stored file {sha256} is damaged")
    return found


def names_before(*, body_id: uuid.UUID, before: datetime) -> list[str]:
    """Return what is stored for a body since before a moment: SHA-256s, and unfinished files.

    Raises:
        StoreAway: the store does not answer.
    """
    with _store_away():
        return sorted(
            address.rpartition("/")[2]
            for address, written_at in _storage().listed(str(body_id))
            if written_at < before
        )


def remove(*, body_id: uuid.UUID, name: str) -> None:
    """Remove a stored file by its SHA-256, or an unfinished one by its name.

    Raises:
        StoreAway: it may be there or not.
    """
    with _store_away():
        _storage().delete(_address(body_id, name))


@contextmanager
def _store_away() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StoreAway(str(error)) from error


def _storage() -> Any:
    return storages["attachments"]


def _address(body_id: uuid.UUID, name: str) -> str:
    return f"{body_id}/{name[:2]}/{name}"
