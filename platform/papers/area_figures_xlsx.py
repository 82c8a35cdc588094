"""Figures of an area as a workbook (XLSX): a sheet for each table, real numbers, sums by Excel."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from io import BytesIO
from typing import Any

from papers import sheets
from papers.sheets import AMOUNT, FIRST_ROW, HEAD_ROW

_COUNT = "#,##0"


class Holds(Enum):
    """What a column holds; sums are of money and of counts."""

    TEXT = "text"
    MONEY = "money"  # baht, as text
    COUNT = "count"
    NUMBER = "number"  # a whole one that nobody adds up, such as a rank
    AMOUNT = "amount"  # baht that do not add up to anything, as text
    RATE = "rate"  # percent, as text


_FORMATS = {
    Holds.MONEY: AMOUNT,
    Holds.AMOUNT: AMOUNT,
    Holds.COUNT: _COUNT,
    Holds.NUMBER: _COUNT,
    Holds.RATE: "0.00",
}
_SUMMED = {Holds.MONEY, Holds.COUNT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column.

    Attributes:
        width: in characters.
    """

    head: str
    holds: Holds = Holds.TEXT
    width: int = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A sheet.

    Attributes:
        name: of the sheet, at most 31 characters.
        rows: a value for each column; None leaves the cell empty.
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[str | int | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A workbook.

    Attributes:
        titles: up to three lines above each table: what, of which area, of when.
        standing: what the figures stand for; below each table and in the file's properties.
    """

    titles: Sequence[str]
    standing: str
    tables: Sequence[Table]


def workbook(figures: Figures) -> bytes:
    """Return the file; rows are written as they come, so that a table may have any number."""
    file = BytesIO()
    with sheets.new_book(file, row_by_row=True) as book:
        book.set_properties({"title": " ".join(figures.titles), "comments": figures.standing})
        for table in figures.tables:
            _write(book, table, figures)
    return file.getvalue()


def _write(book: Any, table: Table, figures: Figures) -> None:
    sheet = book.add_worksheet(table.name)
    sheets.lay_out(sheet, [column.width for column in table.columns], frozen_columns=2)
    title = sheets.style(book, bold=True)
    for row, words in enumerate(figures.titles):
        sheet.write_string(row, 0, words, title)
    head = sheets.style(book, bold=True, align="center", bg_color="#E8EEF5", border=1)
    for row in (HEAD_ROW, HEAD_ROW + 1):
        for place, column in enumerate(table.columns):
            sheet.write_string(row, place, column.head if row == HEAD_ROW else "", head)
    looks = [_look(book, column) for column in table.columns]
    row = FIRST_ROW
    for row, values in enumerate(table.rows, start=FIRST_ROW + 1):
        for place, (column, value) in enumerate(zip(table.columns, values, strict=True)):
            _write_cell(sheet, (row - 1, place), column, value, looks[place])
    _write_sums(book, sheet, table, row)
    sheets.write_foot(book, sheet, row + 2, 0, figures.standing)


def _look(book: Any, column: Column) -> Any:
    kind = _FORMATS.get(column.holds)
    return sheets.style(book, border=4, **({"num_format": kind} if kind else {}))


def _write_cell(
    sheet: Any, at: tuple[int, int], column: Column, value: str | int | None, look: Any
) -> None:
    if value is None:
        sheet.write_blank(*at, None, look)
    elif column.holds is Holds.TEXT:
        sheet.write_string(*at, str(value), look)
    else:
        sheet.write_number(*at, float(value), look)


def _write_sums(book: Any, sheet: Any, table: Table, row: int) -> None:
    if row == FIRST_ROW:
        return
    for place, column in enumerate(table.columns):
        if column.holds not in _SUMMED:
            continue
        letter = chr(ord("A") + place)
        kind = _FORMATS[column.holds]
        look = sheets.style(book, bold=True, top=1, bottom=6, num_format=kind)
        sheet.write_formula(row, place, f"=SUM({letter}{FIRST_ROW + 1}:{letter}{row})", look)
