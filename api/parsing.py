"""Reading a request: JSON of a bounded size, and query parameters."""

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import orjson
from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser, DataAndFiles, MultiPartParser
from rest_framework.request import Request

from accounting.errors import Refusal
from accounting.fiscal_year import months

MAX_BODY_BYTES = 5 * 1024 * 1024
MAX_UPLOAD_BYTES = 11 * 1024 * 1024  # a file of 10 MB, and the form around it
DEFAULT_LIMIT, MAX_LIMIT = 50, 1000
_LIMIT_DIGITS, _EVENT_DIGITS = 4, 18  # what MAX_LIMIT has; what PostgreSQL's bigint surely holds
_YEAR = re.compile(r"2[0-9]{3}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEARS = range(1970, 2400)  # C.E.; what is later is meant in the Buddhist era
_FISCAL_YEARS = range(2400, 2801)  # B.E.


class BadParameter(APIException):
    """A query parameter cannot be read."""

    status_code = 400
    default_code = "bad_parameter"

    def __init__(self, name: str, message_th: str, message_en: str) -> None:
        self.refusals = [
            Refusal(
                code="bad_parameter",
                pointer=f"?{name}",
                message_th=f"{name}: {message_th}",
                message_en=f"{name}: {message_en}",
            )
        ]
        super().__init__(f"{name}: {message_en}")


class UploadParser(MultiPartParser):
    """A form with one file of a bounded size."""

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Any = None
    ) -> "DataAndFiles[Any, Any]":
        """Return the form's fields and files.

        Raises:
            RequestDataTooBig: more than MAX_UPLOAD_BYTES; nothing of it is read.
            ParseError: it is no such form.
        """
        length = stream.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > MAX_UPLOAD_BYTES:
            raise RequestDataTooBig
        return super().parse(stream, media_type, parser_context)


class JSONParser(BaseParser):
    """UTF-8 JSON with an object at the top."""

    media_type = "application/json"

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Any = None
    ) -> dict[str, Any]:
        """Return the object.

        Raises:
            RequestDataTooBig: more than MAX_BODY_BYTES.
            ParseError: it is no UTF-8, no JSON or no object, names a key twice, or is nested
                deeper than could be written again.
        """
        raw = stream.read(MAX_BODY_BYTES + 1)
        if len(raw) > MAX_BODY_BYTES:
            raise RequestDataTooBig
        try:
            found = orjson.loads(raw)
            orjson.dumps(found)
            json.loads(raw, object_pairs_hook=_each_key_once, parse_int=str, parse_float=str)
        except (ValueError, orjson.JSONEncodeError, RecursionError) as error:
            raise ParseError(f"not JSON in UTF-8: {error}") from error
        if not isinstance(found, dict):
            raise ParseError("the request must be a JSON object")
        return found


def _each_key_once(pairs: list[tuple[str, Any]]) -> None:
    """Refuse an object with a key twice: two programs could read two things in it."""
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("an object has a key twice")


def object_of(request: Request) -> Mapping[str, Any]:
    """Return the request's JSON object; an empty body is none.

    Raises:
        ParseError: there is no JSON object.
    """
    data = request.data
    if not isinstance(data, dict) or type(data) is not dict:
        raise ParseError("the request must be a JSON object")
    return data


def text(request: Request, name: str, *, longest: int = 100) -> str:
    """Return a text parameter, empty when absent."""
    value = request.query_params.get(name, "")
    if len(value) > longest or "\x00" in value:
        raise BadParameter(name, "ยาวเกินไปหรือมีอักขระที่ใช้ไม่ได้", "is too long or not plain text")
    return value


def limit(request: Request) -> int:
    """Return how many items a page may have: 1 to 1000, 50 by default."""
    value = request.query_params.get("limit")
    if value is None:
        return DEFAULT_LIMIT
    if not _is_number(value, digits=_LIMIT_DIGITS) or not 1 <= int(value) <= MAX_LIMIT:
        raise BadParameter("limit", "ต้องเป็น 1 ถึง 1000", "must be 1 to 1000")
    return int(value)


