"""Numbers of documents: legal evidence, gapless within a series and a fiscal year.

Taken under the row lock of the series, which holds until the transaction ends: take one late, after
everything that may refuse. What is rolled back took none. A cancelled document keeps its number.
"""

from accounting import books
from accounting.documents.series import SERIES

_TAKE = """
INSERT INTO document_series AS series (series, fiscal_year, last_no)
VALUES (%(series)s, %(fiscal_year)s, 1)
    ON CONFLICT (series, fiscal_year) DO UPDATE SET last_no = series.last_no + 1
RETURNING last_no
"""


def take(*, series: str, fiscal_year: int) -> int:
    """Return the next number of a series (at most 40 letters) in a fiscal year (B.E.)."""
    found = books.row(_TAKE, {"series": series, "fiscal_year": fiscal_year})
    assert found is not None  # the insert has one row
    return int(found[0])


def next_number(*, kind: str, fiscal_year: int) -> str:
    """Take the next number of a kind of document; return it as it is printed."""
    series = SERIES[kind]
    no = take(series=series.name, fiscal_year=fiscal_year)
    return printed(no=no, fiscal_year=fiscal_year, prefix=series.mark)


def printed(*, no: int, fiscal_year: int, prefix: str = "") -> str:
    """Return a number as most forms print it: ``RCPT-00012/69``, or ``00566/69``."""
    return f"{prefix}{'-' if prefix else ''}{no:05d}/{fiscal_year % 100:02d}"
