"""An archive under the pen: a zip file, or a folder. The same contents give the same bytes."""

import hashlib
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Self

_BEFORE_ALL_TIMES = (1980, 1, 1, 0, 0, 0)  # when the files of a zip say that they were written
_READABLE_BY_US = 0o600 << 16
_UNIX = 3


class Packing:
    """Writes one file after another; the archive has its name only once it is whole.

    Use it as a context. Left by an exception, or killed, it leaves nothing of the name.
    """

    def __init__(self, path: Path, *, as_folder: bool = False) -> None:
        """Begin an archive that will be at ``path``, where nothing may be yet."""
        if path.exists():
            raise FileExistsError(path)
        self.path = path
        self._unfinished = path.with_name(f"{path.name}.unfinished")
        self._clear()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._zip: zipfile.ZipFile | None = None
        if as_folder:
            self._unfinished.mkdir(mode=0o700)
        else:
            only_ours = os.open(self._unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            os.close(only_ours)
            self._zip = zipfile.ZipFile(self._unfinished, "w", zipfile.ZIP_DEFLATED)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._zip is not None:
            self._zip.close()
        if kind is not None:
            self._clear()
            return
        if self._unfinished.is_file():
            with self._unfinished.open("rb") as file:
                os.fsync(file.fileno())
        self._unfinished.rename(self.path)

    def write(self, name: str, content: bytes) -> str:
        """Write a file; return its SHA-256."""
        with self.writing(name) as (put, digest):
            put(content)
        return digest()

    @contextmanager
    def writing(
        self, name: str
    ) -> Iterator[tuple[Callable[[bytes | bytearray | memoryview], object], Callable[[], str]]]:
        """Open the next file; give what takes its bytes, and what tells their SHA-256."""
        digest = hashlib.sha256()
        with self._opened(name) as file:

            def put(piece: bytes | bytearray | memoryview) -> None:
                digest.update(piece)
                file.write(piece)

            yield put, digest.hexdigest

    def _opened(self, name: str) -> IO[bytes]:
        if self._zip is None:
            path = self._unfinished / name
            path.parent.mkdir(parents=True, exist_ok=True)
            return path.open("wb")
        member = zipfile.ZipInfo(name, _BEFORE_ALL_TIMES)
        member.compress_type = zipfile.ZIP_DEFLATED
        member.create_system, member.external_attr = _UNIX, _READABLE_BY_US
        return self._zip.open(member, "w", force_zip64=True)

    def _clear(self) -> None:
        if self._unfinished.is_dir():
            shutil.rmtree(self._unfinished)
        else:
            self._unfinished.unlink(missing_ok=True)
