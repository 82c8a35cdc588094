"""Reading the budget ledger: one statement, whose answer is its JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from accounting import books
from accounting.budget.rules import COLUMNS, Code, Codes

_KNOWN = """
SELECT id, fiscal_year, fund_source, plan, task, expenditure_type, project, name, available
  FROM budget_line WHERE id = ANY(%(ids)s)
"""
_CODES = """
SELECT scheme, code, name_th, name_en, level, parent, account
  FROM shared.budget_code
 WHERE scheme IN ('plan', 'expenditure', 'fund_source') AND from_fiscal_year <= %(fiscal_year)s
   AND (until_fiscal_year IS NULL OR until_fiscal_year >= %(fiscal_year)s)
"""
_SEARCH_CODES = """
SELECT DISTINCT ON (code) code, name_th FROM shared.budget_code
 WHERE scheme = %(scheme)s AND level = %(level)s AND from_fiscal_year <= %(fiscal_year)s + 1
   AND (until_fiscal_year IS NULL OR until_fiscal_year >= %(fiscal_year)s)
   AND (code LIKE %(code)s OR name_th ILIKE %(name)s)
 ORDER BY code, from_fiscal_year DESC LIMIT %(limit)s
"""
_ALL_CODES = """
SELECT json_build_object('items', coalesce(json_agg(json_build_object(
           'scheme', scheme, 'code', code, 'name_th', name_th, 'name_en', name_en,
           'parent', parent, 'level', level, 'account', account)
           ORDER BY scheme, code), '[]'))::text
  FROM shared.budget_code
 WHERE from_fiscal_year <= %(fiscal_year)s
   AND (until_fiscal_year IS NULL OR until_fiscal_year >= %(fiscal_year)s)
"""
_SHOWN = ", ".join(
    [
        "'id', l.id, 'fiscal_year', l.fiscal_year, 'fund_source', l.fund_source",
        "'plan', l.plan, 'task', l.task, 'expenditure_type', l.expenditure_type",
        "'project', nullif(l.project, ''), 'name', l.name",
        *(f"'{column}', l.{column}::text" for column in (*COLUMNS, "available")),
    ]
)
_KEY = "{0}.fiscal_year, {0}.fund_source, {0}.plan, {0}.task, {0}.expenditure_type, {0}.project"
_TOTALS = ", ".join(
    f"'{column}', coalesce(sum({column}), 0)::numeric(18, 2)::text"
    for column in (*COLUMNS, "available")
)
_LINES = f"""
WITH page AS MATERIALIZED (
    SELECT * FROM budget_line l
     WHERE (%(fiscal_year)s::smallint IS NULL OR l.fiscal_year = %(fiscal_year)s)
       AND (%(fund_source)s::varchar IS NULL OR l.fund_source = %(fund_source)s)
       AND (%(is_available)s::boolean IS NULL OR (l.available > 0) = %(is_available)s)
       AND (%(q)s::text IS NULL OR l.name ILIKE %(q)s OR l.project ILIKE %(q)s
            OR l.expenditure_type LIKE %(q)s OR l.task LIKE %(q)s)
       AND (%(after)s::uuid IS NULL OR ({_KEY.format("l")})
            > (SELECT {_KEY.format("last")} FROM budget_line last WHERE last.id = %(after)s))
     ORDER BY {_KEY.format("l")} LIMIT %(limit)s::bigint + 1
), shown AS MATERIALIZED (
    SELECT * FROM page l ORDER BY {_KEY.format("l")} LIMIT %(limit)s
)
SELECT json_build_object(
         'items', coalesce(json_agg(json_build_object({_SHOWN}) ORDER BY {_KEY.format("l")}), '[]'),
         'next', CASE WHEN (SELECT count(*) FROM page) > %(limit)s::bigint THEN
                      (SELECT id FROM shown s ORDER BY fiscal_year DESC, fund_source DESC,
                              plan DESC, task DESC, expenditure_type DESC, project DESC LIMIT 1)
                 END)::text
  FROM shown l
"""
_REMAINING = f"""
WITH code AS MATERIALIZED (
    SELECT scheme, code, name_th, parent FROM shared.budget_code
     WHERE from_fiscal_year <= %(fiscal_year)s
       AND (until_fiscal_year IS NULL OR until_fiscal_year >= %(fiscal_year)s)
), l AS MATERIALIZED (
    SELECT * FROM budget_line
     WHERE fiscal_year = %(fiscal_year)s
       AND (%(fund_source)s::varchar IS NULL OR fund_source = %(fund_source)s)
)
SELECT json_build_object(
         'rows', (SELECT coalesce(json_agg(json_build_object({_SHOWN},
                           'fund_source_th', fund.name_th, 'plan_th', plan.name_th,
                           'task_th', task.name_th, 'category_th', category.name_th,
                           'expenditure_type_th', kind.name_th) ORDER BY {_KEY.format("l")}), '[]')
                    FROM l
                    LEFT JOIN code fund ON (fund.scheme, fund.code) = ('fund_source', l.fund_source)
                    LEFT JOIN code plan ON (plan.scheme, plan.code) = ('plan', l.plan)
                    LEFT JOIN code task ON (task.scheme, task.code) = ('plan', l.task)
                    LEFT JOIN code kind
                           ON (kind.scheme, kind.code) = ('expenditure', l.expenditure_type)
                    LEFT JOIN code category
                           ON (category.scheme, category.code) = ('expenditure', kind.parent)),
         'totals', (SELECT json_build_object({_TOTALS}) FROM l),
         'complete_to', coalesce((SELECT recorded_at FROM budget_head),
                                 (SELECT recorded_at FROM journal_head)))::text
