"""What ``shared`` holds of the files that ship with the books: the chart, the budget's codes."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from tenants.provisioning.sources import BOOKS


@dataclass(frozen=True, slots=True, kw_only=True)
class NationalTable:
    """A table of ``shared`` and the file that its rows come from.

    Attributes:
        name: the table's.
        file: below ``accounting``; a release may change it.
        key: the columns of its primary key.
        others: the file's other columns that the table has.
    """

    name: str
    file: str
    key: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns, the key first."""
        return self.key + self.others

    def rows(self) -> Iterator[list[str | None]]:
        """Yield the rows of the file; one whose key is not known yet is left out."""
        with (BOOKS / self.file).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                if all(row[column] for column in self.key):
                    yield [row[column] or None for column in self.columns]


ACCOUNTS = NationalTable(
    name="account",
    file="data/chart_of_accounts.csv",
    key=("code",),
    others=(
        *("name_th", "name_en", "type", "normal_side", "is_contra", "parent", "level", "postable"),
        *("fs_line", "description_th", "retired_from_fiscal_year"),
    ),
)
BUDGET_CODES = NationalTable(
    name="budget_code",
    file="data/budget_codes.csv",
    key=("scheme", "code", "from_fiscal_year"),
    others=("until_fiscal_year", "name_th", "name_en", "parent", "level", "account"),
)
NATIONAL_TABLES = (ACCOUNTS, BUDGET_CODES)


def load(cell: psycopg.Connection[Any], table: NationalTable) -> None:
    """Copy a file's rows into its table, which is empty."""
    copy = sql.SQL("COPY shared.{} ({}) FROM STDIN").format(
        sql.Identifier(table.name), _names(table.columns)
    )
    with cell.transaction(), cell.cursor() as cursor, cursor.copy(copy) as rows:
        for row in table.rows():
            rows.write_row(row)


def bringing_to_the_file(table: NationalTable) -> str:
    """Return one statement that brings a table to its file; no row goes away.

    A row that the department changed since (``of_version``) stays as its version has it.
    """
    rows = sql.SQL(", ").join(
        sql.SQL("({})").format(sql.SQL(", ").join(map(sql.Literal, row))) for row in table.rows()
    )
    changed = sql.SQL(", ").join(
        sql.SQL("{0} = excluded.{0}").format(sql.Identifier(column)) for column in table.others
    )
    text = """
        INSERT INTO shared.{name} AS kept ({columns}) VALUES {rows}
            ON CONFLICT ({key}) DO UPDATE SET {changed} WHERE kept.of_version IS NULL
    """
    return (
        sql.SQL(text)
        .format(
            name=sql.Identifier(table.name),
            columns=_names(table.columns),
            rows=rows,
            key=_names(table.key),
            changed=changed,
        )
        .as_string()
    )


def _names(columns: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))
