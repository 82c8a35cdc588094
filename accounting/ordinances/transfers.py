"""Transfers between lines, and changes of what explains a line: decided by whom the rule names."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting import books
from accounting.budget import operations as budget
from accounting.budget import queries as lines
from accounting.budget.operations import Change, LineKey, Moved
from accounting.budget.queries import KnownLine
from accounting.budget.rules import Codes, is_investment, unknown_line
from accounting.documents import operations as documents
from accounting.documents.operations import Contents, Reference, StepBegun
from accounting.errors import Refusal
from accounting.fiscal_year import first_day
from accounting.officers import Officer
from accounting.ordinances import flows, rules
from accounting.ordinances.drafts import (
    DraftLine,
    ExplanationDraft,
    TransferDraft,
    read_explanation,
    read_transfer,
)
from accounting.ordinances.rules import Authority

_MONEY_EVER = """
SELECT approved + supplemented + transferred_in + carried_in FROM budget_line WHERE id = %(id)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meant:
    """A transfer with the lines and codes it names, and who decides on it."""

    told: TransferDraft
    source: KnownLine | None
    target: KnownLine | None
    codes: Codes
    rule: Authority | None


def draft_transfer(*, raw: Mapping[str, Any], officer: Officer) -> UUID:
    """Keep a transfer as a draft; return its id.

    Raises:
        UnableToDraft: the role may not, or the request, the lines or the codes refute it.
    """
    meant = _meant(read_transfer(raw))
    return documents.draft(
        workflow=flows.TRANSFER,
        contents=_contents_of_transfer(meant, raw),
        officer=officer,
        others=_refusals(meant),
    ).id


def change_transfer(
    *, document: Reference, version: int, raw: Mapping[str, Any], officer: Officer
) -> None:
    """Replace what a draft says.

    Raises:
        NotFound, StaleDocument: there is none, or it was changed after it was read.
        UnableToTakeStep: it is no draft any more, the role lacks it, or something refutes it.
    """
    meant = _meant(read_transfer(raw))
    documents.change_draft(
        workflow=flows.TRANSFER,
        document=document,
        version=version,
        contents=_contents_of_transfer(meant, raw),
        officer=officer,
        others=_refusals(meant),
    )


def decide_transfer(*, begun: StepBegun, asked: Mapping[str, Any]) -> None:
    """Move what is available from one line to the other, by whoever decides.

    Raises:
        UnableToTakeStep: somebody else decides, or the flow refuses.
        UnableToMoveBudget: the first line has not enough, or the year is not open.
    """
    content = begun.document.contents.content
    meant = _meant(read_transfer(content["request"]))
    assert meant.rule is not None  # there is one for every transfer
    begun.assert_may([*_refusals(meant), *rules.authority_refusals(meant.rule, begun.step.action)])
    told = meant.told
    day = told.day or _day_in(told.fiscal_year, begun.today)
    target = _target(meant)
    assert told.from_line is not None  # the refusals have seen to it
    moved = budget.change_lines(
        document_id=begun.document.id,
        changes=[
            Change(
                line_id=told.from_line, kind="transfer_out", amount=told.amount, pointer="/amount"
            ),
            Change(line_id=target, kind="transfer_in", amount=told.amount, pointer="/amount"),
        ],
        day=day,
        officer=begun.officer,
    )
    explanation = told.new_item.explanation if told.new_item else ""
    documents.finish_step(
        begun=begun,
        contents=replace(
            begun.document.contents,
            document_date=day,
            content={
                **content,
                "rule": meant.rule.rule_id,
                "to_line": str(target),
                "moved": [_shown_move(one) for one in moved],
                "explained": (
                    [{"line": str(target), "explanation": explanation}] if explanation else []
                ),
            },
        ),
    )


def draft_explanation(*, raw: Mapping[str, Any], officer: Officer) -> UUID:
    """Keep a change of explanation as a draft; return its id.

    Raises:
        UnableToDraft: the role may not, or the request refutes it.
    """
    told = read_explanation(raw)
    contents, _, refusals = _explained(told, raw)
    return documents.draft(
        workflow=flows.EXPLANATION, contents=contents, officer=officer, others=refusals
    ).id


def change_explanation(
    *, document: Reference, version: int, raw: Mapping[str, Any], officer: Officer
) -> None:
    """Replace what a draft says.

    Raises:
        NotFound, StaleDocument: there is none, or it was changed after it was read.
        UnableToTakeStep: it is no draft any more, the role lacks it, or something refutes it.
    """
    contents, _, refusals = _explained(read_explanation(raw), raw)
    documents.change_draft(
        workflow=flows.EXPLANATION,
        document=document,
        version=version,
        contents=contents,
        officer=officer,
        others=refusals,
    )


def decide_explanation(*, begun: StepBegun, asked: Mapping[str, Any]) -> None:
    """Make the text the line's newest explanation; the earlier ones stay.

    Raises:
        UnableToTakeStep: somebody else decides, or the flow refuses.
    """
    content = begun.document.contents.content
    told = read_explanation(content["request"])
    contents, rule, refusals = _explained(told, content["request"])
    begun.assert_may(
        [*refusals, *(rules.authority_refusals(rule, begun.step.action) if rule else ())]
    )
    day = told.day or _day_in(contents.fiscal_year or 0, begun.today)
    documents.finish_step(begun=begun, contents=replace(contents, document_date=day))


