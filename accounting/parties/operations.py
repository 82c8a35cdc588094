"""Everything that changes a register of parties."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from accounting import books
from accounting.audit import operations as audit
from accounting.errors import AccountingError, NotFound, Refusal, Stale
from accounting.officers import Officer
from accounting.parties import rules
from accounting.parties.rules import PartyDetails
from accounting.reading import with_unreadable

# Whoever takes the tax id first has it; the table's own constraint says so too.
_LOCK = """
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || 'party' || %(tax_id)s, 1))
"""
_TAKEN = """
SELECT EXISTS (SELECT 1 FROM party
                WHERE kind = %(kind)s AND tax_id = %(tax_id)s AND branch_no = %(branch_no)s
                  AND id IS DISTINCT FROM %(id)s::uuid)
"""
_REGISTER = """
INSERT INTO party (id, kind, sector, legal_form, name, tax_id, branch_no, address, bank_code,
                   bank_account_no, bank_account_name)
VALUES (uuidv7(), %(kind)s, %(sector)s, %(legal_form)s, %(name)s, %(tax_id)s, %(branch_no)s,
        %(address)s, %(bank_code)s, %(bank_account_no)s, %(bank_account_name)s)
RETURNING id
"""
_LOCK_ONE = """
SELECT is_active, version FROM party WHERE id = %(id)s AND kind = %(kind)s FOR UPDATE
"""
# Whoever retires it meanwhile waits until the document that names it is there.
_NAMED = """
SELECT is_active FROM party WHERE id = %(id)s FOR SHARE
"""
_CHANGE = """
UPDATE party
   SET sector = %(sector)s, legal_form = %(legal_form)s, name = %(name)s, tax_id = %(tax_id)s,
       branch_no = %(branch_no)s, address = %(address)s, bank_code = %(bank_code)s,
       bank_account_no = %(bank_account_no)s, bank_account_name = %(bank_account_name)s,
       version = version + 1
 WHERE id = %(id)s RETURNING id
"""
_SET_ACTIVE = """
UPDATE party SET is_active = %(is_active)s, version = version + 1 WHERE id = %(id)s RETURNING id
"""


class UnableToKeepParty(AccountingError):
    """At least one rule refuses; ``refusals`` lists them all."""

    code = "unable_to_keep_party"


def register_party(
    *, kind: str, details: PartyDetails, officer: Officer, unreadable: Sequence[Refusal] = ()
) -> UUID:
    """Enter a party into the register of its kind; return its id.

    Args:
        kind: which register.
        details: what could be read of it.
        officer: who does.
        unreadable: why the rest could not; refused together with what the rules refuse.

    Raises:
        UnableToKeepParty: at least one rule refuses.
    """
    facts = rules.PartyFacts(kind=kind, tax_id_is_taken=_is_taken(kind, details))
    if reasons := with_unreadable(unreadable, rules.party_refusals(details, facts)):
        raise UnableToKeepParty(reasons)
    found = books.row(_REGISTER, {"kind": kind, **_columns(details)})
    assert found is not None  # the insert has one row
    party_id: UUID = found[0]
    audit.record(action="party_registered", subject=f"{kind} {party_id}", officer=officer)
    return party_id


def change_party(
    *,
    kind: str,
    party_id: UUID,
    version: int,
    details: PartyDetails,
    officer: Officer,
    unreadable: Sequence[Refusal] = (),
) -> None:
    """Write a party's details anew; ``unreadable`` is refused with what the rules refuse.

    Raises:
        NotFound: the register has no such party.
        Stale: its version is another.
        UnableToKeepParty: at least one rule refuses.
    """
    is_taken = _is_taken(kind, details, party_id)
    is_active = _lock_one(kind, party_id, version)
    facts = rules.PartyFacts(kind=kind, tax_id_is_taken=is_taken, is_retired=not is_active)
    if reasons := with_unreadable(unreadable, rules.party_refusals(details, facts)):
        raise UnableToKeepParty(reasons)
    books.row(_CHANGE, {"id": party_id, **_columns(details)})
    audit.record(action="party_changed", subject=f"{kind} {party_id}", officer=officer)


def retire_party(*, kind: str, party_id: UUID, officer: Officer) -> None:
    """Retire a party: nothing new is made with it; what there is stays.

    Raises:
        NotFound: the register has no such party.
        UnableToKeepParty: it is retired already.
    """
    _set_active(kind, party_id, restoring=False)
    audit.record(action="party_retired", subject=f"{kind} {party_id}", officer=officer)


def restore_party(*, kind: str, party_id: UUID, officer: Officer) -> None:
    """Take a retired party into use again.

    Raises:
        NotFound: the register has no such party.
        UnableToKeepParty: it is active.
    """
    _set_active(kind, party_id, restoring=True)
    audit.record(action="party_restored", subject=f"{kind} {party_id}", officer=officer)


def naming_refusals(*, party_id: UUID | None, pointer: str) -> list[Refusal]:
    """Return why a document may not name a party of any register; held until it is there.

    Args:
        party_id: None when the document names none.
        pointer: to where the request names it.
    """
    if party_id is None:
        return []
    found = books.row(_NAMED, {"id": party_id})
    return list(rules.naming_refusals(is_active=found[0] if found else None, pointer=pointer))


def _is_taken(kind: str, details: PartyDetails, party_id: UUID | None = None) -> bool:
    if details.tax_id is None:
        return False
    facts = {"kind": kind, "id": party_id, **_columns(details)}
    books.row(_LOCK, facts)
    found = books.row(_TAKEN, facts)
    return bool(found and found[0])


def _lock_one(kind: str, party_id: UUID, version: int | None = None) -> bool:
    found = books.row(_LOCK_ONE, {"id": party_id, "kind": kind})
    if found is None:
        raise NotFound([])
    is_active, current = found
    if version is not None and version != current:
        raise Stale([])
    return bool(is_active)


def _set_active(kind: str, party_id: UUID, *, restoring: bool) -> None:
    is_active = _lock_one(kind, party_id)
    reasons = list(rules.retiring_refusals(is_active=is_active, restoring=restoring))
    if reasons:
        raise UnableToKeepParty(reasons)
    books.row(_SET_ACTIVE, {"id": party_id, "is_active": restoring})


def _columns(details: PartyDetails) -> dict[str, str | None]:
    return {**asdict(details), "branch_no": details.branch_no or rules.HEAD_OFFICE}
