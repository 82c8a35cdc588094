"""Who decides on the budget, and what they may decide. Pure: no ORM, no clock, no I/O."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from accounting.budget.rules import REGULATION, Codes
from accounting.data_files import rows_of
from accounting.errors import Refusal
from accounting.fiscal_year import fiscal_year_of
from accounting.ordinances.drafts import DraftLine, Estimate, OrdinanceDraft

_REVENUE = "4"  # first digit of its accounts
_BEHIND_TOLD = 5  # documents that a refusal names


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Who decides on something of the budget, by which clause: a row of budget_authority.csv."""

    rule_id: str
    document: str
    fund_source: str
    condition: str
    decided_by: str
    from_fiscal_year: int
    clause: str
    name_th: str
    name_en: str

    @property
    def action(self) -> str:
        """The step by which they decide."""
        return "council-approve" if self.decided_by == "COUNCIL" else "approve"


@cache
def authorities() -> tuple[Authority, ...]:
    """Return all rules of who decides."""
    return tuple(_authority(row) for row in rows_of("budget_authority.csv"))


def _authority(row: dict[str, str]) -> Authority:
    texts = {name: row[name] for name in row.keys() & Authority.__dataclass_fields__.keys()}
    return Authority(from_fiscal_year=int(texts.pop("from_fiscal_year")), **texts)


def authority_for(
    *, document: str, fiscal_year: int, fund_source: str = "", conditions: Sequence[str] = ()
) -> Authority | None:
    """Return who decides: the rule of a condition that holds comes before the general one."""
    found = [
        rule
        for rule in authorities()
        if rule.document == document
        and rule.fund_source == fund_source
        and rule.from_fiscal_year <= fiscal_year
        and rule.condition in ("", *conditions)
    ]
    return max(found, key=lambda rule: bool(rule.condition), default=None)


def authority_refusals(rule: Authority, action: str) -> Iterator[Refusal]:
    """Refuse a decision by the one when the rule gives it to the other."""
    if rule.action != action:
        who_th, who_en = (
            ("สภาท้องถิ่น", "the council")
            if rule.decided_by == "COUNCIL"
            else ("ผู้บริหารท้องถิ่น", "the executive")
        )
        yield _refusal(
            "other_authority",
            "",
            f"{rule.name_th} ({rule.clause or rule.rule_id}): ต้องให้{who_th}พิจารณา",
            f"{rule.name_en} ({rule.clause or rule.rule_id}): {who_en} decides",
            rule=rule.rule_id,
            regulation=f"{REGULATION} {rule.clause}".strip(),
            of_the_books=True,
        )


def ordinance_refusals(
    draft: OrdinanceDraft, codes: Codes, accounts: Mapping[str, bool], *, in_budget: bool
) -> Iterator[Refusal]:
    """Yield what the request alone, the codes or the chart refute.

    Args:
        draft: the ordinance, supplementary or appropriation.
        codes: of the fiscal year, all that its lines name.
        accounts: those of its estimates that the chart has, and whether they are postable.
        in_budget: the money is the budget's own; else it must be outside.
    """
    yield from draft.refusals
    if not draft.fiscal_year:
        return  # codes are of a year
    seen: set[tuple[str, ...]] = set()
    for line in draft.lines:
        yield from line_refusals(line, codes)
        yield from _fund_refusals(line, codes, in_budget=in_budget)
        key = (line.fund_source, line.plan, line.task, line.expenditure_type, line.project)
        if all(key[:-1]) and key in seen:
            yield _refusal(
                "duplicate_line",
                line.pointer,
                "มีรายการของแผนงาน งาน ประเภท และโครงการเดียวกันแล้ว ให้ระบุโครงการต่างกันหรือรวมยอด",
                "a line of the same plan, task, type and project is there already",
            )
        seen.add(key)
    if len({line.fund_source for line in draft.lines}) > 1:
        yield _refusal(
            "mixed_fund_sources",
            "/lines",
            "เอกสารหนึ่งฉบับใช้แหล่งเงินเดียว",
            "a document is of one source of money",
        )
    for estimate in draft.estimates:
        yield from _estimate_refusals(estimate, accounts)


