"""The data files that ship with the books: UTF-8, a header row, one record a line."""

import csv
from pathlib import Path

_FOLDER = Path(__file__).parent / "data"


def rows_of(name: str) -> list[dict[str, str]]:
    """Return a file's records, each by the names of the header row."""
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
