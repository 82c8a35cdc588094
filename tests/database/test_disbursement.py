"""What the database itself refuses of vouchers, cheques and taxes, whatever the product asks."""

import uuid

import psycopg
import pytest

NEW = "INSERT INTO payment_voucher (id, treasury_no, inspection_id, is_live, gross, net)"


@pytest.fixture
def cell(body, as_owner):
    with as_owner(body) as owner:
        yield owner


def refused(owner, constraint: str, query: str, facts: list) -> None:
    with pytest.raises(psycopg.errors.IntegrityError) as caught:
        owner.execute(query, facts)
    assert caught.value.diag.constraint_name == constraint


def test_an_inspection_is_paid_by_one_living_voucher(cell):
    inspection, first = uuid.uuid4(), uuid.uuid4()
    query = f"{NEW} VALUES (%s, NULL, %s, true, 1, 1)"
    cell.execute(query, [first, inspection])
    refused(cell, "inspection_is_paid_once", query, [uuid.uuid4(), inspection])
    cell.execute("UPDATE payment_voucher SET is_live = false WHERE id = %s", [first])
    cell.execute(query, [uuid.uuid4(), inspection])


def test_a_treasury_number_is_given_once_and_never_changes(cell):
    query = f"{NEW} VALUES (%s, '00001/69', NULL, true, 1, 1)"
    cell.execute(query, [uuid.uuid4()])
    refused(cell, "treasury_number", query, [uuid.uuid4()])
    with pytest.raises(psycopg.errors.RestrictViolation):
        cell.execute("UPDATE payment_voucher SET treasury_no = '00002/69'")


def test_nobody_is_paid_more_than_the_gross(cell):
    query = f"{NEW} VALUES (%s, NULL, NULL, true, 1, 1.01)"
    refused(cell, "voucher_pays_at_most_its_gross", query, [uuid.uuid4()])


def test_a_cheque_is_used_once(cell):
    query = "INSERT INTO cheque (id, bank_account, cheque_no) VALUES (%s, '006-1', '10012345')"
    cell.execute(query, [uuid.uuid4()])
    refused(cell, "cheque_is_used_once", query, [uuid.uuid4()])
    with pytest.raises(psycopg.errors.RestrictViolation):
        cell.execute("UPDATE cheque SET cheque_no = '1'")


def test_what_was_withheld_never_changes_but_is_returned(cell):
    cell.execute(
        "INSERT INTO withheld_tax"
        " (id, voucher_id, paid_on, form, account, certificate_no, income_th, base, tax)"
        " VALUES (%s, %s, '2026-05-08', 'PND53', '2102040106.001', '00001/69', 'x', 3, 1)",
        [uuid.uuid4(), uuid.uuid4()],
    )
    cell.execute("UPDATE withheld_tax SET return_id = %s", [uuid.uuid4()])
    for change in ("UPDATE withheld_tax SET tax = 0", "DELETE FROM withheld_tax"):
        with pytest.raises(psycopg.errors.RestrictViolation):
            cell.execute(change)