def _is_number(text: str, *, digits: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= digits


def cursor(request: Request) -> str | None:
    """Return what ``new_cursor`` was given for the page before, None on the first page."""
    value = request.query_params.get("cursor")
    if value is None:
        return None
    try:
        found = base64.b64decode(value.encode(), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise BadParameter("cursor", "ใช้ไม่ได้", "is not one of ours") from error
    if "\x00" in found:
        raise BadParameter("cursor", "ใช้ไม่ได้", "is not one of ours")
    return found


def event_cursor(request: Request) -> int | None:
    """Return the event number that a cursor stands for."""
    value = cursor(request)
    if value is None:
        return None
    if not _is_number(value, digits=_EVENT_DIGITS):
        raise BadParameter("cursor", "ใช้ไม่ได้", "is not one of ours")
    return int(value)


def new_cursor(last: object) -> str | None:
    """Return an opaque cursor for what comes after ``last``; None when nothing does."""
    return None if last is None else base64.urlsafe_b64encode(str(last).encode()).decode()


def flag(request: Request, name: str) -> bool | None:
    """Return a true-or-false parameter, None when absent."""
    value = request.query_params.get(name)
    if value is None:
        return None
    if value not in {"true", "false"}:
        raise BadParameter(name, "ต้องเป็น true หรือ false", "must be true or false")
    return value == "true"


def fiscal_year(request: Request, name: str = "fiscal_year") -> int | None:
    """Return a fiscal year in the Buddhist era, None when absent."""
    value = request.query_params.get(name)
    if value is None:
        return None
    if not _YEAR.fullmatch(value) or int(value) not in _FISCAL_YEARS:
        raise BadParameter(name, "ต้องเป็นปี พ.ศ. เช่น 2569", "must be a Buddhist year such as 2569")
    return int(value)


def month(request: Request, year: int) -> date | None:
    """Return the first day of a month of the year, None when absent: ``2026-01`` or ``1``."""
    value = request.query_params.get("month")
    if value is None:
        return None
    for first in months(year):
        if value in {f"{first:%Y-%m}", str(first.month), f"{first.month:02d}"}:
            return first
    raise BadParameter(
        "month",
        f"ต้องเป็นเดือนของปีงบประมาณ {year} เช่น {first:%Y-%m}",
        f"must be a month of fiscal year {year}, such as {first:%Y-%m}",
    )


def required_fiscal_year(request: Request) -> int:
    """Return a fiscal year that must be there."""
    year = fiscal_year(request)
    if year is None:
        raise BadParameter("fiscal_year", "ต้องระบุปีงบประมาณ", "is required")
    return year


def day(request: Request, name: str) -> date | None:
    """Return a date in the Christian era, None when absent."""
    value = request.query_params.get(name)
    if value is None:
        return None
    try:
        found = date.fromisoformat(value) if _DAY.fullmatch(value) else None
    except ValueError:
        found = None
    if found is None or found.year not in _YEARS:
        raise BadParameter(
            name,
            "ต้องเป็นวันที่ ค.ศ. ปปปป-ดด-วว ตั้งแต่ ค.ศ. 1970",
            "must be a date YYYY-MM-DD of the Christian era, of 1970 or later",
        )
    return found


def required_day(request: Request, name: str) -> date:
    """Return a date that must be there."""
    found = day(request, name)
    if found is None:
        raise BadParameter(name, "ต้องระบุวันที่", "is required")
    return found


def required_moment(request: Request, name: str) -> datetime:
    """Return a time that must be there."""
    found = moment(request, name)
    if found is None:
        raise BadParameter(name, "ต้องระบุเวลา", "is required")
    return found


def choice(request: Request, name: str, choices: Sequence[str]) -> str | None:
    """Return one of some words, None when absent."""
    value = request.query_params.get(name)
    if value is not None and value not in choices:
        listed = ", ".join(choices)
        raise BadParameter(name, f"ต้องเป็น {listed}", f"must be one of {listed}")
    return value


def uuid_cursor(request: Request) -> UUID | None:
    """Return the id that a cursor stands for."""
    value = cursor(request)
    if value is None:
        return None
    try:
        return UUID(value)
    except ValueError as error:
        raise BadParameter("cursor", "ใช้ไม่ได้", "is not one of ours") from error


def moment(request: Request, name: str) -> datetime | None:
    """Return a time in UTC, None when absent."""
    value = request.query_params.get(name)
    if value is None:
        return None
    try:
        # A plus sign that was not escaped arrives as a space.
        found = datetime.fromisoformat(value.replace(" ", "+"))
        # PostgreSQL takes no offset beyond 16 hours.
        moment_utc = found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        moment_utc = None
    if moment_utc is None or moment_utc.year not in _YEARS:
        raise BadParameter(
            name,
            "ต้องเป็นเวลาแบบ RFC 3339 ตั้งแต่ ค.ศ. 1970",
            "must be an RFC 3339 time with offset, of 1970 or later",
        )
    return moment_utc
