"""What a form offers while an officer types: a few rows, each with what it is and what is left."""

from typing import NamedTuple

from accounting import books

_DOCUMENTS = """
SELECT d.id::text, coalesce(d.number, ''), d.description, d.amount::text FROM document d
 WHERE d.kind = %(kind)s AND d.state = ANY(%(states)s)
   AND (d.number ILIKE %(part)s OR d.description ILIKE %(part)s
        OR d.content ->> 'treasury_no' ILIKE %(part)s)
   AND NOT (d.kind = 'INSPECT' AND EXISTS (SELECT 1 FROM payment_voucher v
                                            WHERE v.inspection_id = d.id AND v.is_live))
 ORDER BY d.id DESC LIMIT %(limit)s
"""
_LINES = """
SELECT id::text, task || ' ' || expenditure_type, name || ' ' || project, available::text
  FROM budget_line
 WHERE (name ILIKE %(part)s OR expenditure_type LIKE %(begin)s OR task LIKE %(begin)s
        OR task || ' ' || expenditure_type LIKE %(begin)s OR project ILIKE %(part)s)
   AND (available > 0 OR %(empty_too)s)
 ORDER BY fiscal_year DESC, task, expenditure_type, name LIMIT %(limit)s
"""
_PARTIES = """
SELECT id::text, coalesce(tax_id, ''), name, '' FROM party
 WHERE is_active AND kind = ANY(%(kinds)s) AND (name ILIKE %(part)s OR tax_id LIKE %(begin)s)
 ORDER BY name, branch_no LIMIT %(limit)s
"""
_BANKS = """
SELECT id, number, name_th, '' FROM bank_account
 WHERE is_active AND (name_th ILIKE %(part)s OR number LIKE %(begin)s OR id LIKE %(begin)s)
 ORDER BY id LIMIT %(limit)s
"""


class Choice(NamedTuple):
    """What is sent, how it is called, and what remains of it."""

    value: str
    code: str
    name: str
    beside: str


def documents(words: str, limit: int, *, kind: str, states: list[str]) -> list[Choice]:
    """Return documents of a kind by number or words, the latest first."""
    return _found(_DOCUMENTS, words, limit, kind=kind, states=states)


def budget_lines(words: str, limit: int) -> list[Choice]:
    """Return budget lines that have something left, by code or name."""
    return _found(_LINES, words, limit, empty_too=False)


def every_budget_line(words: str, limit: int) -> list[Choice]:
    """Return budget lines, those too whose money is bound by a contract."""
    return _found(_LINES, words, limit, empty_too=True)


def payees(words: str, limit: int) -> list[Choice]:
    """Return vendors and other payees by name or tax id."""
    return _found(_PARTIES, words, limit, kinds=["vendor", "payee"])


def vendors(words: str, limit: int) -> list[Choice]:
    """Return vendors by name or tax id."""
    return _found(_PARTIES, words, limit, kinds=["vendor"])


def bank_accounts(words: str, limit: int) -> list[Choice]:
    """Return bank accounts by name or number."""
    return _found(_BANKS, words, limit)


def _found(query: str, words: str, limit: int, **facts: object) -> list[Choice]:
    plain = words.replace("\\", "").replace("%", "").replace("_", "")
    asked = {"part": f"%{plain}%", "begin": f"{plain}%", "limit": limit, **facts}
    return [Choice(*row) for row in books.rows(query, asked)]
