"""Whoever can do everything to the database changes documents' own tables: it is found, and where.

The tamperer is a superuser with the triggers switched off; every tampering is rolled back.
"""

from types import SimpleNamespace

import psycopg
import pytest

LAST = "(SELECT id FROM document WHERE kind = '{}' AND number IS NOT NULL ORDER BY id DESC LIMIT 1)"
PAID = "(SELECT id FROM document WHERE kind = 'DIKA' AND state = 'paid' ORDER BY id LIMIT 1)"
GAPS, SERIES = "documents numbered without gap", "series of documents"
SUMS, POSTED = "open items are the sums of movements", "open items are what was posted"
VOUCHERS, ENTRIES = "vouchers are their documents", "vouchers are paid by their entries"
CHEQUES, HELD = "cheques pay their vouchers", "budget columns are what documents hold"


def number(kind: str, printed: str) -> str:
    return f"UPDATE document SET number = '{printed}' WHERE id = {LAST.format(kind)}"


def item(sets: str) -> str:
    return f"UPDATE open_item SET {sets} WHERE settled > 0"


def voucher(sets: str) -> str:
    return f"UPDATE payment_voucher SET {sets} WHERE id = {PAID}"


# What the standalone verifiers read besides the journal's own tables.
ARCHIVED = (
    *("document", "document_series", "open_item", "open_item_movement", "payment_voucher"),
    *("cheque", "withheld_tax", "journal_entry", "journal_line"),
    *("budget_line", "budget_movement", "commitment"),
)
# What is done; which check finds it, and words of what it says.
WAYS = {
    # --- numbers
    **{
        f"a number of {kind} is another": ([number(kind, printed)], (GAPS, f"{series} of 2570"))
        for kind, printed, series in (
            ("RECEIPT", "RCPT-00009/70", "RCPT"),
            ("PR", "PR-00009/70", "PR"),
            ("CONTRACT", "CT-00009/70", "CT"),
            ("INSPECT", "IR-00009/70", "IR"),
            ("CHEQUE", "CHQ-00009/70", "CHQ"),
            ("CHQRPT", "00009/70", "CHQRPT"),
            ("PND", "PND53-00009/70", "PND PND53"),
            ("DIKA", "70-03-00111-5340500-00009", "DIKA 03-00111-5340500"),
        )
    },
    "a number that can be read by nobody": ([number("CHEQUE", "x")], (SERIES, "CHQ of 2570")),
    "a treasury number": ([voucher("treasury_no = '00009/70'")], (GAPS, "DIKA of 2570")),
    "a certificate's number": (
        ["UPDATE withheld_tax SET certificate_no = '00009/70' WHERE certificate_no = '00001/70'"],
        (GAPS, "WHT of 2570"),
    ),
    "a document left out": (
        [f"DELETE FROM document WHERE id = {LAST.format('RECEIPT')}"],
        (SERIES, "RCPT of 2570"),
    ),
    "a series set back": (
        ["UPDATE document_series SET last_no = last_no - 1 WHERE series = 'PR'"],
        (SERIES, "PR of 2570"),
    ),
    "a series left out": (
        ["DELETE FROM document_series WHERE series = 'DIKA'"],
        (SERIES, "DIKA of 2570: the series says ,"),
    ),
    # --- what is open
    "what was settled": ([item("settled = settled - 1")], (SUMS, "kept")),
    "what was written off": ([item("written_off = 1")], (SUMS, "/1.00, moved")),
    "a movement left out": (["DELETE FROM open_item_movement"], (SUMS, "moved /")),
    "a movement of no item": (["DELETE FROM open_item WHERE settled > 0"], (SUMS, "kept /")),
    "what was owed": ([item("amount = amount + 1")], (POSTED, "opened and taken out")),
    "whose account it is": ([item("account = '2112010199.001'")], (POSTED, "2112010199.001")),
    "what a receipt opened, made another's": (
        ["UPDATE open_item SET document_id = uuidv7()"],
        (POSTED, "posted 0"),
    ),
    "a movement and its item": (
        [item("settled = settled - 1"), "UPDATE open_item_movement SET amount = amount - 1"],
        (POSTED, "taken out -999.00, posted -1000.00"),
    ),
    # --- vouchers and their payment
    "a gross": ([voucher("gross = gross + 1")], (VOUCHERS, "70-03-00111-5340500-0000")),
    "a net": ([voucher("net = net - 1")], (VOUCHERS, "70-03-00111-5340500-0000")),
    "a voucher given up": ([voucher("is_live = false")], (VOUCHERS, "is paid")),
    "a voucher left out": (
        [f"DELETE FROM payment_voucher WHERE id = {PAID}"],
        (VOUCHERS, "70-03-00111-5340500-0000"),
    ),
    "what its document says": (
        [f"UPDATE document SET amount = amount + 1 WHERE id = {PAID}"],
        (VOUCHERS, "70-03-00111-5340500-0000"),
    ),
    "paid, without an entry": (
        [f"UPDATE journal_entry SET document_id = NULL WHERE document_id = {PAID}"],
        (ENTRIES, "its entries paid 0"),
    ),
    "not paid, with an entry": (
        [f"UPDATE document SET state = 'approved' WHERE id = {PAID}"],
        (ENTRIES, "to be paid 0; its entries paid"),
    ),
    "another net, in both": (
        [
            voucher("net = 1"),
            f"""UPDATE document SET content = jsonb_set(content, '{{net}}', '"1.00"')
                 WHERE id = {PAID}""",
        ],
        (ENTRIES, "to be paid 1.00"),
    ),
    # --- cheques
    "a cheque's amount": (
        [f"UPDATE document SET amount = 1 WHERE id = {LAST.format('CHEQUE')}"],
        (CHEQUES, "CHQ-00002/70"),
    ),
    "a cheque's number": (["UPDATE cheque SET cheque_no = '1'"], (CHEQUES, "says 30000007")),
    "a cheque's account": (["UPDATE cheque SET bank_account = '1'"], (CHEQUES, "30000007 of 1")),
    "a cheque left out": (["DELETE FROM cheque"], (CHEQUES, "says 30000007")),
    "a cheque made up": (
        ["INSERT INTO cheque VALUES (uuidv7(), '006-1230045678', '9')"],
        (CHEQUES, "9 of 006-1230045678"),
    ),
    "a cheque called void": (
        [f"UPDATE document SET state = 'cancelled' WHERE id = {LAST.format('CHEQUE')}"],
        (CHEQUES, "has 0 cheques"),
    ),
    # --- what documents hold of the budget
    "a commitment left out": (
        ["DELETE FROM commitment WHERE kind = 'disbursement'"],
        (HELD, "held"),
    ),
    "a column of a line": (["UPDATE budget_line SET reserved = 1"], (HELD, "kept 1.00/")),
}


