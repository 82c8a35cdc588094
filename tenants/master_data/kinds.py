"""Which master data there is, and what a row of each kind says. Pure.

A version has rows, each of which begins something or ends it. A row is read from the texts that an
officer typed or pasted, column by column; what cannot be read is said beside its row and column.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import orjson

from accounting.errors import Refusal

BEGIN, END = "begin", "end"
ACTS = (BEGIN, END)
CODES, ACCOUNTS, HOLIDAYS, LIVES = "budget-codes", "accounts", "holidays", "useful-lives"
MOST_ROWS = 2000
_NAME_MAX = 300
_DIGITS = 4  # of a year, or of fewer
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_YES = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}

Value = str | int | bool | None
Row = dict[str, Value]


class _Unreadable(Exception):
    """A cell cannot be read: why in Thai and in English, and a code for programs."""

    def __init__(self, message_th: str, message_en: str, code: str = "unreadable") -> None:
        self.words = message_th, message_en
        self.code = code
        super().__init__(message_en)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a kind.

    Attributes:
        name: as the table of ``shared`` and the data files call it.
        reads: its text; what it returns is kept as JSON.
        needed_to: the acts for which it may not be empty; of other acts it must be empty, unless
            it is in ``may_be_told``.
        may_be_told: the acts for which it may stand or be left out.
    """

    name: str
    reads: Callable[[str], Value]
    needed_to: frozenset[str] = frozenset()
    may_be_told: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of master data.

    Attributes:
        name: in paths and tables.
        table: in ``shared``.
        key: what is begun and ended.
        dated_by: the column that says from when a row that begins counts.
        ends_by: the column that says until, or from, when one that ends does.
        columns: of a row, in their order on the department's form.
    """

    name: str
    table: str
    key: tuple[str, ...]
    dated_by: str
    ends_by: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of a row's columns, its act first."""
        return ("act", *(column.name for column in self.columns))


def _matching(pattern: str, message_th: str, message_en: str) -> Callable[[str], Value]:
    known = re.compile(pattern)

    def read(text: str) -> Value:
        if not known.fullmatch(text):
            raise _Unreadable(message_th, message_en)
        return text

    return read


def _words(text: str) -> Value:
    if len(text) > _NAME_MAX:
        raise _Unreadable(f"ยาวเกิน {_NAME_MAX} ตัวอักษร", f"is longer than {_NAME_MAX} characters")
    if _UNSEEN.search(text):
        raise _Unreadable("มีอักขระควบคุมที่ใช้ไม่ได้", "has control characters")
    return text


def _one_of(*choices: str) -> Callable[[str], Value]:
    listed = ", ".join(choices)

    def read(text: str) -> Value:
        if text not in choices:
            raise _Unreadable(f"ต้องเป็นอย่างใดอย่างหนึ่งใน {listed}", f"must be one of {listed}")
        return text

    return read


def _between(least: int, most: int) -> Callable[[str], Value]:
    def read(text: str) -> Value:
        if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
            raise _Unreadable("ต้องเป็นจำนวนเต็ม", "must be a whole number")
        if not least <= int(text) <= most:
            raise _Unreadable(f"ต้องอยู่ระหว่าง {least} ถึง {most}", f"must be {least} to {most}")
        return int(text)

    return read


def _flag(text: str) -> Value:
    if text.lower() not in _YES:
        raise _Unreadable("ต้องเป็น 1 หรือ 0", "must be 1 or 0")
    return _YES[text.lower()]


def _day(text: str) -> Value:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise _Unreadable(
            "ต้องเป็นวันที่แบบ ค.ศ. เช่น 2026-12-31", "must be a day such as 2026-12-31"
        ) from None


