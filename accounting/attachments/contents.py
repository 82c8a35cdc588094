"""What a file is, by its bytes and never by what its sender calls it. Pure: no ORM, no I/O.

Only what an office needs is taken: PDF, PNG, JPEG, Excel without macros, plain text.
"""

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from accounting.errors import Refusal

MOST_BYTES = 10 * 1024 * 1024
NAME_MAX = 150
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "txt": "text/plain",
}
_SUFFIXES = {
    "pdf": ("pdf",),
    "png": ("png",),
    "jpeg": ("jpg", "jpeg"),
    "xlsx": ("xlsx",),
    "txt": ("txt", "csv"),
}
_STARTS = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff"}
_ZIP_START = b"PK\x03\x04"
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")
_NAME_CONTROL = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u202a-\u202e\u2066-\u2069]')

# Note [A small file that unpacks to a large one]
# Nothing of an xlsx is unpacked here, only its directory is read. Its promises bound whoever
# unpacks it later: Python's zipfile stops at the size that the directory declares.
_MOST_ZIP_ENTRIES = 2_000
_MOST_UNPACKED_BYTES = 200 * 1024 * 1024
_MOST_TIMES_UNPACKED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file as it was sent, with what it was found to be; ``refusals`` empty when it is good."""

    name: str
    kind: str
    size_bytes: int
    sha256: str
    refusals: tuple[Refusal, ...]


def inspect(*, name: str, content: bytes) -> File:
    """Return what the file is, with every reason not to take it."""
    kind = _kind(content)
    return File(
        name=name,
        kind=kind or "",
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        refusals=(*_content_refusals(kind, content), *_name_refusals(name, kind)),
    )


def _kind(content: bytes) -> str | None:
    for kind, start in _STARTS.items():
        if content.startswith(start):
            return kind
    if content.startswith(_ZIP_START):
        return "xlsx"
    return "txt" if _is_plain_text(content) else None


def _is_plain_text(content: bytes) -> bool:
    for encoding in ("utf-8-sig", "cp874"):  # banks and the Revenue Department still use cp874
        try:
            return not _CONTROL.search(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    return False


def _content_refusals(kind: str | None, content: bytes) -> Iterator[Refusal]:
    if not content:
        yield _refusal("empty_file", "ไฟล์ว่าง", "the file is empty")
    elif len(content) > MOST_BYTES:
        yield _refusal("file_too_large", "ไฟล์ใหญ่เกิน 10 MB", "the file is larger than 10 MB")
    elif kind is None:
        yield _refusal(
            "unknown_content",
            "รับเฉพาะ PDF, PNG, JPEG, XLSX และข้อความล้วน",
            "only PDF, PNG, JPEG, XLSX and plain text are taken",
        )
    elif kind == "xlsx":
        yield from _workbook_refusals(content)


def _workbook_refusals(content: bytes) -> Iterator[Refusal]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        entries = []
    names = {entry.filename for entry in entries}
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= names:
        yield _refusal(
            "not_a_workbook", "ไม่ใช่สมุดงาน Excel ที่อ่านได้", "is no Excel workbook that can be read"
        )
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        yield _refusal("has_macros", "มีมาโคร", "has macros")
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if (
        len(entries) > _MOST_ZIP_ENTRIES
        or unpacked > min(_MOST_UNPACKED_BYTES, _MOST_TIMES_UNPACKED * len(content))
        or packed > len(content)  # parts that overlap
        or any(entry.flag_bits & 1 for entry in entries)  # encrypted
    ):
        yield _refusal(
            "unpacks_too_large",
            "แตกไฟล์แล้วใหญ่ผิดปกติ หรือเข้ารหัสไว้",
            "unpacks to far more than it should, or is encrypted",
        )


def _name_refusals(name: str, kind: str | None) -> Iterator[Refusal]:
    if not name.strip() or len(name) > NAME_MAX or _NAME_CONTROL.search(name):
        yield _refusal(
            "bad_file_name",
            f"ชื่อไฟล์ต้องไม่ว่าง ไม่เกิน {NAME_MAX} ตัวอักษร และไม่มีอักขระพิเศษของระบบไฟล์",
            f"needs a file name of at most {NAME_MAX} characters, none of them special to files",
        )
    elif kind and name.rpartition(".")[2].lower() not in _SUFFIXES[kind]:
        yield _refusal(
            "name_and_content_differ",
            f"เนื้อหาเป็น {kind.upper()} แต่ชื่อไฟล์ไม่ใช่",
            f"the content is {kind.upper()}, the name says otherwise",
        )


def _refusal(code: str, message_th: str, message_en: str) -> Refusal:
    return Refusal(code=code, pointer="/file", message_th=message_th, message_en=message_en)