"""
_LINE = f"""
SELECT json_build_object({_SHOWN},
         'commitments', (
           SELECT coalesce(json_agg(json_build_object(
                    'document', c.document_id, 'kind', c.kind, 'description', d.description,
                    'number', d.number, 'amount', c.amount::text, 'drawn', c.drawn::text,
                    'released', c.released::text,
                    'open', (c.amount - c.drawn - c.released)::text)
                    ORDER BY c.document_id, c.kind), '[]')
             FROM commitment c JOIN document d ON d.id = c.document_id WHERE c.line_id = l.id),
         'movements', (
           SELECT coalesce(json_agg(json_build_object(
                    'movement_no', m.movement_no, 'kind', m.kind, 'amount', m.amount::text,
                    'day', m.day, 'document', m.document_id, 'document_kind', d.kind,
                    'description', d.description, 'number', d.number,
                    'recorded_at', m.recorded_at) ORDER BY m.movement_no), '[]')
             FROM budget_movement m JOIN document d ON d.id = m.document_id
            WHERE m.line_id = l.id),
         'explanations', (
           SELECT coalesce(json_agg(json_build_object(
                    'version', e.version, 'explanation', e.explanation, 'document', e.id,
                    'day', e.document_date) ORDER BY e.version), '[]')
             FROM (SELECT row_number() OVER (ORDER BY told.id) AS version, told.*
                     FROM (SELECT d.id, d.document_date, one.value ->> 'explanation' AS explanation
                             FROM document d
                             JOIN budget_movement m ON m.document_id = d.id AND m.line_id = l.id
                                  AND m.kind IN ('approve', 'supplement', 'transfer_in'),
                                  jsonb_array_elements(d.content -> 'explained') AS one
                            WHERE one.value ->> 'line' = l.id::text
                            UNION ALL
                           SELECT d.id, d.document_date, d.content -> 'request' ->> 'explanation'
                             FROM document d
                            WHERE d.kind = 'BEXP' AND d.state = 'approved'
                              AND d.content -> 'request' ->> 'budget_line' = l.id::text) AS told
                    ) AS e)
       )::text
  FROM budget_line l WHERE l.id = %(id)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLine:
    """What a line is for, and what is left of it at this moment; nothing is locked."""

    id: UUID
    fiscal_year: int
    fund_source: str
    plan: str
    task: str
    expenditure_type: str
    project: str
    name: str
    available: Decimal


def lines_known(ids: Sequence[UUID]) -> dict[UUID, KnownLine]:
    """Return the lines that the body has, by id."""
    names = tuple(KnownLine.__dataclass_fields__)
    rows = books.rows(_KNOWN, {"ids": list(ids)}) if ids else []
    return {row[0]: KnownLine(**dict(zip(names, row, strict=True))) for row in rows}


def classification(fiscal_year: int) -> Codes:
    """Return the plans, types of expenditure and sources of money of a fiscal year."""
    return {
        (scheme, code): Code(
            name_th=name_th,
            name_en=name_en or "",
            level=level,
            parent=parent or "",
            account=account or "",
        )
        for scheme, code, name_th, name_en, level, parent, account in books.rows(
            _CODES, {"fiscal_year": fiscal_year}
        )
    }


def codes(fiscal_year: int) -> str:
    """Return all codes of a fiscal year, those of revenue too, as JSON ``{"items"}``."""
    found = books.row(_ALL_CODES, {"fiscal_year": fiscal_year})
    assert found is not None  # an aggregate without GROUP BY has one row
    return str(found[0])


def search_codes(
    *, scheme: str, level: str, words: str, fiscal_year: int, limit: int
) -> list[tuple[str, str]]:
    """Return codes of a fiscal year or the next, each with its name, that have the words.

    The words are the first digits of a code, or a part of its name.
    """
    facts = {
        "fiscal_year": fiscal_year,
        "scheme": scheme,
        "level": level,
        "code": f"{_escaped(words)}%",
        "name": f"%{_escaped(words)}%",
        "limit": limit,
    }
    return [(code, name_th) for code, name_th in books.rows(_SEARCH_CODES, facts)]


def lines(
    *,
    fiscal_year: int | None = None,
    q: str = "",
    fund_source: str = "",
    is_available: bool | None = None,
    limit: int | None = None,
    after: UUID | None = None,
) -> str:
    """Return budget lines in the order of what they are for, as JSON ``{"items", "next"}``.

    Args:
        fiscal_year: of one year only.
        q: part of a name, a project or a code.
        fund_source: of one source of money only.
        is_available: only those that have something left, or only those that have nothing.
        limit: at most so many; none: all.
        after: those that come after this line.
    """
    found = books.row(
        _LINES,
        {
            "fiscal_year": fiscal_year,
            "q": f"%{_escaped(q)}%" if q else None,
            "fund_source": fund_source or None,
            "is_available": is_available,
            "limit": limit,
            "after": after,
        },
    )
    assert found is not None  # an aggregate without GROUP BY has one row
    return str(found[0])


def line(line_id: UUID) -> str | None:
    """Return a budget line with its commitments, movements and explanations, as JSON."""
    found = books.row(_LINE, {"id": line_id})
    return str(found[0]) if found else None


def remaining(*, fiscal_year: int, fund_source: str = "") -> str:
    """Return the remaining budget of a year, as JSON ``{"rows", "totals", "complete_to"}``.

    Args:
        fiscal_year: B.E.
        fund_source: of one source of money; else of all.
    """
    found = books.row(_REMAINING, {"fiscal_year": fiscal_year, "fund_source": fund_source or None})
    assert found is not None  # an aggregate without GROUP BY has one row
    return str(found[0])


def _escaped(q: str) -> str:
    return q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
