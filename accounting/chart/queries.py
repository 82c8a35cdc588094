"""Reading the chart. One statement each; the answer is its JSON."""

import re
from collections.abc import Collection

from accounting import books

_DIGITS = re.compile(r"[0-9.]+")

# A page has `limit` rows and one more is looked for, so that `next` is known without a count.
_ACCOUNTS = """
WITH chart AS (
    SELECT code, name_th, name_en, type, normal_side, postable, level, parent,
           from_fiscal_year, retired_from_fiscal_year, false AS is_own
      FROM shared.account
     UNION ALL
    SELECT own.code, own.name_th, '', above.type, above.normal_side, true,
           (above.level + 1)::smallint, own.parent, above.from_fiscal_year,
           own.retired_from_fiscal_year, true
      FROM account own JOIN shared.account above ON above.code = own.parent
), page AS (
    SELECT code, name_th, name_en, type, normal_side, postable, level, parent, is_own
      FROM chart
     WHERE code > %(after)s
       AND (%(postable)s::boolean IS NULL OR postable = %(postable)s)
       AND (%(fiscal_year)s::int IS NULL OR retired_from_fiscal_year IS NULL
            OR retired_from_fiscal_year > %(fiscal_year)s)
       AND (%(fiscal_year)s::int IS NULL OR from_fiscal_year IS NULL
            OR from_fiscal_year <= %(fiscal_year)s)
       AND (%(code)s::text IS NULL OR replace(code, '.', '') LIKE %(code)s || '%%')
       AND (%(name)s::text IS NULL OR position(%(name)s IN name_th) > 0
            OR position(lower(%(name)s) IN lower(name_en)) > 0)
     ORDER BY code LIMIT %(limit)s + 1
), shown AS (
    SELECT * FROM page ORDER BY code LIMIT %(limit)s
)
SELECT json_build_object(
         'items', coalesce((SELECT json_agg(shown ORDER BY shown.code) FROM shown), '[]'),
         'next', (SELECT max(code) FROM shown WHERE (SELECT count(*) FROM page) > %(limit)s))::text
"""


def accounts(
    *,
    fiscal_year: int | None = None,
    postable: bool | None = None,
    q: str = "",
    limit: int = 50,
    after: str = "",
) -> str:
    """Return accounts by code, as JSON ``{"items", "next"}``.

    Args:
        fiscal_year: B.E.; leaves out accounts retired in it, and those of later years.
        postable: True for those that lines may name, False for headers, None for both.
        q: the first digits of a code, with or without its dot, or a part of a name.
        limit: rows on the page.
        after: the code that ``next`` gave for the page before.
    """
    words = q.strip()
    by_code = bool(_DIGITS.fullmatch(words))
    found = books.row(
        _ACCOUNTS,
        {
            "after": after,
            "postable": postable,
            "fiscal_year": fiscal_year,
            "code": words.replace(".", "") if by_code else None,
            "name": words if words and not by_code else None,
            "limit": limit,
        },
    )
    assert found is not None  # a select without FROM has one row
    return str(found[0])


_NAMES = """
SELECT code, name_th FROM shared.account WHERE code = ANY(%(codes)s)
 UNION ALL
SELECT code, name_th FROM account WHERE code = ANY(%(codes)s)
"""
_OWN = """
SELECT coalesce(json_agg(json_build_object(
           'code', own.code, 'name_th', own.name_th, 'parent', own.parent,
           'parent_name_th', above.name_th, 'opened_at', own.opened_at,
           'retired_from_fiscal_year', own.retired_from_fiscal_year) ORDER BY own.code), '[]')::text
  FROM account own JOIN shared.account above ON above.code = own.parent
"""


def account_names(codes: Collection[str]) -> dict[str, str]:
    """Return the Thai names of accounts by code; unknown codes are absent."""
    return dict(books.rows(_NAMES, {"codes": sorted(codes)}))


def own_accounts() -> str:
    """Return the accounts that the body opened itself, by code, as JSON."""
    found = books.row(_OWN, {})
    assert found is not None  # an aggregate has one row
    return str(found[0])
