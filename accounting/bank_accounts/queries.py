"""Reading the register of bank accounts: one statement, whose answer is its JSON."""

from accounting import books
from accounting.bank_accounts.rules import banks
from accounting.journal.queries import account_name

_SHOWN = f"""
    'id', b.id, 'bank_code', b.bank_code, 'number', b.number, 'branch', b.branch, 'kind', b.kind,
    'name_th', b.name_th, 'account', b.account, 'account_name_th', {account_name("b.account")},
    'company_id', to_jsonb(b) ->> 'company_id', 'is_active', b.is_active, 'version', b.version,
    'created_at', b.created_at
"""
_ONE = f"SELECT json_build_object({_SHOWN})::text FROM bank_account b WHERE b.id = %(id)s"
_LIST = f"""
WITH page AS MATERIALIZED (
    SELECT * FROM bank_account
     WHERE id > %(after)s AND (%(is_active)s::boolean IS NULL OR is_active = %(is_active)s)
       AND (%(q)s = '' OR position(%(q)s IN number) > 0 OR position(%(q)s IN name_th) > 0)
     ORDER BY id LIMIT %(limit)s + 1
), b AS MATERIALIZED (
    SELECT * FROM page ORDER BY id LIMIT %(limit)s
)
SELECT json_build_object(
         'items', coalesce(json_agg(json_build_object({_SHOWN}) ORDER BY b.id), '[]'),
         'next', CASE WHEN (SELECT count(*) FROM page) > %(limit)s THEN max(b.id) END)::text
  FROM b
"""


def bank_account(*, bank_account_id: str) -> str | None:
    """Return a bank account as JSON; None when the body has none of the id."""
    found = books.row(_ONE, {"id": bank_account_id})
    return str(found[0]) if found else None


def bank_accounts(
    *, limit: int, after: str = "", q: str = "", is_active: bool | None = None
) -> str:
    """Return bank accounts by id, as JSON ``{"items", "next"}``.

    Args:
        limit: rows on the page.
        after: the id that ``next`` gave for the page before.
        q: a part of a number or of a name.
        is_active: False for the retired ones, None for both.
    """
    found = books.row(_LIST, {"limit": limit, "after": after, "q": q, "is_active": is_active})
    assert found is not None  # an aggregate without GROUP BY has one row
    return str(found[0])


def bank_name(code: str) -> tuple[str, str]:
    """Return a bank's name, Thai and English; the code when it is none of today's."""
    return banks().get(code, (code, code))
