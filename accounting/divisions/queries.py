"""Reading divisions: one statement, whose answer is its JSON."""

from accounting import books

_SHOWN = """
    'code', d.code, 'name_th', d.name_th, 'is_active', d.is_active, 'version', d.version,
    'created_at', d.created_at
"""
_ONE = f"SELECT json_build_object({_SHOWN})::text FROM division d WHERE d.code = %(code)s"
_LIST = f"""
WITH page AS MATERIALIZED (
    SELECT * FROM division
     WHERE code > %(after)s AND (%(is_active)s::boolean IS NULL OR is_active = %(is_active)s)
       AND (%(q)s = '' OR code = %(q)s OR position(%(q)s IN name_th) > 0)
     ORDER BY code LIMIT %(limit)s + 1
), d AS MATERIALIZED (
    SELECT * FROM page ORDER BY code LIMIT %(limit)s
)
SELECT json_build_object(
         'items', coalesce(json_agg(json_build_object({_SHOWN}) ORDER BY d.code), '[]'),
         'next', CASE WHEN (SELECT count(*) FROM page) > %(limit)s THEN max(d.code) END)::text
  FROM d
"""


def division(*, code: str) -> str | None:
    """Return a division as JSON; None when the body has none of the code."""
    found = books.row(_ONE, {"code": code})
    return str(found[0]) if found else None


def divisions(*, limit: int, after: str = "", q: str = "", is_active: bool | None = None) -> str:
    """Return divisions by code, as JSON ``{"items", "next"}``.

    Args:
        limit: rows on the page.
        after: the code that ``next`` gave for the page before.
        q: a code, or a part of a name.
        is_active: False for the retired ones, None for both.
    """
    found = books.row(_LIST, {"limit": limit, "after": after, "q": q, "is_active": is_active})
    assert found is not None  # an aggregate without GROUP BY has one row
    return str(found[0])
