"""Everything that changes the register of bank accounts."""

from accounting import books
from accounting.audit import operations as audit
from accounting.bank_accounts import rules
from accounting.bank_accounts.known import company_id_of
from accounting.errors import AccountingError, NotFound, Refusal, Stale
from accounting.officers import Officer

_KNOWN = """
SELECT EXISTS (SELECT FROM shared.account WHERE code = %(account)s AND postable
                  AND retired_from_fiscal_year IS NULL
                UNION ALL
               SELECT FROM account WHERE code = %(account)s AND retired_from_fiscal_year IS NULL),
       EXISTS (SELECT FROM bank_account WHERE id = %(id)s)
"""
_REGISTER = """
INSERT INTO bank_account (id, bank_code, number, branch, kind, name_th, account)
VALUES (%(id)s, %(bank_code)s, %(number)s, %(branch)s, %(kind)s, %(name_th)s, %(account)s)
    ON CONFLICT (id) DO NOTHING RETURNING id
"""
_KEEP_COMPANY_ID = """
UPDATE bank_account SET company_id = %(company_id)s, version = version + 1
 WHERE id = %(id)s RETURNING id
"""
_LOCK = """
SELECT bank_code, number, kind, is_active, version FROM bank_account WHERE id = %(id)s FOR UPDATE
"""
_CHANGE = """
UPDATE bank_account
   SET branch = %(branch)s, name_th = %(name_th)s, account = %(account)s, version = version + 1
 WHERE id = %(id)s RETURNING id
"""
_SET_ACTIVE = """
UPDATE bank_account SET is_active = %(is_active)s, version = version + 1
 WHERE id = %(id)s RETURNING id
"""


class UnableToKeepBankAccount(AccountingError):
    """At least one rule refuses; ``refusals`` lists them all."""

    code = "unable_to_keep_bank_account"


def register(
    *,
    bank_code: str,
    number: str,
    branch: str,
    kind: str,
    name_th: str,
    account: str,
    officer: Officer,
) -> str:
    """Put a bank account on the register; return its id, ``006-1234567890``.

    Raises:
        UnableToKeepBankAccount: at least one rule refuses.
    """
    said = {
        "id": f"{bank_code}-{number}"[:24],
        "bank_code": bank_code,
        "number": number,
        "branch": branch,
        "kind": kind,
        "name_th": name_th,
        "account": account,
    }
    is_postable, is_taken = _known(account, said["id"])
    facts = rules.BankAccountFacts(
        bank_code=bank_code,
        number=number,
        kind=kind,
        account=account,
        account_is_postable=is_postable,
        is_taken=is_taken,
    )
    _assert_may(list(rules.bank_account_refusals(facts)))
    if books.row(_REGISTER, said) is None:  # somebody else was quicker
        taken = rules.BankAccountFacts(
            bank_code=bank_code,
            number=number,
            kind=kind,
            account=account,
            account_is_postable=True,
            is_taken=True,
        )
        _assert_may(list(rules.bank_account_refusals(taken)))
    audit.record(action="bank_account_registered", subject=said["id"], officer=officer)
    return said["id"]


def change(
    *,
    bank_account: str,
    version: int,
    branch: str,
    name_th: str,
    account: str,
    officer: Officer,
    company_id: str | None = None,
) -> None:
    """Give a bank account another name, branch or ledger account; its number is what it is.

    Without a ``company_id`` the one that is kept stays.

    Raises:
        NotFound: the body has no such bank account.
        Stale: its version is another.
        UnableToKeepBankAccount: at least one rule refuses.
    """
    bank_code, number, kind, is_active = _lock(bank_account, version)
    is_postable, _ = _known(account, bank_account)
    facts = rules.BankAccountFacts(
        bank_code=bank_code,
        number=number,
        kind=kind,
        account=account,
        account_is_postable=is_postable,
        is_retired=not is_active,
    )
    ids = rules.company_id_refusals(company_id)
    _assert_may([*rules.bank_account_refusals(facts), *ids])
    if company_id is not None:
        books.row(_KEEP_COMPANY_ID, {"id": bank_account, "company_id": company_id})
    said = {"id": bank_account, "branch": branch, "name_th": name_th, "account": account}
    books.row(_CHANGE, said)
    audit.record(action="bank_account_changed", subject=bank_account, officer=officer)


def keep_company_id(*, bank_account: str, company_id: str, officer: Officer) -> None:
    """Keep the id that the bank gave the office for its files of transfers.

    Raises:
        NotFound: the body has no such bank account.
        UnableToKeepBankAccount: no bank gives such an id.
    """
    _lock(bank_account)
    _assert_may(list(rules.company_id_refusals(company_id)))
    if company_id == company_id_of(bank_account):
        return
    books.row(_KEEP_COMPANY_ID, {"id": bank_account, "company_id": company_id})
    audit.record(action="bank_account_changed", subject=bank_account, officer=officer)


def retire(*, bank_account: str, officer: Officer) -> None:
    """Retire a bank account: nothing new is paid from it or into it.

    Raises:
        NotFound: the body has no such bank account.
        UnableToKeepBankAccount: it is retired already.
    """
    _set_active(bank_account, restoring=False)
    audit.record(action="bank_account_retired", subject=bank_account, officer=officer)


def restore(*, bank_account: str, officer: Officer) -> None:
    """Take a retired bank account into use again.

    Raises:
        NotFound: the body has no such bank account.
        UnableToKeepBankAccount: it is active.
    """
    _set_active(bank_account, restoring=True)
    audit.record(action="bank_account_restored", subject=bank_account, officer=officer)


def _known(account: str, id_: str) -> tuple[bool, bool]:
    found = books.row(_KNOWN, {"account": account, "id": id_})
    assert found is not None  # a select without FROM has one row
    return bool(found[0]), bool(found[1])


def _lock(bank_account: str, version: int | None = None) -> tuple[str, str, str, bool]:
    found = books.row(_LOCK, {"id": bank_account})
    if found is None:
        raise NotFound([])
    *facts, current = found
    if version is not None and version != current:
        raise Stale([])
    bank_code, number, kind, is_active = facts
    return bank_code, number, kind, is_active


def _set_active(bank_account: str, *, restoring: bool) -> None:
    *_, is_active = _lock(bank_account)
    _assert_may(list(rules.retiring_refusals(is_active=is_active, restoring=restoring)))
    books.row(_SET_ACTIVE, {"id": bank_account, "is_active": restoring})


def _assert_may(reasons: list[Refusal]) -> None:
    if reasons:
        raise UnableToKeepBankAccount(reasons)
