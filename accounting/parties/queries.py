"""Reading registers of parties: one statement, whose answer is its JSON."""

from collections.abc import Sequence
from uuid import UUID

from accounting import books

_SHOWN = """
    'id', p.id, 'sector', p.sector, 'legal_form', p.legal_form, 'name', p.name, 'tax_id', p.tax_id,
    'branch_no', p.branch_no, 'address', p.address, 'bank_code', p.bank_code,
    'bank_account_no', p.bank_account_no, 'bank_account_name', p.bank_account_name,
    'is_active', p.is_active, 'version', p.version, 'created_at', p.created_at
"""
_ONE = f"""
SELECT json_build_object({_SHOWN})::text FROM party p WHERE p.id = %(id)s AND p.kind = %(kind)s
"""
# uuidv7 keys are in order of registration.
_LIST = f"""
WITH page AS MATERIALIZED (
    SELECT * FROM party
     WHERE kind = %(kind)s AND (%(before)s::uuid IS NULL OR id < %(before)s)
       AND (%(is_active)s::boolean IS NULL OR is_active = %(is_active)s)
       AND (%(q)s = '' OR starts_with(tax_id, %(q)s) OR position(lower(%(q)s) IN lower(name)) > 0)
     ORDER BY id DESC LIMIT %(limit)s + 1
), p AS MATERIALIZED (
    SELECT * FROM page ORDER BY id DESC LIMIT %(limit)s
)
SELECT json_build_object(
         'items', coalesce(json_agg(json_build_object({_SHOWN}) ORDER BY p.id DESC), '[]'),
         'next', CASE WHEN (SELECT count(*) FROM page) > %(limit)s THEN
                      (SELECT id FROM p ORDER BY id LIMIT 1) END)::text
  FROM p
"""
# Where documents name a party: some at once, some in what was sent of them. In the words of the
# index document_naming_party, whose order is that of creation too.
_NAMING = """
WITH latest AS MATERIALIZED (
    SELECT d.id, d.kind, d.number, d.state, d.document_date, d.description, d.amount
      FROM document d
     WHERE d.kind = ANY(%(kinds)s::varchar[]) AND d.fiscal_year >= %(from_year)s
       AND coalesce(d.content ->> 'vendor', d.content ->> 'payee', d.content ->> 'payer_id',
                    d.content #>> '{said,payee}', d.content #>> '{said,payer_id}',
                    d.content #>> '{said,debtor_id}') = %(id)s::text
     ORDER BY d.id DESC LIMIT %(limit)s
)
SELECT coalesce(json_agg(json_build_object(
           'id', l.id, 'kind', l.kind, 'number', l.number, 'state', l.state,
           'document_date', l.document_date, 'description', l.description,
           'amount', l.amount::text) ORDER BY l.id DESC), '[]')::text
  FROM latest l
"""


def party(*, kind: str, party_id: UUID) -> str | None:
    """Return a party as JSON; None when the register of the kind has no such."""
    found = books.row(_ONE, {"id": party_id, "kind": kind})
    return str(found[0]) if found else None


def kind_of(*, party_id: UUID) -> str | None:
    """Return the register in which a party stands; None when it stands in none."""
    found = books.row("SELECT kind FROM party WHERE id = %(id)s", {"id": party_id})
    return str(found[0]) if found else None


def documents_naming(*, party_id: UUID, kinds: Sequence[str], from_year: int, limit: int) -> str:
    """Return the latest documents of some kinds that name a party, as a JSON list.

    Args:
        party_id: whom.
        kinds: of documents.
        from_year: the first fiscal year (B.E.) looked into.
        limit: rows.
    """
    facts = {"id": party_id, "kinds": list(kinds), "from_year": from_year, "limit": limit}
    found = books.row(_NAMING, facts)
    assert found is not None  # an aggregate without GROUP BY has one row
    return str(found[0])


def parties(
    *,
    kind: str,
    limit: int,
    before: UUID | None = None,
    q: str = "",
    is_active: bool | None = None,
) -> str:
    """Return parties of a kind, the latest registered first, as JSON ``{"items", "next"}``.

    Args:
        kind: which register.
        limit: rows on the page.
        before: the id that ``next`` gave for the page before.
        q: the first digits of a tax id, or a part of a name.
        is_active: False for the retired ones, None for both.
    """
    found = books.row(
        _LIST, {"kind": kind, "limit": limit, "before": before, "q": q, "is_active": is_active}
    )
    assert found is not None  # an aggregate without GROUP BY has one row
    return str(found[0])
