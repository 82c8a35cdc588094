"""Rows that were pasted from a spreadsheet, or typed with commas: the first line names columns."""

import csv
import io
from collections.abc import Mapping, Sequence

from accounting.errors import AccountingError, Refusal


class UnableToRead(AccountingError):
    """What was pasted has no rows: a quotation mark that nothing closes swallows them."""

    code = "unable_to_read"


def rows_of(text: str) -> list[dict[str, str]]:
    """Return the rows by column; cells beyond the named ones are under the column ``+``.

    A spreadsheet's cells come with tabs between them. Empty lines are left out.

    Raises:
        UnableToRead: a cell is longer than any may be.
    """
    separator = "\t" if "\t" in text.partition("\n")[0] else ","
    lines = csv.reader(io.StringIO(text), delimiter=separator)
    try:
        cells = [[cell.strip() for cell in line] for line in lines]
    except csv.Error as error:
        raise UnableToRead([_UNCLOSED]) from error
    told = [line for line in cells if any(line)]
    return [_by_column(told[0], line) for line in told[1:]]


_UNCLOSED = Refusal(
    code="unreadable",
    pointer="/rows",
    message_th="อ่านแถวไม่ได้: มีช่องที่ยาวเกินไป อาจมีเครื่องหมายคำพูดที่ไม่ได้ปิด",
    message_en="cannot be read: a cell is too long, perhaps a quotation mark is not closed",
)


def _by_column(names: Sequence[str], line: Sequence[str]) -> dict[str, str]:
    found = dict(zip(names, line, strict=False))
    beyond = " ".join(line[len(names) :])
    return {**found, **({"+": beyond} if beyond else {})}


def text_of(names: Sequence[str], rows: Sequence[Mapping[str, object]]) -> str:
    """Return rows as a spreadsheet takes them: a line of names, cells with tabs between."""
    lines = [names, *([_cell(row.get(name)) for name in names] for row in rows)]
    return "\n".join("\t".join(line) for line in lines)


def _cell(value: object) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, bool) else str(value)
