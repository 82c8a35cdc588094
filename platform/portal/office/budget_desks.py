"""The desks of the budget: what its documents say on their pages, and the forms that make them."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils import timezone

from accounting.budget import queries
from accounting.budget.rules import Codes
from accounting.chart.queries import accounts
from accounting.documents.kinds import Shown
from accounting.documents.workflow import Words
from accounting.fiscal_year import fiscal_year_of
from accounting.ordinances import kind
from portal.flow.desk import BUDGET, THIS_YEAR, Column, Desk, Fact, Field, Found, Grid, Table
from thai import baht

_YEAR, _REVENUE = Words("ปีงบประมาณ", "Fiscal year"), "4"
_AMOUNT = Words("จำนวนเงิน", "Amount")
_NAME = Words("ชื่อรายการ", "Name of the line")
_TASK, _TYPE = Words("งาน", "Task"), Words("ประเภทรายจ่าย", "Type of expenditure")
_PROJECT = Words("โครงการ", "Project")
_EXPLANATION = Words("คำชี้แจง", "Explanation")
_REASON = Words("เหตุผล", "Reason")
_FUND = Words("แหล่งเงิน", "Source of money")
_YEARS = range(2500, 2700)  # B.E.
_YES = ("yes", Words("ใช่", "Yes"))
_DECIDES = {
    "EXECUTIVE": Words("ผู้บริหารท้องถิ่น", "the executive"),
    "COUNCIL": Words("สภาท้องถิ่น", "the council"),
}
_FLAGS = ("changes_item", "is_disaster")
_OUTSIDE = (
    ("GRANT_SPEC", Words("เงินอุดหนุนระบุวัตถุประสงค์/เฉพาะกิจ", "Specific grant")),
    ("ACCUM", Words("เงินสะสม", "Accumulated fund")),
    ("LOAN", Words("เงินกู้", "Loan")),
    ("DONATION", Words("รับโอน/รับบริจาค", "Donation")),
    ("DEPOSIT", Words("เงินรับฝาก", "Deposits")),
    ("UNIT_SURPLUS", Words("รายได้สะสม", "Surplus of a unit")),
    ("CAPITAL", Words("ทุนดำเนินการ", "Operating capital")),
    ("STATE_DIRECT", Words("งบประมาณรายจ่ายของรัฐ", "State budget")),
)


def _tasks(words: str, limit: int) -> Sequence[Found]:
    return _codes("plan", "task", words, limit)


def _types(words: str, limit: int) -> Sequence[Found]:
    return _codes("expenditure", "type", words, limit)


def _codes(scheme: str, level: str, words: str, limit: int) -> Sequence[Found]:
    year = fiscal_year_of(timezone.localdate())
    found = queries.search_codes(
        scheme=scheme, level=level, words=words, fiscal_year=year, limit=limit
    )
    return [Found(value=code, code=code, name=name) for code, name in found]


def _lines(words: str, limit: int) -> Sequence[Found]:
    """Find lines of any year, with what remains of each beside it."""
    found = json.loads(queries.lines(q=words, limit=limit))["items"]
    return [
        Found(
            value=one["id"],
            code=f"{one['fiscal_year'] % 100}-{one['task']}-{one['expenditure_type']}",
            name=" ".join(filter(None, (one["name"], one["project"]))),
            beside=baht.with_separators(one["available"]),
        )
        for one in found
    ]


def _revenue(words: str, limit: int) -> Sequence[Found]:
    year = fiscal_year_of(timezone.localdate())
    found = json.loads(accounts(fiscal_year=year, postable=True, q=words, limit=limit * 5))
    return [
        Found(value=one["code"], code=one["code"], name=one["name_th"])
        for one in found["items"]
        if one["code"].startswith(_REVENUE)
    ][:limit]


def _line_fields(*before: Field) -> tuple[Field, ...]:
    return (
        *before,
        Field(name="task", label=_TASK, kind="search", search=_tasks),
        Field(name="expenditure_type", label=_TYPE, kind="search", search=_types),
        Field(name="project", label=_PROJECT, optional=True),
        Field(name="name", label=_NAME),
        Field(name="amount", label=_AMOUNT, kind="money"),
        Field(name="explanation", label=_EXPLANATION, optional=True),
    )


_ESTIMATES = Grid(
    name="revenue_estimates",
    label=Words("ประมาณการรายรับ", "Estimated revenue"),
    fields=(
        Field(
            name="account",
            label=Words("บัญชีรายได้", "Account of revenue"),
            kind="search",
            search=_revenue,
        ),
        Field(name="amount", label=_AMOUNT, kind="money"),
    ),
    total="amount",
)
_SPENDING = Words("รายจ่าย", "Expenditure")
_LINES = Grid(name="lines", label=_SPENDING, fields=_line_fields(), total="amount")
_EFFECTIVE = Words("มีผลตั้งแต่วันที่", "Takes effect on")
_HEAD = (
    Field(name="fiscal_year", label=_YEAR, kind="number", begins=THIS_YEAR),
    Field(name="title", label=Words("ชื่อ", "Title")),
)


def _of_the_budget(raw: dict[str, Any]) -> dict[str, Any]:
    """Return an ordinance as the API would send it: its money is the budget's own."""
    return _outside({**raw, "lines": [{"fund_source": "BUDGET", **line} for line in raw["lines"]]})


