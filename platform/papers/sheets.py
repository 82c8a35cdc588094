"""What every workbook (XLSX) has alike: letters, heading, sums, and what its figures are worth."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter

from papers.provenance import Provenance

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FONT, SIZE = "TH Sarabun New", 16  # what official letters are written in; offices have it
AMOUNT = "#,##0.00;[Red]-#,##0.00;-"
DAY = "[$-107041E]d mmm yyyy"  # Thai months, Buddhist years; LibreOffice reads it too
_ROW_HEIGHT = 24  # points: Thai stacks marks above and below
HEAD_ROW, FIRST_ROW = 4, 6  # counted from 0: three lines of title stand above
_A4 = 9


def new_book(file: BytesIO, *, row_by_row: bool = False) -> Any:
    """Return a workbook for ``with``, which writes it; texts that look like formulas stay texts.

    Args:
        file: where it is written.
        row_by_row: keep no row in memory once the next begins, for sheets of any length; the rows
            lie in a temporary file, which goes when ``with`` ends, however it ends.
    """
    options = {"in_memory": not row_by_row, "constant_memory": row_by_row}
    book = xlsxwriter.Workbook(file, {**options, "strings_to_formulas": False})
    book.formats[0].set_font_name(FONT)
    book.formats[0].set_font_size(SIZE)
    return book


def style(book: Any, **more: Any) -> Any:
    """Return a format with the office's letters."""
    return book.add_format({"font_name": FONT, "font_size": SIZE, **more})


def tell(book: Any, *, title: str, source: Provenance, facts: Mapping[str, str]) -> None:
    """Keep in the file's properties what the figures are worth."""
    told = {**source.told, **facts}
    book.set_properties(
        {
            "title": f"{title} {source.body_name_th}",
            "company": source.body_name_th,
            "comments": "; ".join(f"{name} {value}" for name, value in told.items() if value),
        }
    )
    for name, value in told.items():
        book.set_custom_property(name, value, "text")


def lay_out(sheet: Any, widths: Sequence[int], *, frozen_columns: int = 0) -> None:
    """Set the columns' widths; let the heads stay on screen and stand on every printed page."""
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.set_default_row(_ROW_HEIGHT)
    sheet.freeze_panes(FIRST_ROW, frozen_columns)
    sheet.repeat_rows(HEAD_ROW, FIRST_ROW - 1)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&Cหน้า &P / &N")


def write_heads(
    book: Any, sheet: Any, titles: Sequence[str], *, plain: Sequence[str], pairs: Sequence[str]
) -> None:
    """Write the title and two rows of heads: plain columns, then debit and credit in pairs."""
    title = style(book, bold=True, align="center")
    last = len(plain) + 2 * len(pairs) - 1
    for row, words in enumerate(titles):
        sheet.merge_range(row, 0, row, last, words, title)
    look = {"bold": True, "align": "center", "bg_color": "#E8EEF5", "left": 1, "right": 1}
    head, foot = style(book, **look, top=1), style(book, **look, bottom=1)
    pair_head = style(book, **look, top=1, bottom=1)
    # Row by row, and no cell over both rows: a workbook may keep no row once the next begins.
    for column, words in enumerate(plain):
        sheet.write_string(HEAD_ROW, column, words, head)
    for column, pair in enumerate(pairs):
        first = len(plain) + 2 * column
        sheet.merge_range(HEAD_ROW, first, HEAD_ROW, first + 1, pair, pair_head)
    for column in range(len(plain)):
        sheet.write_blank(HEAD_ROW + 1, column, None, foot)
    for column in range(len(plain), last + 1):
        side = ("เดบิต", "เครดิต")[(column - len(plain)) % 2]
        sheet.write_string(HEAD_ROW + 1, column, side, pair_head)


def write_totals(book: Any, sheet: Any, *, row: int, first: int, ours: Sequence[str]) -> None:
    """Let Excel add up from the first row on; the line below says what its sum and ours differ by.

    Args:
        book: the sheet's.
        sheet: whose rows end above ``row``.
        row: where the sums stand.
        first: the first column of amounts; the word for sum stands before it.
        ours: our own sum of each column, as text.
    """
    words = style(book, bold=True, top=1, bottom=6)
    amount = style(book, bold=True, top=1, bottom=6, num_format=AMOUNT)
    quiet = style(book, font_color="#55606D")
    for column in range(first):
        sheet.write_string(row, column, "รวม" if column == first - 1 else "", words)
    for column, total in enumerate(ours, start=first):
        letter = chr(ord("A") + column)
        cells = f"{letter}{FIRST_ROW + 1}:{letter}{row}" if row > FIRST_ROW else "0"
        sheet.write_formula(row, column, f"=SUM({cells})", amount, float(total))
    sheet.write_string(row + 1, first - 1, "ผลต่างจากยอดรวมในระบบ", quiet)
    small = style(book, num_format=AMOUNT)
    for column, total in enumerate(ours, start=first):
        difference = f"=ROUND({chr(ord('A') + column)}{row + 1}-{total},2)"
        sheet.write_formula(row + 1, column, difference, small, 0)


def write_foot(book: Any, sheet: Any, row: int, column: int, words: str) -> None:
    """Write small print."""
    sheet.write_string(row, column, words, style(book, font_color="#55606D"))
