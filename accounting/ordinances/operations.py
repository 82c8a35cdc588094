"""Everything that changes the documents of the budget: one public function for each use case.

Each locks the document, then what it moves of the budget ledger.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from accounting import books
from accounting.budget import operations as budget
from accounting.budget import queries as lines
from accounting.budget.operations import Change, LineKey
from accounting.closing.finished import UNFINISHED
from accounting.documents import operations as documents
from accounting.documents.operations import Contents, Reference, StepBegun
from accounting.documents.workflow import Workflow
from accounting.errors import Refusal
from accounting.fiscal_year import first_day
from accounting.officers import Officer
from accounting.ordinances import flows, rules
from accounting.ordinances.drafts import OrdinanceDraft, read_appropriation, read_ordinance
from accounting.ordinances.rules import Authority

_ACCOUNTS = """
SELECT code, postable FROM shared.account WHERE code = ANY(%(codes)s)
 UNION ALL SELECT code, retired_from_fiscal_year IS NULL FROM account WHERE code = ANY(%(codes)s)
"""
# Two ordinances of a year are put in force one after the other, and the second is refused.
_IN_FORCE = """
SELECT count(d.id)
  FROM pg_advisory_xact_lock(hashtextextended(current_schema() || ' ordinance', %(fiscal_year)s))
  LEFT JOIN document d ON d.kind = %(kind)s AND d.state = 'in_force'
                      AND d.fiscal_year = %(fiscal_year)s
"""
_BEHIND = f"""
SELECT coalesce(number, description) FROM document
 WHERE document_date >= %(first)s AND document_date < %(day)s AND {UNFINISHED}
 ORDER BY document_date, id