@pytest.fixture(scope="module")
def books(new_office):
    """Books of an office that bought, withheld, gave a guarantee back and returned its tax."""
    office = new_office()
    contract = office.contract(office.line("50000.00"), "3210.00", requested="4000.00")
    inspection = office.inspection(contract, "3210.00", vat="210.00")
    made = office.voucher(
        budget_line=contract["budget_line"],
        payee=contract["vendor"],
        source={"kind": "inspection", "id": inspection["id"]},
    )
    office.paid(office.led_to(made, "approve"), cheque_nos=["30000007"])
    receipt = office.done(
        "receipts",
        {
            "received_on": "2026-11-02",
            "payer": "ผู้รับจ้าง",
            "method": "cash",
            "lines": [{"revenue": "2112010101.001", "amount": "5000.00"}],
        },
        "COLLECTOR",
    )
    back = office.voucher(
        gross="1000.00",
        vat=None,
        deductions=[],
        source={"kind": "deposit", "id": receipt["lines"][0]["deposit"]},
    )
    office.paid(office.led_to(back, "approve"))
    said = {"form": "PND53", "month": "2026-11"}
    office.done("withholding-tax/returns", said, "FIN_OFFICER")
    with office.as_owner(office.body) as owner:
        owner.execute("SET session_replication_role = replica")
        yield SimpleNamespace(office=office, owner=owner)


def findings(books) -> list[tuple[str, str]]:
    from accounting import books_seed
    from accounting.journal.verification import CHECKS

    code = books.office.body.code
    genesis = books_seed.genesis_hash(body_code=code, generation=1)
    cursor = psycopg.ClientCursor(books.owner)
    return [
        (check, detail)
        for check, query in CHECKS.items()
        for _, detail in cursor.execute(query, {"body_code": code, "genesis": genesis})
    ]


def problems_of_rows(books) -> list[tuple[str, str]]:
    """Return what the standalone verifiers say of the rows as an archive would have them."""
    from tenants.archives import verify_budget, verify_papers

    tables = {table: rows_as_archived(books, table) for table in ARCHIVED}
    return [*verify_papers.problems_of(tables), *verify_budget.sum_problems(tables)]


def rows_as_archived(books, table: str) -> list[dict[str, str | None]]:
    text = f"SELECT {{}} FROM {table} ORDER BY 1"
    names = [one.name for one in books.owner.execute(text.format("*") + " LIMIT 0").description]
    columns = ", ".join(f"{name}::varchar" for name in names)
    rows = books.owner.execute(text.format(columns)).fetchall()
    archived = [["t" if v == "true" else "f" if v == "false" else v for v in row] for row in rows]
    return [dict(zip(names, row, strict=True)) for row in archived]


def test_books_of_money_out_are_whole(books, exported, tmp_path, capsys):
    from tenants.archives import verify_papers

    assert findings(books) == []
    assert problems_of_rows(books) == []
    exported(books.office.body, tmp_path / "archive")
    status = verify_papers.main([str(tmp_path / "archive")])
    assert (status, capsys.readouterr().out.endswith(", 0 problems\n")) == (0, True)


@pytest.mark.parametrize("name", WAYS)
def test_tampering_is_found_and_located(books, name):
    statements, (check, words) = WAYS[name]
    with books.owner.transaction(force_rollback=True):
        for statement in statements:
            assert books.owner.execute(statement).rowcount
        found = findings(books)
        told = problems_of_rows(books)
    assert any(one == check and words in said for one, said in found), found
    assert told, "whoever has the archive alone finds it too"