def _outside(raw: dict[str, Any]) -> dict[str, Any]:
    """Return a document as the API would send it: each line in the plan that its task is of."""
    lines, codes = [], _codes_of(raw.get("fiscal_year"))
    for line in raw["lines"]:
        task = codes.get(("plan", str(line.get("task"))))
        lines.append({"plan": task.parent if task else "", **line})
    return _flagged({**raw, "lines": lines})


def _codes_of(year: object) -> Codes:
    """Return the codes of a year as it was typed; none of what is no year."""
    return queries.classification(year) if isinstance(year, int) and year in _YEARS else {}


def _flagged(raw: dict[str, Any]) -> dict[str, Any]:
    return {name: value == "yes" if name in _FLAGS else value for name, value in raw.items()}


def _transfer(raw: dict[str, Any]) -> dict[str, Any]:
    """Return a transfer as the API would send it; a new item has fields of its own."""
    new = {name.removeprefix("new_"): raw.pop(name) for name in list(raw) if name[:4] == "new_"}
    if new:
        task = _codes_of(raw.get("fiscal_year")).get(("plan", str(new.get("task"))))
        raw["new_item"] = {"plan": task.parent if task else "", **new}
    return _flagged(raw)


def _typed(shown: Shown) -> Mapping[str, Any]:
    """Return a document's request as its form shows it."""
    request = dict(shown["request"])
    for name in _FLAGS:
        request[name] = "yes" if request.get(name) else ""
    item = request.pop("new_item", None) or {}
    names = {f"{name}_name": told for name, told in shown["line_names"].items()}
    return {**request, **{f"new_{name}": value for name, value in item.items()}, **names}


def _facts(shown: Shown) -> Sequence[Fact]:
    request = shown["request"]
    facts = [Fact(label=_YEAR, value=shown["fiscal_year"])]
    if request.get("authority"):
        facts.append(Fact(label=Words("อาศัยอำนาจ", "Authority"), value=request["authority"]))
    if "revenue_estimates" in request:
        estimated = Fact(label=_ESTIMATES.label, value=shown["estimated_revenue"], kind="money")
        facts.append(estimated)
    if who := _DECIDES.get(shown["decided_by"] or ""):
        told = f"{who.th} {shown['clause'] or ''}".strip()
        facts.append(Fact(label=Words("ผู้มีอำนาจอนุมัติ", "Decides"), value=told))
    for name, label in (
        ("from", Words("โอนจาก", "From")),
        ("to", Words("โอนไป", "To")),
        ("budget_line", Words("รายการ", "Line")),
    ):
        if shown["line_names"].get(name):
            facts.append(Fact(label=label, value=shown["line_names"][name]))
    if request.get("explanation"):
        facts.append(Fact(label=_EXPLANATION, value=request["explanation"]))
    return facts


def _tables(shown: Shown) -> Sequence[Table]:
    request, tables = shown["request"], []
    if request.get("revenue_estimates"):
        of_revenue = (
            Column(label=Words("บัญชีรายได้", "Account"), name="account"),
            Column(label=_AMOUNT, name="amount", kind="money"),
        )
        tables.append(
            Table(label=_ESTIMATES.label, columns=of_revenue, rows=request["revenue_estimates"])
        )
    if request.get("lines"):
        of_spending = (
            Column(label=_TASK, name="task"),
            Column(label=_TYPE, name="expenditure_type"),
            Column(label=_NAME, name="told"),
            Column(label=_AMOUNT, name="amount", kind="money"),
        )
        rows = [
            {**line, "told": " ".join(filter(None, (line["name"], line.get("project"))))}
            for line in request["lines"]
        ]
        tables.append(Table(label=_SPENDING, columns=of_spending, rows=rows))
    if shown["moved"]:
        of_moves = (
            Column(label=_NAME, name="told"),
            Column(label=Words("ก่อนโอน", "Before"), name="before", kind="money"),
            Column(label=Words("หลังโอน", "After"), name="after", kind="money"),
        )
        names = {"0": shown["line_names"].get("from"), "1": shown["line_names"].get("to")}
        rows = [
            {**move, "told": names.get(str(place))} for place, move in enumerate(shown["moved"])
        ]
        rows.sort(key=lambda row: Decimal(row["after"]) > Decimal(row["before"]))
        tables.append(Table(label=Words("ยอดคงเหลือ", "Available"), columns=of_moves, rows=rows))
    return tables


