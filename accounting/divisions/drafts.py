"""What was sent of a division, as far as it can be read. Pure: no ORM, no clock, no I/O."""

from collections.abc import Mapping
from typing import Any

from accounting.errors import Refusal
from accounting.reading import Reader

_NAME_MAX = 200


def read_opened(raw: Mapping[str, Any]) -> tuple[str, str, list[Refusal]]:
    """Return the code and the name of a division, and a refusal for all that cannot be read."""
    reader = Reader(raw=raw)
    reader.only("code", "name_th")
    code = reader.text("code", longest=2, required=True) or ""
    return code, _name(reader), reader.refusals


def read_renamed(raw: Mapping[str, Any]) -> tuple[str, list[Refusal]]:
    """Return a division's other name, and a refusal for all that cannot be read."""
    reader = Reader(raw=raw)
    reader.only("name_th")
    return _name(reader), reader.refusals


def _name(reader: Reader) -> str:
    return reader.text("name_th", longest=_NAME_MAX, required=True) or ""