"""  # noqa: S608 - filled with a condition of ours; values are parameters
Read = Callable[[Mapping[str, Any]], OrdinanceDraft]
READERS: dict[str, Read] = {
    flows.ORDINANCE.kind: read_ordinance,
    flows.SUPPLEMENTARY.kind: lambda raw: read_ordinance(raw, is_supplementary=True),
    flows.APPROPRIATION.kind: read_appropriation,
}


def draft(*, workflow: Workflow, raw: Mapping[str, Any], officer: Officer) -> UUID:
    """Keep an ordinance, a supplementary one or an appropriation as a draft; return its id.

    Raises:
        UnableToDraft: the role may not, or the request, the codes or the chart refute it.
    """
    told = READERS[workflow.kind](raw)
    return documents.draft(
        workflow=workflow,
        contents=_contents(told, raw),
        officer=officer,
        others=_refusals(workflow, told, officer),
    ).id


def change(
    *,
    workflow: Workflow,
    document: Reference,
    version: int,
    raw: Mapping[str, Any],
    officer: Officer,
) -> None:
    """Replace what a draft says.

    Raises:
        NotFound, StaleDocument: there is none, or it was changed after it was read.
        UnableToTakeStep: it is no draft any more, the role lacks it, or something refutes it.
    """
    told = READERS[workflow.kind](raw)
    documents.change_draft(
        workflow=workflow,
        document=document,
        version=version,
        contents=_contents(told, raw),
        officer=officer,
        others=_refusals(workflow, told, officer),
    )


def propose(*, begun: StepBegun, asked: Mapping[str, Any]) -> None:
    """Propose an ordinance to the council; its revenue covers what it spends.

    Raises:
        UnableToTakeStep: at least one rule refuses.
    """
    told = _told(begun)
    begun.assert_may(rules.estimate_refusals(told))
    documents.finish_step(begun=begun)


def agree(*, begun: StepBegun, asked: Mapping[str, Any]) -> None:
    """Agree, or not, as the body's supervisor.

    Raises:
        UnableToTakeStep: the officer supervises bodies of another kind, or the flow refuses.
    """
    begun.assert_may(rules.supervisor_refusals(supervises=begun.officer.supervises))
    documents.finish_step(begun=begun)


def put_in_force(*, begun: StepBegun, asked: Mapping[str, Any]) -> None:
    """Give the lines their money, from the day on which the ordinance takes effect.

    Raises:
        UnableToTakeStep: the year has one already, or none yet to supplement.
        UnableToMoveBudget: its fiscal year is not open.
    """
    told = _told(begun)
    is_first = begun.document.kind == flows.ORDINANCE.kind
    begun.assert_may([*_year_refusals(told, is_first=is_first)])
    _give(begun, told, "approve" if is_first else "supplement")


def appropriate(*, begun: StepBegun, asked: Mapping[str, Any]) -> None:
    """Give lines outside the budget their money, by whoever decides on money of its source.

    Raises:
        UnableToTakeStep: somebody else decides, or the flow refuses.
        UnableToMoveBudget: its fiscal year is not open.
    """
    told = _told(begun)
    rule = _authority(told)
    begun.assert_may(
        rules.authority_refusals(rule, begun.step.action) if rule else [rules.no_authority()]
    )
    _give(begun, told, "approve")


def _told(begun: StepBegun) -> OrdinanceDraft:
    return READERS[begun.document.kind](begun.document.contents.content["request"])


def _give(begun: StepBegun, told: OrdinanceDraft, kind: str) -> None:
    opened = budget.open_lines(
        fiscal_year=told.fiscal_year,
        keys=[
            LineKey(
                fund_source=line.fund_source,
                plan=line.plan,
                task=line.task,
                expenditure_type=line.expenditure_type,
                project=line.project,
                name=line.name,
            )
            for line in told.lines
        ],
    )
    pairs = list(zip(opened, told.lines, strict=True))
    budget.change_lines(
        document_id=begun.document.id,
        changes=[
            Change(line_id=line.id, kind=kind, amount=said.amount, pointer=said.pointer)
            for line, said in pairs
        ],
        day=_day(told),
        officer=begun.officer,
    )
    explained = [
        {"line": str(line.id), "explanation": said.explanation}
        for line, said in pairs
        if said.explanation
    ]
    contents = begun.document.contents
    documents.finish_step(
        begun=begun,
        contents=Contents(
            fiscal_year=contents.fiscal_year,
            document_date=contents.document_date,
            description=contents.description,
            amount=contents.amount,
            content={
                **contents.content,
                "explained": explained,
                "lines": [str(line.id) for line in opened],
            },
        ),
    )


def _year_refusals(told: OrdinanceDraft, *, is_first: bool) -> Iterator[Refusal]:
    facts = {"fiscal_year": told.fiscal_year, "kind": flows.ORDINANCE.kind}
    (in_force,) = books.row(_IN_FORCE, facts) or (0,)
    if is_first:
        yield from rules.first_ordinance_refusals(in_force=in_force, fiscal_year=told.fiscal_year)
        return
    span = {"first": first_day(told.fiscal_year), "day": _day(told)}
    yield from rules.supplementary_refusals(
        in_force=in_force,
        behind=[name for (name,) in books.rows(_BEHIND, span)],
        fiscal_year=told.fiscal_year,
    )


def _refusals(workflow: Workflow, told: OrdinanceDraft, officer: Officer) -> list[Refusal]:
    codes = lines.classification(told.fiscal_year) if told.fiscal_year else {}
    accounts = [one.account for one in told.estimates]
    known = dict(books.rows(_ACCOUNTS, {"codes": accounts})) if accounts else {}
    is_budget = workflow is not flows.APPROPRIATION
    return [
        *rules.own_budget_refusals(has_budget=officer.has_budget or not is_budget),
        *rules.ordinance_refusals(told, codes, known, in_budget=is_budget),
        *rules.day_refusals(told.day, told.fiscal_year),
    ]


def _authority(told: OrdinanceDraft) -> Authority | None:
    return rules.authority_for(
        document="appropriation",
        fiscal_year=told.fiscal_year,
        fund_source=told.lines[0].fund_source if told.lines else "",
        conditions=["disaster"] if told.is_disaster else [],
    )


def _contents(told: OrdinanceDraft, raw: Mapping[str, Any]) -> Contents:
    rule = _authority(told)
    return Contents(
        fiscal_year=told.fiscal_year or None,
        document_date=_day(told) if told.fiscal_year else told.day,
        description=told.title,
        amount=told.total,
        content={"request": dict(raw), "rule": rule.rule_id if rule else None},
    )


def _day(told: OrdinanceDraft) -> date:
    return told.day or first_day(told.fiscal_year)
