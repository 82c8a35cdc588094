"""When a version of master data may be proposed and approved. Pure: no ORM, no clock.

A version is tried row by row on what holds, so that a row may stand below one that the same version
begins. Of a row that is refused nothing is counted for the rows after it.
"""

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from accounting.errors import Refusal
from accounting.fiscal_year import fiscal_year_of
from tenants.master_data.kinds import (
    ACCOUNTS,
    BEGIN,
    CODES,
    END,
    HOLIDAYS,
    LIVES,
    MOST_ROWS,
    Kind,
    Row,
    about,
)
from tenants.master_data.state import Holdings, Key, Nation, apply, is_in_force, key_of
from tenants.oversight.rules import REASON_MAX, TITLE_MAX, text_refusals

LETTER_MAX = 200
_YEARS_AHEAD, _DAYS_AHEAD = 10, 3 * 366  # farther is a slip of the finger
# Where a code stands in its scheme, and what is above it.
_ABOVE = {
    ("plan", "side"): "",
    ("plan", "plan"): "side",
    ("plan", "task"): "plan",
    ("expenditure", "budget"): "",
    ("expenditure", "category"): "budget",
    ("expenditure", "type"): "category",
    ("revenue", "group"): "",
    ("revenue", "category"): "group",
    ("revenue", "type"): "category",
    ("fund_source", "in_budget"): "",
    ("fund_source", "outside"): "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalFacts:
    """All that a proposal depends on, besides its rows' own texts.

    Attributes:
        title: what the version is about.
        letter: the letter or announcement by which it was ordered, number and day.
        nation: what holds after all approved versions.
        named: accounts that the program's posting rules name.
        today: in Bangkok.
    """

    kind: Kind
    title: str
    letter: str
    rows: Sequence[Row]
    nation: Nation
    named: frozenset[str]
    today: date

    @property
    def year(self) -> int:
        """The fiscal year of today."""
        return fiscal_year_of(self.today)


def proposal_refusals(facts: ProposalFacts) -> Iterator[Refusal]:
    """Yield every reason to refuse; none means propose."""
    yield from text_refusals(facts.title, "/title", TITLE_MAX, one_line=True)
    yield from text_refusals(facts.letter, "/letter", LETTER_MAX, one_line=True)
    if not facts.rows:
        yield about("required", "/rows", "ต้องมีอย่างน้อยหนึ่งรายการ", "at least one row is required")
    if len(facts.rows) > MOST_ROWS:
        yield about(
            "too_many_rows",
            "/rows",
            f"มีได้ไม่เกิน {MOST_ROWS} รายการ",
            f"has {MOST_ROWS} rows at most",
        )
    else:
        yield from row_refusals(facts)


def row_refusals(facts: ProposalFacts) -> Iterator[Refusal]:
    """Yield why rows may not count on what holds now."""
    nation = deepcopy(dict(facts.nation))
    holdings = nation[facts.kind.name]
    for place, row in enumerate(facts.rows):
        trial = _Trial(facts, nation, holdings, row, key_of(facts.kind, row))
        found = [*_date_refusals(trial), *_OF_KIND[facts.kind.name, str(row["act"])](trial)]
        yield from (one.below(f"/rows/{place}") for one in found)
        if not found:
            apply(holdings, row, nation)


@dataclass(frozen=True, slots=True)
class _Trial:
    """A row, and what holds before it."""

    facts: ProposalFacts
    nation: Nation
    holdings: Holdings
    row: Row
    key: Key

    def number(self, name: str) -> int:
        value = self.row[name]
        assert isinstance(value, int)  # the row was read by its kind
        return value


def _date_refusals(trial: _Trial) -> Iterator[Refusal]:
    """A version changes nothing of what is past: books of closed years stand on it."""
    facts, kind = trial.facts, trial.facts.kind
    column = kind.dated_by if trial.row["act"] == BEGIN else kind.ends_by
    if kind.name == HOLIDAYS:
        day = date.fromisoformat(str(trial.row[column]))
        if day < facts.today:
            yield about("is_past", f"/{column}", "วันนี้ผ่านไปแล้ว", "the day is past")
        elif day > facts.today + timedelta(days=_DAYS_AHEAD):
            yield about("too_far_ahead", f"/{column}", "ไกลเกินสามปี", "more than three years ahead")
        return
    year = trial.number(column)
    earliest = facts.year + (column == "retired_from_fiscal_year")
    if year < earliest:
        yield about(
            "is_past",
            f"/{column}",
            f"ต้องไม่ก่อนปีงบประมาณ {earliest}",
            f"may not be before fiscal year {earliest}",
        )
    elif year > facts.year + _YEARS_AHEAD:
        yield about("too_far_ahead", f"/{column}", "ไกลเกินสิบปี", "more than ten years ahead")


def _begins_after_the_last(trial: _Trial) -> Iterator[Refusal]:
    last = trial.holdings.last(trial.key)
    if last is not None and int(last["from_fiscal_year"] or 0) >= trial.number("from_fiscal_year"):
        yield about(
            "begins_before_another",
            "/from_fiscal_year",
            f"มีรายการของรหัสนี้ตั้งแต่ปี {last['from_fiscal_year']} แล้ว",
            f"the code has a row from {last['from_fiscal_year']} already",
        )


def _ends_what_goes_on(trial: _Trial) -> Iterator[Refusal]:
    """Yield why the last row of a key cannot be ended in a year."""
    last, column = trial.holdings.last(trial.key), trial.facts.kind.ends_by
    if last is None:
        yield _unknown(trial)
        return
    year = trial.number(column)
    if last[column] is not None and int(last[column] or 0) <= year:
        yield about("ended_before", f"/{column}", "สิ้นสุดไปก่อนแล้ว", "has ended before that")
    if int(last.get("from_fiscal_year") or 0) > year:
        yield about(
            "ends_before_it_begins",
            f"/{column}",
            f"เริ่มใช้ปี {last['from_fiscal_year']}",
            f"begins in {last['from_fiscal_year']}",
        )


def _unknown(trial: _Trial) -> Refusal:
    column = trial.facts.kind.key[-1]
    return about("unknown", f"/{column}", "ไม่มีรายการนี้", "there is no such row")


def _code_begins(trial: _Trial) -> Iterator[Refusal]:
    row, year = trial.row, trial.number("from_fiscal_year")
    above = _ABOVE.get((str(row["scheme"]), str(row["level"])))
    yield from _begins_after_the_last(trial)
    if above is None:
        yield about("unknown_level", "/level", "โครงสร้างนี้ไม่มีระดับนี้", "the scheme has no such level")
    elif bool(above) != bool(row["parent"]):
        yield about(
            "wrong_parent",
            "/parent",
            f"ต้องอยู่ใต้ระดับ {above}" if above else "ระดับนี้ไม่มีรหัสเหนือขึ้นไป",
            f"is below a {above}" if above else "has nothing above it",
        )
    elif above:
        parent = trial.holdings.of((str(row["scheme"]), str(row["parent"])), year)
        if parent is None or parent["level"] != above:
            yield about(
                "wrong_parent",
                "/parent",
                f"ไม่มีรหัสนี้ระดับ {above} ในปี {year}",
                f"there is no such {above} in {year}",
            )
    last = trial.holdings.last(trial.key)
    if last is not None and last["level"] != row["level"]:
        yield about("level_changes", "/level", "รหัสเดิมเปลี่ยนระดับไม่ได้", "a code keeps its level")
    yield from _account_refusals(trial, year)


def _account_refusals(trial: _Trial, year: int) -> Iterator[Refusal]:
    code = trial.row["account"]
    if code is None:
        return
    account = trial.nation[ACCOUNTS].of((str(code),), year)
    if account is None or not account["postable"]:
        yield about(
            "unknown_account",
            "/account",
            f"ไม่มีบัญชีนี้ที่บันทึกรายการได้ในปี {year}",
            f"no such account can be posted to in {year}",
        )


def _code_ends(trial: _Trial) -> Iterator[Refusal]:
    yield from _ends_what_goes_on(trial)
    scheme, code = trial.key
    after = trial.number("until_fiscal_year") + 1
    below = [
        row
        for row in trial.holdings
        if row["scheme"] == scheme and row["parent"] == code and _holds_from(row, after)
    ]
    if below:
        yield about(
            "has_codes_below",
            "/code",
            f"ยังมี {len(below)} รหัสอยู่ใต้รหัสนี้หลังปี {after - 1}",
            f"{len(below)} codes stand below it after {after - 1}",
        )


def _holds_from(row: Row, year: int) -> bool:
    """Tell whether a row holds in a year or in a later one."""
    begins = int(row.get("from_fiscal_year") or 0)
    return is_in_force(row, max(year, begins))


def _account_begins(trial: _Trial) -> Iterator[Refusal]:
    row = trial.row
    if trial.holdings.last(trial.key) is not None:
        yield about("account_exists", "/code", "มีรหัสบัญชีนี้แล้ว", "is in the chart already")
    parent = trial.holdings.of((str(row["parent"]),), trial.number("from_fiscal_year"))
    if parent is None:
        yield about("wrong_parent", "/parent", "ไม่มีบัญชีนี้ในปีนั้น", "is not in the chart that year")
    elif parent["postable"]:
        yield about(
            "wrong_parent", "/parent", "ไม่ใช่บัญชีหมวด", "is no header; accounts stand below headers"
        )
    if str(row["code"])[0] != str(row["parent"])[0]:
        yield about(
            "wrong_parent", "/code", "หลักแรกต้องเหมือนบัญชีหมวด", "begins with the digit of its header"
        )


def _account_ends(trial: _Trial) -> Iterator[Refusal]:
    yield from _ends_what_goes_on(trial)
    (code,) = trial.key
    year = trial.number("retired_from_fiscal_year")
    if any(row["parent"] == code and _holds_from(row, year) for row in trial.holdings):
        yield about(
            "has_accounts_below", "/code", "ยังมีบัญชีอยู่ใต้บัญชีนี้", "accounts stand below it still"
        )
    if code in trial.facts.named:
        yield about(
            "named_by_a_rule",
            "/code",
            "หลักการบันทึกบัญชีของระบบใช้บัญชีนี้",
            "posting rules of the program name it",
        )
    codes = [
        row for row in trial.nation[CODES] if row["account"] == code and _holds_from(row, year)
    ]
    if codes:
        yield about(
            "named_by_a_code",
            "/code",
            f"รหัสงบประมาณ {len(codes)} รหัสยังใช้บัญชีนี้ เช่น {codes[0]['code']}",
            f"{len(codes)} budget codes name it, {codes[0]['code']} among them",
        )


def _life_begins(trial: _Trial) -> Iterator[Refusal]:
    yield from _begins_after_the_last(trial)
    if trial.number("most_years") < trial.number("least_years"):
        yield about(
            "range_is_empty", "/most_years", "น้อยกว่าอายุขั้นต่ำ", "is less than the least years"
        )
    yield from _account_refusals(trial, trial.number("from_fiscal_year"))


def _holiday_begins(trial: _Trial) -> Iterator[Refusal]:
    last = trial.holdings.last(trial.key)
    if last is not None and not last["is_called_off"]:
        yield about("is_holiday", "/day", "เป็นวันหยุดอยู่แล้ว", "is a holiday already")


def _holiday_ends(trial: _Trial) -> Iterator[Refusal]:
    last = trial.holdings.last(trial.key)
    if last is None or last["is_called_off"]:
        yield _unknown(trial)


_OF_KIND: dict[tuple[str, str], Callable[[_Trial], Iterator[Refusal]]] = {
    (CODES, BEGIN): _code_begins,
    (CODES, END): _code_ends,
    (ACCOUNTS, BEGIN): _account_begins,
    (ACCOUNTS, END): _account_ends,
    (HOLIDAYS, BEGIN): _holiday_begins,
    (HOLIDAYS, END): _holiday_ends,
    (LIVES, BEGIN): _life_begins,
    (LIVES, END): _ends_what_goes_on,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFacts:
    """All that a decision on a proposed version depends on.

    Attributes:
        author_id: who proposed it.
        officer_id: who decides.
        is_decided: it was approved or withdrawn before.
        approves: it is to be approved; else it is withdrawn.
        reason: of a withdrawal.
    """

    author_id: UUID
    officer_id: UUID
    is_decided: bool
    approves: bool
    reason: str = ""


def decision_refusals(facts: DecisionFacts) -> Iterator[Refusal]:
    """Yield every reason to refuse, but those of the rows; none means decide."""
    if facts.is_decided:
        yield _now("decided_before", "พิจารณาไปแล้ว", "has been decided on before")
    if facts.approves and facts.author_id == facts.officer_id:
        yield _now(
            "own_proposal",
            "ผู้เสนออนุมัติเองไม่ได้ ต้องให้เจ้าหน้าที่อีกคนหนึ่ง",
            "another officer than its author approves it",
        )
    if not facts.approves:
        yield from text_refusals(facts.reason, "/reason", REASON_MAX, one_line=True)


def _now(code: str, message_th: str, message_en: str) -> Refusal:
    return Refusal(code=code, message_th=message_th, message_en=message_en, of_the_books=True)