_CODE = _matching(r"[0-9A-Z_]{1,16}", "รหัสมีได้แต่ 0-9 A-Z _", "a code has 0-9 A-Z _ alone")
_ACCOUNT = _matching(
    r"[0-9]{10}\.[0-9]{3}", "รหัสบัญชีต้องเป็นแบบ 1101010101.001", "is no account such as 1101010101.001"
)
_LEVEL = _one_of(
    *("side", "plan", "task", "budget", "category", "type", "group"), *("outside", "in_budget")
)
_YEAR = _between(2500, 2699)  # B.E.
_TO_BEGIN, _TO_END, _ALWAYS = frozenset({BEGIN}), frozenset({END}), frozenset(ACTS)
_YEARS = (
    Column(name="from_fiscal_year", reads=_YEAR, needed_to=_TO_BEGIN),
    Column(name="until_fiscal_year", reads=_YEAR, needed_to=_TO_END),
)
_NAMES = (
    Column(name="name_th", reads=_words, needed_to=_TO_BEGIN),
    Column(name="name_en", reads=_words, may_be_told=_TO_BEGIN),
)

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            name=CODES,
            table="budget_code",
            key=("scheme", "code"),
            dated_by="from_fiscal_year",
            ends_by="until_fiscal_year",
            columns=(
                Column(
                    name="scheme",
                    reads=_one_of("plan", "expenditure", "revenue", "fund_source"),
                    needed_to=_ALWAYS,
                ),
                Column(name="code", reads=_CODE, needed_to=_ALWAYS),
                *_YEARS,
                *_NAMES,
                Column(name="parent", reads=_CODE, may_be_told=_TO_BEGIN),
                Column(name="level", reads=_LEVEL, needed_to=_TO_BEGIN),
                Column(name="account", reads=_ACCOUNT, may_be_told=_TO_BEGIN),
            ),
        ),
        Kind(
            name=ACCOUNTS,
            table="account",
            key=("code",),
            dated_by="from_fiscal_year",
            ends_by="retired_from_fiscal_year",
            columns=(
                Column(name="code", reads=_ACCOUNT, needed_to=_ALWAYS),
                Column(name="from_fiscal_year", reads=_YEAR, needed_to=_TO_BEGIN),
                Column(name="retired_from_fiscal_year", reads=_YEAR, needed_to=_TO_END),
                Column(name="name_th", reads=_words, needed_to=_TO_BEGIN),
                Column(name="name_en", reads=_words, needed_to=_TO_BEGIN),
                Column(name="parent", reads=_ACCOUNT, needed_to=_TO_BEGIN),
                Column(name="normal_side", reads=_one_of("debit", "credit"), needed_to=_TO_BEGIN),
                Column(name="is_contra", reads=_flag, needed_to=_TO_BEGIN),
                Column(name="postable", reads=_flag, needed_to=_TO_BEGIN),
            ),
        ),
        Kind(
            name=HOLIDAYS,
            table="holiday",
            key=("day",),
            dated_by="day",
            ends_by="day",
            columns=(Column(name="day", reads=_day, needed_to=_ALWAYS), *_NAMES),
        ),
        Kind(
            name=LIVES,
            table="useful_life",
            key=("asset_class",),
            dated_by="from_fiscal_year",
            ends_by="until_fiscal_year",
            columns=(
                Column(name="asset_class", reads=_CODE, needed_to=_ALWAYS),
                *_YEARS,
                *_NAMES,
                Column(name="least_years", reads=_between(1, 100), needed_to=_TO_BEGIN),
                Column(name="most_years", reads=_between(1, 100), needed_to=_TO_BEGIN),
                Column(name="account", reads=_ACCOUNT, may_be_told=_TO_BEGIN),
            ),
        ),
    )
}


def read_rows(kind: Kind, raw: Sequence[Mapping[str, str]]) -> tuple[list[Row], list[Refusal]]:
    """Return the rows that could be read, and why others could not; each reason has its place.

    Args:
        kind: whose columns they have.
        raw: texts by column, ``act`` among them; an absent column is an empty one.
    """
    rows: list[Row] = []
    refusals: list[Refusal] = []
    for place, texts in enumerate(raw):
        row: Row = {}
        found = list(_read_row(kind, texts, row))
        refusals += [one.below(f"/rows/{place}") for one in found]
        if not found:
            rows.append(row)
    return rows, refusals


def _read_row(kind: Kind, texts: Mapping[str, str], row: Row) -> Iterator[Refusal]:
    """Read a row into ``row``; yield what is wrong with it."""
    act = texts.get("act", "")
    for name in sorted(texts.keys() - set(kind.names)):
        yield about("unknown_column", f"/{name}", "ไม่มีคอลัมน์นี้", "there is no such column")
    if act not in ACTS:
        yield about("unknown_act", "/act", "ต้องเป็น begin หรือ end", "must be begin or end")
        return
    row["act"] = act
    for column in kind.columns:
        try:
            row[column.name] = _read_cell(column, act, texts.get(column.name, "").strip())
        except _Unreadable as reason:
            yield about(reason.code, f"/{column.name}", *reason.words)


def _read_cell(column: Column, act: str, text: str) -> Value:
    if text and act in column.needed_to | column.may_be_told:
        return column.reads(text)
    if text:
        raise _Unreadable(
            f"รายการ {act} ไม่มีคอลัมน์นี้", f"is not told of a row that is to {act}", "not_for_this_act"
        )
    if act in column.needed_to:
        raise _Unreadable("ต้องระบุ", "is required", "required")
    return None


def digest_of(rows: Sequence[Row]) -> str:
    """Return the SHA-256 of rows: the same for the same rows, wherever they were kept."""
    return hashlib.sha256(orjson.dumps(list(rows), option=orjson.OPT_SORT_KEYS)).hexdigest()


def about(code: str, pointer: str, message_th: str, message_en: str) -> Refusal:
    """Return a reason at a place of the request."""
    return Refusal(code=code, pointer=pointer, message_th=message_th, message_en=message_en)
