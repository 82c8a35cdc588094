"""Everything that changes a division."""

from collections.abc import Sequence

from accounting import books
from accounting.audit import operations as audit
from accounting.divisions import rules
from accounting.errors import AccountingError, NotFound, Refusal, Stale
from accounting.officers import Officer
from accounting.reading import with_unreadable

# One at a time: a code or a name is taken or it is not.
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || 'division', 1))"
_TAKEN = """
SELECT EXISTS (SELECT 1 FROM division WHERE code = %(code)s),
       EXISTS (SELECT 1 FROM division
                WHERE name_th = %(name_th)s AND is_active AND code <> %(code)s)
"""
_OPEN = "INSERT INTO division (code, name_th) VALUES (%(code)s, %(name_th)s) RETURNING code"
_LOCK_ONE = "SELECT is_active, version FROM division WHERE code = %(code)s FOR UPDATE"
_RENAME = """
UPDATE division SET name_th = %(name_th)s, version = version + 1
 WHERE code = %(code)s RETURNING code
"""
_SET_ACTIVE = """
UPDATE division SET is_active = %(is_active)s, version = version + 1
 WHERE code = %(code)s RETURNING code
"""


class UnableToChangeDivision(AccountingError):
    """At least one rule refuses; ``refusals`` lists them all."""

    code = "unable_to_change_division"


def open_division(
    *, code: str, name_th: str, officer: Officer, unreadable: Sequence[Refusal] = ()
) -> None:
    """Open a division.

    Args:
        code: two digits.
        name_th: its name.
        officer: who does.
        unreadable: why what was sent could not be read; refused with what the rules refuse.

    Raises:
        UnableToChangeDivision: at least one rule refuses.
    """
    code_is_taken, name_is_taken = _taken(code, name_th)
    facts = rules.DivisionFacts(code=code, code_is_taken=code_is_taken, name_is_taken=name_is_taken)
    if reasons := with_unreadable(unreadable, rules.division_refusals(facts)):
        raise UnableToChangeDivision(reasons)
    books.row(_OPEN, {"code": code, "name_th": name_th})
    audit.record(action="division_opened", subject=code, officer=officer)


def rename_division(
    *,
    code: str,
    version: int,
    name_th: str,
    officer: Officer,
    unreadable: Sequence[Refusal] = (),
) -> None:
    """Give a division another name; its code stays, for it stands in document numbers.

    ``unreadable`` is refused with what the rules refuse.

    Raises:
        NotFound: the body has no such division.
        Stale: its version is another.
        UnableToChangeDivision: at least one rule refuses.
    """
    _, name_is_taken = _taken(code, name_th)
    is_active = _lock_one(code, version)
    facts = rules.DivisionFacts(
        code=code, code_is_taken=False, name_is_taken=name_is_taken, is_retired=not is_active
    )
    if reasons := with_unreadable(unreadable, rules.division_refusals(facts)):
        raise UnableToChangeDivision(reasons)
    books.row(_RENAME, {"code": code, "name_th": name_th})
    audit.record(action="division_renamed", subject=code, officer=officer)


def retire_division(*, code: str, officer: Officer) -> None:
    """Retire a division: nothing new is made in its name.

    Raises:
        NotFound: the body has no such division.
        UnableToChangeDivision: it is retired already.
    """
    _set_active(code, restoring=False)
    audit.record(action="division_retired", subject=code, officer=officer)


def restore_division(*, code: str, officer: Officer) -> None:
    """Take a retired division into use again.

    Raises:
        NotFound: the body has no such division.
        UnableToChangeDivision: it is active.
    """
    _set_active(code, restoring=True)
    audit.record(action="division_restored", subject=code, officer=officer)


def _taken(code: str, name_th: str) -> tuple[bool, bool]:
    books.row(_LOCK, {})
    found = books.row(_TAKEN, {"code": code, "name_th": name_th})
    assert found is not None  # a select without FROM has one row
    code_is_taken, name_is_taken = found
    return code_is_taken, name_is_taken


def _lock_one(code: str, version: int | None = None) -> bool:
    found = books.row(_LOCK_ONE, {"code": code})
    if found is None:
        raise NotFound([])
    is_active, current = found
    if version is not None and version != current:
        raise Stale([])
    return bool(is_active)


def _set_active(code: str, *, restoring: bool) -> None:
    is_active = _lock_one(code)
    reasons = list(rules.retiring_refusals(is_active=is_active, restoring=restoring))
    if reasons:
        raise UnableToChangeDivision(reasons)
    books.row(_SET_ACTIVE, {"code": code, "is_active": restoring})
