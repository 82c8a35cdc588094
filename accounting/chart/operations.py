"""Opening the body's own accounts."""

from dataclasses import dataclass

from accounting import books
from accounting.audit import operations as audit
from accounting.chart import rules
from accounting.errors import AccountingError
from accounting.officers import Officer

# The parent's own accounts are locked, so that two officers do not take the same number.
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || %(parent)s, 1))"
_FACTS = """
SELECT count(parent.code) > 0, coalesce(bool_or(parent.postable), false),
       coalesce(bool_or(parent.retired_from_fiscal_year IS NOT NULL), false),
       (SELECT count(*) FROM account WHERE parent = %(parent)s),
       EXISTS (SELECT 1 FROM account WHERE parent = %(parent)s AND name_th = %(name_th)s),
       (SELECT coalesce(max(right(code, 2)::int), 0) + 1 FROM account WHERE parent = %(parent)s)
  FROM shared.account AS parent WHERE parent.code = %(parent)s
"""
_OPEN = """
INSERT INTO account (code, parent, name_th) VALUES (%(code)s, %(parent)s, %(name_th)s)
RETURNING code
"""


class UnableToOpenAccount(AccountingError):
    """At least one rule refuses; ``refusals`` lists them all."""

    code = "unable_to_open_account"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAccount:
    """An account of the body's own."""

    code: str
    parent: str
    name_th: str


def open_sub_account(*, parent: str, name_th: str, officer: Officer) -> OwnAccount:
    """Open an account below a national one; its code is the next free two digits there.

    Raises:
        UnableToOpenAccount: at least one rule refuses.
    """
    facts = {"parent": parent, "name_th": name_th}
    books.row(_LOCK, facts)
    found = books.row(_FACTS, facts)
    assert found is not None  # an aggregate has one row
    known, postable, retired, below, taken, next_no = found
    refusals = rules.sub_account_refusals(
        rules.SubAccountFacts(
            parent_is_known=known,
            parent_is_postable=postable,
            parent_is_retired=retired,
            own_accounts_below=below,
            name_is_taken=taken,
        )
    )
    if reasons := list(refusals):
        raise UnableToOpenAccount(reasons)
    code = f"{parent}.{next_no:02d}"
    books.row(_OPEN, {**facts, "code": code})
    audit.record(action="account_opened", subject=code, officer=officer)
    return OwnAccount(code=code, parent=parent, name_th=name_th)
