"""What holds after the files of the program and the versions since: the same in every cell. Pure.

``bringing`` says the same to the tables of ``shared``; a test compares the two.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from accounting.data_files import rows_of
from tenants.master_data.kinds import ACCOUNTS, BEGIN, CODES, HOLIDAYS, KINDS, Kind, Row

Key = tuple[str, ...]
FILES = {CODES: "budget_codes.csv", ACCOUNTS: "chart_of_accounts.csv"}
_YEARS = ("from_fiscal_year", "until_fiscal_year", "retired_from_fiscal_year", "level")
_ALL_YEARS = 0  # an account of the program's files has no first year


@dataclass(frozen=True, slots=True)
class Holdings:
    """The rows of one kind, by key; those of one key by the year from which they count."""

    kind: Kind
    rows: dict[Key, list[Row]] = field(default_factory=dict)

    def of(self, key: Key, fiscal_year: int) -> Row | None:
        """Return the row of a key that holds in a fiscal year."""
        for row in self.rows.get(key, ()):
            if is_in_force(row, fiscal_year):
                return row
        return None

    def last(self, key: Key) -> Row | None:
        """Return the row of a key that begins last."""
        found = self.rows.get(key)
        return found[-1] if found else None

    def __iter__(self) -> Iterator[Row]:
        """Yield all rows in the order of their keys."""
        for key in sorted(self.rows):
            yield from self.rows[key]


Nation = Mapping[str, Holdings]


def key_of(kind: Kind, row: Row) -> Key:
    """Return what a row begins or ends."""
    return tuple(str(row[name]) for name in kind.key)


def is_in_force(row: Row, fiscal_year: int) -> bool:
    """Tell whether a row with fiscal years holds in one of them."""
    begins = row.get("from_fiscal_year") or _ALL_YEARS
    until, retired = row.get("until_fiscal_year"), row.get("retired_from_fiscal_year")
    return (
        int(begins) <= fiscal_year
        and (until is None or int(until) >= fiscal_year)
        and (retired is None or int(retired) > fiscal_year)
    )


def of_the_files() -> dict[str, Holdings]:
    """Return what the program's own files say."""
    found = {name: Holdings(kind) for name, kind in KINDS.items()}
    for name, file in FILES.items():
        for texts in rows_of(file):
            if texts["code"]:
                row = _of_file(name, texts)
                found[name].rows.setdefault(key_of(KINDS[name], row), []).append(row)
    for holdings in found.values():
        for rows in holdings.rows.values():
            rows.sort(key=lambda row: int(row.get("from_fiscal_year") or _ALL_YEARS))
    return found


def apply(holdings: Holdings, row: Row, nation: Nation) -> None:
    """Let a row of a version count; the rules have let it pass."""
    kind = holdings.kind
    key = key_of(kind, row)
    rows = holdings.rows.setdefault(key, [])
    if row["act"] == BEGIN:
        _begin(holdings, rows, row, nation)
    elif kind.name == HOLIDAYS:
        rows[-1] = {**rows[-1], "is_called_off": True}
    else:
        rows[-1] = {**rows[-1], kind.ends_by: row[kind.ends_by]}


def _begin(holdings: Holdings, rows: list[Row], row: Row, nation: Nation) -> None:
    name = holdings.kind.name
    new = {column: value for column, value in row.items() if column != "act"}
    if name == HOLIDAYS:
        rows[:] = [{**new, "is_called_off": False}]
        return
    if name == ACCOUNTS:
        above = nation[ACCOUNTS].last((str(row["parent"]),))
        assert above is not None  # the rules have seen to it
        new |= {"type": above["type"], "level": int(above["level"] or 0) + 1}
    elif rows:
        rows[-1] = {**rows[-1], "until_fiscal_year": _ended(rows[-1], row)}
    rows.append(new)


def _ended(before: Row, row: Row) -> int:
    """Return the last year of a row after which another one of its key begins."""
    year = int(row["from_fiscal_year"] or 0) - 1
    until = before["until_fiscal_year"]
    return year if until is None else min(year, int(until))


def _of_file(name: str, texts: Mapping[str, str]) -> Row:
    kind = KINDS[name]
    columns = {*(column.name for column in kind.columns), "type", "level"}
    row: Row = {column: texts.get(column) or None for column in columns}
    for column in _YEARS:
        text = texts.get(column, "")
        if text.isdecimal():
            row[column] = int(text)
    if name == ACCOUNTS:
        row |= {flag: texts[flag] == "1" for flag in ("is_contra", "postable")}
    else:
        row.pop("type")
    return row


def nation_of(versions: Iterable[tuple[str, Iterable[Row]]]) -> dict[str, Holdings]:
    """Return what holds after versions, each a kind and its rows, in their order."""
    nation = of_the_files()
    for name, rows in versions:
        for row in rows:
            apply(nation[name], row, nation)
    return nation
