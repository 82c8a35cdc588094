"""What waits for an officer, of every kind of document, and what they sent off: one statement."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from accounting import books
from accounting.documents.workflow import CHANGE, MAKING, Step, Workflow
from accounting.officers import Officer

# Steps whose documents an officer of the steps' roles may take now: not their own where two should
# act, and not those on which the same step has their signature already and waits for others. Nor
# those for the whole of which papers are drawn up by which the step is taken: these wait instead.
_WAITING = """
WITH duty AS (
    SELECT * FROM jsonb_to_recordset(%(duties)s::jsonb)
           AS d(kind varchar, state varchar, action varchar, differs_from varchar[],
                may_waive bool, parts varchar, names varchar)
), drawn_up AS MATERIALIZED (
    SELECT part.kind, p.content ->> part.names AS whole, sum(p.amount) AS amount
      FROM (SELECT DISTINCT parts AS kind, names FROM duty WHERE parts IS NOT NULL) AS part
      JOIN document p ON p.kind = part.kind AND p.state <> 'cancelled'
     GROUP BY part.kind, whole
), mine AS MATERIALIZED (
    SELECT duty.action, d.id, d.kind, d.state, d.number, d.document_date, d.description, d.amount,
           d.fiscal_year,
           (SELECT max(s.at) FROM document_step s WHERE s.document_id = d.id) AS since
      FROM duty JOIN document d ON d.kind = duty.kind AND d.state = duty.state
      LEFT JOIN drawn_up ON drawn_up.kind = duty.parts AND drawn_up.whole = d.id::text
     WHERE coalesce(drawn_up.amount < d.amount, true)
       AND NOT EXISTS (
               SELECT FROM document_step s
                WHERE s.document_id = d.id AND s.officer_id = %(officer)s::uuid
                  AND s.action = ANY(duty.differs_from)
                  AND NOT (duty.may_waive AND s.acting_order IS NOT NULL)
                  AND (s.action = ANY(%(making)s::varchar[]) OR NOT EXISTS (
                        SELECT FROM document_step again
                         WHERE again.document_id = d.id AND again.action = s.action
                           AND again.step_no > s.step_no)))
       AND NOT EXISTS (
               SELECT FROM document_step s
                WHERE s.document_id = d.id AND s.officer_id = %(officer)s::uuid
                  AND s.action = duty.action
                  AND NOT EXISTS (SELECT FROM document_step other
                                   WHERE other.document_id = d.id AND other.step_no > s.step_no
                                     AND other.action <> duty.action))
), ranked AS (
    SELECT mine.*, row_number() OVER oldest AS place,
           count(*) OVER (PARTITION BY kind, action) AS count,
           min(since) OVER (PARTITION BY kind, action) AS first
      FROM mine WINDOW oldest AS (PARTITION BY kind, action ORDER BY since, id)
), sent AS (
    SELECT d.id, d.kind, d.state, d.number, d.document_date, d.description, d.amount,
           (SELECT max(s.at) FROM document_step s WHERE s.document_id = d.id) AS since
      FROM jsonb_to_recordset(%(under_way)s::jsonb) AS way(kind varchar, state varchar)
      JOIN document d ON d.kind = way.kind AND d.state = way.state
     WHERE EXISTS (SELECT FROM document_step s
                    WHERE s.document_id = d.id AND s.officer_id = %(officer)s::uuid)
       AND NOT EXISTS (SELECT FROM mine WHERE mine.id = d.id)
     ORDER BY since DESC, d.id DESC LIMIT %(sent)s::int
)
SELECT json_build_object(
         'waiting', (SELECT coalesce(json_agg(json_build_object(
             'action', action, 'count', count, 'id', id, 'kind', kind, 'state', state,
             'number', number, 'document_date', document_date, 'description', description,
             'amount', amount::text, 'since', since,
             'budget_year', (SELECT ranked.fiscal_year FROM document
                              WHERE id = ranked.id AND content ->> 'line' IS NOT NULL)
             ) ORDER BY first, kind, action, place), '[]')
                       FROM ranked WHERE place <= %(of_each)s::int),
         'sent', (SELECT coalesce(json_agg(json_build_object(
             'id', id, 'kind', kind, 'state', state, 'number', number,
             'document_date', document_date, 'description', description,
             'amount', amount::text, 'since', since) ORDER BY since DESC, id DESC), '[]')
                    FROM sent))::text
"""


class Duty(NamedTuple):
    """A step that documents of a kind in a state wait for.

    Attributes:
        differs_from: actions whose officers may not take it.
        may_waive: an acting order under which such an action was taken lets them.
        parts, names: the papers by which it is taken in parts, see ``workflow.Parts``.
    """

    kind: str
    state: str
    action: str
    differs_from: tuple[str, ...]
    may_waive: bool
    parts: str | None = None
    names: str | None = None


def duties(flow: Workflow, officer: Officer) -> Iterator[Duty]:
    """Yield what documents of a flow wait for an officer to do. Pure.

    A step that needs a reason goes back or away, and one that leads nowhere repeats: nobody waits
    for these. What was returned waits to be mended by those who make such documents.
    """
    for step in flow.steps:
        if not step.roles & officer.roles:
            continue
        has_order = step.may_be_waived and bool(officer.in_office(step.roles).acting_order)
        for state in step.comes_from:
            if _is_awaited(flow, step, state):
                differs = () if has_order else step.differs_from
                parts = step.in_parts or (None, None)
                yield Duty(flow.kind, state, step.action, differs, step.may_be_waived, *parts)


def waiting(
    *, flows: Iterable[Workflow], officer: Officer, of_each: int, sent: int
) -> dict[str, list[dict[str, Any]]]:
    """Return documents that wait for an officer, and those on their way that passed their hands.

    Args:
        flows: of the kinds looked at.
        officer: whose hands and roles.
        of_each: how many of each kind and step, the oldest first; each row has the whole ``count``.
        sent: how many of what they sent off, the latest moved first.

    Returns:
        ``waiting`` by kind and step, the longest waiting first, and ``sent``. A document that
        waits has the ``budget_year`` whose line it charges by itself; None when it charges none.
    """
    every = list(flows)
    asked = [one._asdict() for flow in every for one in duties(flow, officer)]
    under_way = [
        {"kind": flow.kind, "state": state}
        for flow in every
        for state in flow.states
        if any(_is_awaited(flow, step, state) for step in flow.steps)
    ]
    facts: Mapping[str, Any] = {
        "duties": json.dumps(asked),
        "under_way": json.dumps(under_way),
        "officer": officer.id,
        "making": sorted(MAKING),
        "of_each": of_each,
        "sent": sent,
    }
    row = books.row(_WAITING, facts)
    assert row is not None  # it has no FROM
    found: dict[str, list[dict[str, Any]]] = json.loads(row[0])
    return found


def _is_awaited(flow: Workflow, step: Step, state: str) -> bool:
    if state not in step.comes_from or step.needs_note:
        return False
    if step.action == CHANGE:
        return state != flow.initial
    return step.leads_to not in {state, flow.initial}


def awaited_roles(flow: Workflow, state: str) -> list[str]:
    """Return the roles whose turn it is in a state, in the order of the flow. Pure."""
    awaited = [step for step in flow.steps if _is_awaited(flow, step, state)]
    return list(dict.fromkeys(role for step in awaited for role in sorted(step.roles)))