_desk = partial(
    Desk,
    module=BUDGET,
    facts=_facts,
    tables=_tables,
    as_typed=_typed,
    paper="document_paper",
)
_CHANGES = Field(
    name="changes_item",
    label=Words("เปลี่ยนลักษณะ ปริมาณ หรือคุณภาพ", "Changes nature, quantity or quality"),
    kind="choice",
    choices=(_YES,),
    optional=True,
)
DESKS = (
    _desk(
        kind=kind.ORDINANCES,
        slug="ordinances",
        plural=Words("ข้อบัญญัติ/เทศบัญญัติ", "Ordinances"),
        fields=(*_HEAD, Field(name="effective_on", label=_EFFECTIVE, kind="day", optional=True)),
        grids=(
            _ESTIMATES,
            Grid(name="lines", label=_SPENDING, fields=_line_fields(), total="amount"),
        ),
        as_raw=_of_the_budget,
    ),
    _desk(
        kind=kind.SUPPLEMENTARIES,
        slug="supplementaries",
        plural=Words("งบเพิ่มเติม", "Supplementaries"),
        fields=(*_HEAD, Field(name="effective_on", label=_EFFECTIVE, kind="day")),
        grids=(
            _ESTIMATES,
            Grid(name="lines", label=_SPENDING, fields=_line_fields(), total="amount"),
        ),
        as_raw=_of_the_budget,
    ),
    _desk(
        kind=kind.TRANSFERS,
        slug="budget-transfers",
        plural=Words("โอนงบประมาณ", "Transfers"),
        fields=(
            _HEAD[0],
            Field(name="from", label=Words("โอนจาก", "From"), kind="search", search=_lines),
            Field(
                name="to", label=Words("โอนไป", "To"), kind="search", search=_lines, optional=True
            ),
            Field(name="amount", label=_AMOUNT, kind="money"),
            Field(name="reason", label=_REASON),
            _CHANGES,
            Field(
                name="new_task",
                label=Words("รายการใหม่: งาน", "New item: task"),
                kind="search",
                search=_tasks,
                optional=True,
            ),
            Field(
                name="new_expenditure_type",
                label=Words("รายการใหม่: ประเภท", "New item: type"),
                kind="search",
                search=_types,
                optional=True,
            ),
            Field(name="new_name", label=Words("รายการใหม่: ชื่อ", "New item: name"), optional=True),
            Field(
                name="new_project",
                label=Words("รายการใหม่: โครงการ", "New item: project"),
                optional=True,
            ),
        ),
        as_raw=_transfer,
    ),
    _desk(
        kind=kind.EXPLANATIONS,
        slug="explanation-changes",
        paper="",
        plural=Words("แก้ไขคำชี้แจง", "Explanations"),
        fields=(
            Field(
                name="budget_line",
                label=Words("รายการงบประมาณ", "Budget line"),
                kind="search",
                search=_lines,
            ),
            Field(name="explanation", label=_EXPLANATION, kind="long"),
            Field(name="reason", label=_REASON),
            _CHANGES,
        ),
        as_raw=_flagged,
    ),
    _desk(
        kind=kind.APPROPRIATIONS,
        slug="appropriations",
        plural=Words("เงินนอกงบประมาณ", "Outside the budget"),
        fields=(
            *_HEAD,
            Field(name="effective_on", label=_EFFECTIVE, kind="day"),
            Field(name="authority", label=Words("อาศัยอำนาจ (มติ/หนังสือ)", "Authority")),
            Field(
                name="is_disaster",
                label=Words("สาธารณภัย (ข้อ 100)", "For a disaster"),
                kind="choice",
                choices=(_YES,),
                optional=True,
            ),
        ),
        grids=(
            Grid(
                name="lines",
                label=_SPENDING,
                fields=_line_fields(
                    Field(name="fund_source", label=_FUND, kind="choice", choices=_OUTSIDE)
                ),
                total="amount",
            ),
        ),
        as_raw=_outside,
    ),
)