def line_refusals(line: DraftLine, codes: Codes) -> Iterator[Refusal]:
    """Yield what is wrong with what a line is for."""
    for name, scheme, code, level in (
        ("plan", "plan", line.plan, "plan"),
        ("task", "plan", line.task, "task"),
        ("expenditure_type", "expenditure", line.expenditure_type, "type"),
    ):
        known = codes.get((scheme, code))
        if code and (known is None or known.level != level):
            yield _refusal(
                f"unknown_{name}",
                f"{line.pointer}/{name}",
                f"ไม่มีรหัส {code} ในการจำแนกงบประมาณของปีนี้",
                f"{code} is no {name.replace('_', ' ')} of this fiscal year",
            )
    task, plan = codes.get(("plan", line.task)), codes.get(("plan", line.plan))
    if task and plan and (task.level, plan.level) == ("task", "plan") and task.parent != line.plan:
        yield _refusal(
            "task_of_another_plan",
            f"{line.pointer}/task",
            f"งาน {line.task} ไม่อยู่ในแผนงาน {line.plan}",
            f"task {line.task} belongs to plan {task.parent}",
        )


def estimate_refusals(draft: OrdinanceDraft) -> Iterator[Refusal]:
    """Refuse to propose more spending than revenue is expected."""
    if draft.estimated < draft.total:
        short = draft.total - draft.estimated
        yield _refusal(
            "revenue_below_expenditure",
            "/revenue_estimates",
            f"ประมาณการรายรับ {draft.estimated:,.2f} น้อยกว่ารายจ่าย {draft.total:,.2f}"
            f" อยู่ {short:,.2f} บาท",
            f"estimated revenue {draft.estimated:,.2f} is below expenditure {draft.total:,.2f}"
            f" by {short:,.2f}",
            of_the_books=True,
        )


def first_ordinance_refusals(*, in_force: int, fiscal_year: int) -> Iterator[Refusal]:
    """Refuse a second ordinance for a year."""
    if in_force:
        yield _refusal(
            "ordinance_in_force",
            "",
            f"ปีงบประมาณ {fiscal_year} มีข้อบัญญัติ/เทศบัญญัติที่มีผลใช้บังคับแล้ว ให้ทำงบประมาณเพิ่มเติม",
            f"fiscal year {fiscal_year} has an ordinance in force; make a supplementary one",
            of_the_books=True,
        )


def supplementary_refusals(
    *, in_force: int, behind: Sequence[str], fiscal_year: int
) -> Iterator[Refusal]:
    """Refuse to supplement what is not there, or while the books are behind.

    Rule: transactions are up to date before a supplementary ordinance is in force (the department's
    training manual, S_KM).

    Args:
        in_force: how many ordinances of the year are.
        behind: numbers, or words, of what is dated before the day of effect and not finished.
        fiscal_year: the ordinance's.
    """
    if not in_force:
        yield _refusal(
            "no_ordinance_in_force",
            "",
            f"ปีงบประมาณ {fiscal_year} ยังไม่มีข้อบัญญัติ/เทศบัญญัติที่มีผลใช้บังคับ",
            f"fiscal year {fiscal_year} has no ordinance in force to supplement",
            of_the_books=True,
        )
    if behind:
        some = ", ".join(behind[:_BEHIND_TOLD])
        yield _refusal(
            "transactions_not_up_to_date",
            "",
            f"ยังมีเอกสารก่อนวันที่มีผลใช้บังคับที่ดำเนินการไม่เสร็จ {len(behind)} ฉบับ: {some}",
            f"{len(behind)} documents dated before the day of effect are not finished: {some}",
            of_the_books=True,
        )


def day_refusals(
    day: date | None, fiscal_year: int, name: str = "effective_on"
) -> Iterator[Refusal]:
    """Refuse a day outside the fiscal year."""
    if day is not None and fiscal_year and fiscal_year_of(day) != fiscal_year:
        yield _refusal(
            "day_of_another_year",
            f"/{name}",
            f"วันที่ต้องอยู่ในปีงบประมาณ {fiscal_year}",
            f"must be a day of fiscal year {fiscal_year}",
        )


def line_of_another_year(pointer: str) -> Refusal:
    """Return the refusal of a line that is not of the document's fiscal year."""
    return _refusal(
        "line_of_another_year",
        pointer,
        "รายการนี้เป็นของปีงบประมาณอื่น",
        "the line is of another fiscal year",
        rule="BT26",
    )


