"""Which ledger account a bank account is kept in."""

from accounting import books

_ACCOUNT = "SELECT account FROM bank_account WHERE id = %(id)s AND is_active"


def ledger_account(bank_account: str) -> str | None:
    """Return the ledger account of a bank account in use; None when there is no such."""
    found = books.row(_ACCOUNT, {"id": bank_account})
    return str(found[0]) if found else None
