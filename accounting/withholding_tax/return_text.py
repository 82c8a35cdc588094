"""Text files of ภ.ง.ด.1, 3 and 53 as the Revenue Department's program reads them. Pure.

The order of the fields is data (rd_withholding_text_format.csv).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from accounting.data_files import rows_of
from accounting.fiscal_year import BUDDHIST_OFFSET

SEPARATOR = "|"
LINE_END = "\r\n"
ADDRESS_PARTS = 5


@cache
def _keys(form: str) -> tuple[str, ...]:
    rows = [row for row in rows_of("rd_withholding_text_format.csv") if row["form"] == form]
    return tuple(row["key"] for row in sorted(rows, key=lambda row: int(row["place"])))


def return_text(form: str, lines: Sequence[Mapping[str, Any]]) -> str:
    """Return a form's text file: a line for each payment, numbered from one.

    Args:
        form: PND1, PND3 or PND53.
        lines: each with the keys of the form; days and amounts as such, an ``address`` in one text.
    """
    return "".join(
        SEPARATOR.join(_field({**line, "index": index}, key) for key in _keys(form)) + LINE_END
        for index, line in enumerate(lines, start=1)
    )


def _field(line: Mapping[str, Any], key: str) -> str:
    if key.startswith("address_"):
        return _address_part(str(line.get("address") or ""), int(key.removeprefix("address_")))
    value = line.get(key)
    if isinstance(value, date):
        return f"{value:%d/%m}/{value.year + BUDDHIST_OFFSET}"
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return _plain(value)


def _address_part(address: str, part: int) -> str:
    """Return one of five fields; the register keeps an address as one text, in the first."""
    return _plain(address) if part == 1 else ""


def _plain(value: object) -> str:
    """Return a text that ends no field and no line."""
    return " ".join(str(value if value is not None else "").replace(SEPARATOR, " ").split())
