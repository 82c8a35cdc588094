"""Records of fixed width, written from a description of their fields. Pure: knows no bank."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounting.data_files import rows_of


class DoesNotFit(ValueError):
    """A value is longer than its field; ``key`` names the field."""

    def __init__(self, key: str, length: int) -> None:
        self.key = key
        self.length = length
        super().__init__(f"{key} does not fit {length} characters")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a record.

    Attributes:
        filled_as: ``constant`` (its value), ``number`` (digits, zeros before), ``day`` (ddmmyyyy in
            the Christian era), ``text`` (spaces behind; a longer one is cut).
    """

    key: str
    starts: int
    length: int
    filled_as: str
    value: str

    def written(self, value: object) -> str:
        """Return the field's characters, exactly as many as it has.

        Raises:
            DoesNotFit: a number has more digits than the field.
        """
        if self.filled_as == "constant":
            return self.value
        if self.filled_as == "day":
            assert isinstance(value, date)
            return f"{value:%d%m%Y}"
        if self.filled_as == "number":
            digits = str(value or 0)
            if len(digits) > self.length or not digits.isdigit():
                raise DoesNotFit(self.key, self.length)
            return digits.zfill(self.length)
        return " ".join(str(value or "").split())[: self.length].ljust(self.length)


def fields_of(file: str, record: str) -> tuple[Field, ...]:
    """Return the fields of a record as a data file describes them."""
    return tuple(
        Field(
            key=row["key"],
            starts=int(row["from"]),
            length=int(row["length"]),
            filled_as=row["filled_as"],
            value=row["value"],
        )
        for row in rows_of(file)
        if row["record"] == record
    )


def written(fields: Sequence[Field], values: Mapping[str, Any]) -> str:
    """Return a record: each field in its place, what has no value empty.

    Raises:
        DoesNotFit: a number has more digits than its field.
    """
    return "".join(field.written(values.get(field.key)) for field in fields)
