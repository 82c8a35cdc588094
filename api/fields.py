"""Reading small requests: each field by its reader, every refusal at once."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from accounting.errors import AccountingError, Refusal
from accounting.fiscal_year import BUDDHIST_OFFSET
from accounting.journal.drafts import EARLIEST_YEAR_CE

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_EARLIEST, _FIRST_BUDDHIST_YEAR = EARLIEST_YEAR_CE, 2400


class Malformed(AccountingError):
    """A field is missing, unknown, or cannot be read."""

    code = "malformed_fields"


class Unreadable(Exception):
    """One field cannot be read: a code, and why in Thai and in English."""


Reader = Callable[[object], Any]


def read(raw: Mapping[str, Any], readers: Mapping[str, Reader]) -> dict[str, Any]:
    """Return every field as its reader reads it; an optional one that is absent is None.

    Raises:
        Malformed: with a refusal for each field that is missing, unknown or unreadable.
    """
    refusals = [
        _refusal(name, "unknown_field", "ไม่รู้จักช่องข้อมูลนี้", "unknown field")
        for name in sorted(set(raw) - set(readers))
    ]
    found = {}
    for name, reader in readers.items():
        try:
            found[name] = reader(raw.get(name))
        except Unreadable as error:
            refusals.append(_refusal(name, *error.args))
    if refusals:
        raise Malformed(refusals)
    return found


def day(value: object) -> date:
    """Read a date written YYYY-MM-DD in the Christian era."""
    if value is None:
        raise Unreadable("required", "ต้องระบุวันที่", "a date is required")
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise Unreadable("not_a_date", "วันที่ต้องเป็นรูป ปปปป-ดด-วว", "must be YYYY-MM-DD")
    if int(value[:4]) >= _FIRST_BUDDHIST_YEAR:
        meant = f"{int(value[:4]) - BUDDHIST_OFFSET:04d}{value[4:]}"
        raise Unreadable(
            "buddhist_year", f"ต้องเป็นปี ค.ศ. เช่น {meant}", f"must be of the Christian era: {meant}"
        )
    try:
        found = date.fromisoformat(value)
    except ValueError as error:
        raise Unreadable("not_a_date", "ไม่มีวันที่นี้ในปฏิทิน", "no such day") from error
    if found.year < EARLIEST_YEAR_CE:
        raise Unreadable("not_a_date", "ปีนี้เก่าเกินไป", "the year is too early")
    return found


def optional_day(value: object) -> date | None:
    """Read a date that may be absent."""
    return None if value is None else day(value)


def optional_moment(value: object) -> datetime | None:
    """Read a moment with its offset from UTC, such as 2026-10-01T06:00:00+07:00."""
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or not _EARLIEST <= found.year < _FIRST_BUDDHIST_YEAR:
        raise Unreadable(
            "not_a_moment",
            "ต้องเป็นวันเวลาพร้อมเขตเวลา เช่น 2026-10-01T06:00:00+07:00",
            "must be a time with its offset, such as 2026-10-01T06:00:00+07:00",
        )
    return found


def optional_object(value: object) -> dict[str, Any]:
    """Read an object; absent is an empty one."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Unreadable("not_an_object", "ต้องเป็นออบเจ็กต์", "must be an object")
    return value


def text(longest: int) -> Reader:
    """Return a reader of a text that must be there."""

    def reader(value: object) -> str:
        found = optional_text(longest)(value)
        if not found:
            raise Unreadable("required", "ต้องระบุ", "is required")
        return str(found)

    return reader


def optional_text(longest: int) -> Reader:
    """Return a reader of a text that may be absent."""

    def reader(value: object) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str):
            raise Unreadable("not_a_string", "ต้องเป็นข้อความ", "must be a string")
        if _CONTROL.search(value):
            raise Unreadable("control_character", "มีอักขระควบคุมที่ใช้ไม่ได้", "has control characters")
        if len(value) > longest:
            raise Unreadable(
                "too_long", f"ยาวเกิน {longest} ตัวอักษร", f"longer than {longest} characters"
            )
        return value.strip() or None

    return reader


def one_of(choices: Sequence[str]) -> Reader:
    """Return a reader of one of some words, which may be absent."""

    def reader(value: object) -> str | None:
        if value is not None and value not in choices:
            listed = ", ".join(choices)
            raise Unreadable("unknown_choice", f"ต้องเป็น {listed}", f"must be one of {listed}")
        return str(value) if value is not None else None

    return reader


def optional_flag(value: object) -> bool:
    """Read true or false; absent is false."""
    if value is None:
        return False
    if not isinstance(value, bool):
        raise Unreadable("not_a_flag", "ต้องเป็น true หรือ false", "must be true or false")
    return value


def list_of(most: int) -> Reader:
    """Return a reader of a list with one to ``most`` items."""

    def reader(value: object) -> list[Any]:
        if not isinstance(value, list) or not value:
            raise Unreadable("required", "ต้องมีอย่างน้อยหนึ่งรายการ", "a list with items is required")
        if len(value) > most:
            raise Unreadable("bulk_size_exceeded", f"เกิน {most} รายการ", f"more than {most} items")
        return value

    return reader


def texts(most: int, longest: int) -> Reader:
    """Return a reader of a list with one to ``most`` texts."""
    read_list, read_text = list_of(most), text(longest)

    def reader(value: object) -> list[str]:
        return [read_text(item) for item in read_list(value)]

    return reader


def _refusal(name: str, code: str, message_th: str, message_en: str) -> Refusal:
    safe = name.replace("~", "~0").replace("/", "~1")
    return Refusal(code=code, pointer=f"/{safe}", message_th=message_th, message_en=message_en)
