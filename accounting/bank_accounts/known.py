"""A bank account that a document names, as the register has it."""

from dataclasses import dataclass

from accounting import books
from accounting.cash import SAVINGS

_ONE = """
SELECT id, bank_code, number, branch, name_th, account FROM bank_account
 WHERE id = %(id)s AND (is_active OR %(retired_too)s)
"""
# Read so that it is empty where a body's tables are those of the release before.
_COMPANY_ID = """
SELECT coalesce(to_jsonb(b) ->> 'company_id', '') FROM bank_account b WHERE b.id = %(id)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAccount:
    """An account and the ledger account that it is kept in."""

    id: str
    bank_code: str
    number: str
    branch: str
    name_th: str
    account: str

    @property
    def told(self) -> dict[str, str]:
        """What papers say of it."""
        return {
            "bank_code": self.bank_code,
            "number": self.number,
            "branch": self.branch,
            "name_th": self.name_th,
        }


def known_bank_account(id_: str, *, retired_too: bool = False) -> BankAccount | None:
    """Return a bank account in use, or a retired one too; None when there is none such."""
    found = books.row(_ONE, {"id": id_, "retired_too": retired_too})
    names = tuple(BankAccount.__dataclass_fields__)
    return BankAccount(**dict(zip(names, found, strict=True))) if found else None


def company_id_of(id_: str) -> str:
    """Return the id that the bank gave the office for its files; empty when none is kept."""
    found = books.row(_COMPANY_ID, {"id": id_})
    return str(found[0]) if found else ""


def kept_in(bank_account: str | None) -> str | None:
    """Return the ledger account that money in a bank is kept in.

    It is that of savings when no bank account is named; None when the one named is not in use.
    """
    if not bank_account:
        return SAVINGS
    known = known_bank_account(bank_account)
    return known.account if known else None