def transfer_to_itself() -> Refusal:
    """Return the refusal to transfer from a line to the same line."""
    return _refusal(
        "same_line",
        "/to",
        "โอนเข้ารายการเดิมไม่ได้",
        "is the line that the money comes from",
        rule="BT26",
    )


def other_fund_source() -> Refusal:
    """Return the refusal to transfer between sources of money."""
    return _refusal(
        "other_fund_source",
        "/to",
        "โอนข้ามแหล่งเงินไม่ได้",
        "is of another source of money; they never mix",
        rule="BT26",
    )


def no_authority() -> Refusal:
    """Return the refusal of money that no rule lets an officer appropriate."""
    return _refusal(
        "no_authority",
        "/lines/0/fund_source",
        "ไม่มีหลักเกณฑ์ให้ตั้งจ่ายจากแหล่งเงินนี้ด้วยเอกสารนี้ (เงินกันไว้เบิกเหลื่อมปีใช้การกันเงิน)",
        "no rule lets money of this source be appropriated so; carried-over money has its own",
        of_the_books=True,
    )


def own_budget_refusals(*, has_budget: bool) -> Iterator[Refusal]:
    """Refuse the ordinance of a unit that is no enterprise.

    Rule: an enterprise (กิจการประปา, สถานธนานุบาล) has a budget of its own, งบเฉพาะการ; what a school
    or a health unit spends stands in its parent's (affiliated_unit_types.csv, has_own_budget).
    """
    if not has_budget:
        yield _refusal(
            "no_budget_of_its_own",
            "",
            "หน่วยงานนี้ไม่มีงบประมาณของตนเอง ให้ตั้งในข้อบัญญัติ/เทศบัญญัติของ อปท. ต้นสังกัด",
            "a unit of this kind has no budget of its own: its parent's ordinance has its money",
            of_the_books=True,
        )


def supervisor_refusals(*, supervises: bool) -> Iterator[Refusal]:
    """Refuse the agreement of whoever does not supervise a body of this kind."""
    if not supervises:
        yield _refusal(
            "not_the_supervisor",
            "",
            "ผู้ว่าราชการจังหวัดเห็นชอบงบประมาณของ อบจ. และเทศบาล นายอำเภอเห็นชอบของ อบต.",
            "the province agrees for PAOs and municipalities, the district for SAOs",
            of_the_books=True,
        )


def _fund_refusals(line: DraftLine, codes: Codes, *, in_budget: bool) -> Iterator[Refusal]:
    fund = codes.get(("fund_source", line.fund_source))
    if fund is None and line.fund_source:
        yield _refusal(
            "unknown_fund_source",
            f"{line.pointer}/fund_source",
            f"ไม่รู้จักแหล่งเงิน {line.fund_source}",
            f"{line.fund_source} is no source of money",
        )
    elif fund is not None and (fund.level == "in_budget") != in_budget:
        yield _refusal(
            "wrong_fund_source",
            f"{line.pointer}/fund_source",
            "ข้อบัญญัติตั้งจ่ายจากเงินงบประมาณเท่านั้น เงินอื่นใช้เอกสารเงินนอกงบประมาณ",
            "an ordinance is of the budget's own money; all other is an appropriation's",
        )


def _estimate_refusals(estimate: Estimate, accounts: Mapping[str, bool]) -> Iterator[Refusal]:
    if not estimate.account:
        return
    if not accounts.get(estimate.account) or not estimate.account.startswith(_REVENUE):
        yield _refusal(
            "unknown_account",
            f"{estimate.pointer}/account",
            f"{estimate.account} ไม่ใช่บัญชีรายได้ที่บันทึกรายการได้",
            f"{estimate.account} is no postable account of revenue",
        )


def _refusal(
    code: str,
    pointer: str,
    message_th: str,
    message_en: str,
    *,
    rule: str = "BUD-ORDINANCE",
    regulation: str = REGULATION,
    of_the_books: bool = False,
) -> Refusal:
    return Refusal(
        code=code,
        pointer=pointer,
        message_th=message_th,
        message_en=message_en,
        rule=rule,
        regulation=regulation,
        of_the_books=of_the_books,
    )