def _meant(told: TransferDraft) -> _Meant:
    ids = [one for one in (told.from_line, told.to_line) if one]
    known = lines.lines_known(ids)
    source = known.get(told.from_line) if told.from_line else None
    target = known.get(told.to_line) if told.to_line else None
    codes = lines.classification(told.fiscal_year) if told.fiscal_year else {}
    type_ = target.expenditure_type if target else ""
    if told.new_item:
        type_ = told.new_item.expenditure_type
    from_type = source.expenditure_type if source else ""
    is_new = told.new_item is not None or (target is not None and not _had_money(target.id))
    holds = (is_new and is_investment(codes, type_)) or (
        told.changes_item and (is_investment(codes, type_) or is_investment(codes, from_type))
    )
    return _Meant(
        told=told,
        source=source,
        target=target,
        codes=codes,
        rule=rules.authority_for(
            document="transfer",
            fiscal_year=told.fiscal_year,
            conditions=["investment_item"] if holds else [],
        ),
    )


def _refusals(meant: _Meant) -> list[Refusal]:
    told = meant.told
    refusals = [*told.refusals, *rules.day_refusals(told.day, told.fiscal_year, "transferred_on")]
    for id_, line, name in (
        (told.from_line, meant.source, "from"),
        (told.to_line, meant.target, "to"),
    ):
        if id_ and line is None:
            refusals.append(unknown_line(f"/{name}"))
        elif line and told.fiscal_year and line.fiscal_year != told.fiscal_year:
            refusals.append(rules.line_of_another_year(f"/{name}"))
    if told.new_item:
        refusals += rules.line_refusals(told.new_item, meant.codes)
    if told.from_line and told.from_line == told.to_line:
        refusals.append(rules.transfer_to_itself())
    if meant.source and meant.target and meant.source.fund_source != meant.target.fund_source:
        refusals.append(rules.other_fund_source())
    return refusals


def _target(meant: _Meant) -> UUID:
    """Return the line that the money goes to; a new item is made now."""
    if meant.told.to_line:
        return meant.told.to_line
    item, source = meant.told.new_item, meant.source
    assert item is not None  # the refusals have seen to both
    assert source is not None
    (opened,) = budget.open_lines(
        fiscal_year=meant.told.fiscal_year, keys=[_key(item, source.fund_source)]
    )
    return opened.id


def _key(item: DraftLine, fund_source: str) -> LineKey:
    return LineKey(
        fund_source=fund_source,
        plan=item.plan,
        task=item.task,
        expenditure_type=item.expenditure_type,
        project=item.project,
        name=item.name,
    )


def _had_money(line_id: UUID) -> bool:
    found = books.row(_MONEY_EVER, {"id": line_id})
    return bool(found and found[0] > 0)


def _contents_of_transfer(meant: _Meant, raw: Mapping[str, Any]) -> Contents:
    told = meant.told
    return Contents(
        fiscal_year=told.fiscal_year or None,
        document_date=told.day,
        description=told.reason,
        amount=told.amount,
        content={
            "request": dict(raw),
            "rule": meant.rule.rule_id if meant.rule else None,
            "line_names": _names({"from": meant.source, "to": meant.target}, told.new_item),
        },
    )


def _explained(
    told: ExplanationDraft, raw: Mapping[str, Any]
) -> tuple[Contents, Authority | None, list[Refusal]]:
    line = lines.lines_known([told.line]).get(told.line) if told.line else None
    refusals = list(told.refusals)
    if told.line and line is None:
        refusals.append(unknown_line("/budget_line"))
    rule = None
    if line:
        refusals += rules.day_refusals(told.day, line.fiscal_year, "changed_on")
        codes = lines.classification(line.fiscal_year)
        holds = told.changes_item and is_investment(codes, line.expenditure_type)
        rule = rules.authority_for(
            document="explanation",
            fiscal_year=line.fiscal_year,
            conditions=["investment_item"] if holds else [],
        )
    contents = Contents(
        fiscal_year=line.fiscal_year if line else None,
        document_date=told.day,
        description=told.reason,
        amount=Decimal("0.00"),
        content={
            "request": dict(raw),
            "rule": rule.rule_id if rule else None,
            "line_names": _names({"budget_line": line}),
        },
    )
    return contents, rule, refusals


def _names(
    known: Mapping[str, KnownLine | None], new_item: DraftLine | None = None
) -> dict[str, str]:
    """Return what the lines named in some fields are called."""
    names = {field: f"{line.name} {line.project}".strip() for field, line in known.items() if line}
    return {**names, "to": new_item.name} if new_item else names


def _day_in(fiscal_year: int, today: date | None) -> date:
    """Return today, or the nearest day of a fiscal year."""
    assert today is not None  # both are taken as steps of their kind
    first, after = first_day(fiscal_year), first_day(fiscal_year + 1)
    return min(max(today, first), after - timedelta(days=1))


def _shown_move(one: Moved) -> dict[str, str]:
    return {"line": str(one.line_id), "before": str(one.before), "after": str(one.after)}
