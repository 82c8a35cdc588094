"""Where the bytes are: below the body's id, by their SHA-256, in the storage ``attachments``.

Storing is repeatable and comes before the row: a file without a row is rubbish that the next upload
of the same bytes uses, a row without a file cannot be.
"""

import hashlib
import os
import uuid
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, storages

from accounting.errors import InvariantBroken


class LocalFolder(FileSystemStorage):
    """A folder whose files appear whole or not at all, and are on the disk when they do."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Return the name itself: whoever writes it again writes the same bytes."""
        return name

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
    """Store the bytes, unless they are there."""
    address, storage = _address(body_id, sha256), _storage()
    if not storage.exists(address):
        storage.save(address, ContentFile(content))


def content(*, body_id: uuid.UUID, sha256: str) -> bytes:
    """Return the bytes.

    Raises:
        InvariantBroken: it is not there, or not what was stored.
    """
    try:
        with _storage().open(_address(body_id, sha256)) as file:
            found: bytes = file.read()
    except FileNotFoundError as error:
        raise InvariantBroken(f"the stored file {sha256} is not there") from error
    if hashlib.sha256(found).hexdigest() != sha256:
        raise InvariantBroken(f"the stored file {sha256} is damaged")
    return found


def _storage() -> Any:
    return storages["attachments"]


def _address(body_id: uuid.UUID, sha256: str) -> str:
    return f"{body_id}/{sha256[:2]}/{sha256}"
