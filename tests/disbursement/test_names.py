"""A document is found by every number that an office knows it by, as it is by its id."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import encode_multipart

BOUNDARY = "between-the-parts"
FORM = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


@pytest.fixture(scope="module")
def paid(office):
    made = office.voucher(budget_line=office.line("12740.00", project=""))
    report = office.paid(office.led_to(made, "approve"), cheque_nos=["10012345"])
    return {"voucher": office.again(made), "report": report}


def as_path(number: str) -> str:
    return number.replace("/", "-")


def same(office, document_id: str, number: str) -> None:
    """See that a number leads where the id leads: history and papers that hang on it."""
    by_id, by_number = f"documents/{document_id}", f"documents/{as_path(number)}"
    shown = office.get(f"{by_number}/history").json()
    assert shown["id"] == document_id
    assert shown == office.get(f"{by_id}/history").json()
    form = {"file": SimpleUploadedFile("บันทึก.txt", number.encode())}
    content = encode_multipart(BOUNDARY, form)
    token = office.officers["ACCOUNTANT"].token
    hung = office.api.post(f"{office.path}/{by_number}/attachments", content, token=token, **FORM)
    assert hung.status_code == 201, hung.content.decode()
    listed = office.get(f"{by_id}/attachments").json()["items"]
    assert listed[-1]["attachment_no"] == hung.json()["attachment_no"]
    assert office.get(f"{by_number}/attachments").json()["items"] == listed
    read = office.get(f"{by_number}/attachments/{hung.json()['attachment_no']}")
    assert read.content == number.encode()


@pytest.mark.parametrize("name", ["requester_no", "treasury_no"])
def test_a_voucher_is_found_by_both_its_numbers(office, paid, name):
    voucher = paid["voucher"]
    same(office, voucher["id"], voucher[name])
    by_number = office.get(f"documents/{as_path(voucher[name])}/pdf").content
    assert by_number.startswith(b"%PDF")
    assert by_number == office.get(f"documents/{voucher['id']}/pdf").content
    shown = office.get(f"documents/{as_path(voucher[name])}/history").json()
    assert shown["number"] == voucher["requester_no"]


def test_a_cheque_is_found_by_its_number(office, paid):
    cheque = paid["voucher"]["payment"]["cheque"]
    same(office, office.get(f"cheques/{as_path(cheque)}").json()["id"], cheque)
    assert office.get(f"documents/{as_path(cheque)}/pdf").status_code == 404, "it is the bank's"


def test_the_number_of_a_report_is_a_treasury_number_first(office, paid):
    report, voucher = paid["report"], paid["voucher"]
    assert report["number"] == voucher["treasury_no"], "both are the first of their year"
    shown = office.get(f"documents/{as_path(report['number'])}/history").json()
    assert shown["id"] == voucher["id"]


def test_an_entrys_number_still_names_the_entry(office, paid):
    number = paid["voucher"]["journal_entries"][0]["number"]
    assert office.get(f"documents/{as_path(number)}/history").json()["number"] == number
    assert office.get(f"documents/{as_path(number)}/pdf").content.startswith(b"%PDF")


@pytest.mark.parametrize("name", ["99999-70", "69-03-00111-5340500-99999", "RCPT-09999-70", "x"])
def test_a_number_that_nothing_has_is_not_found(office, paid, name):
    for what in ("history", "pdf", "attachments"):
        assert office.get(f"documents/{name}/{what}").status_code == 404


def test_a_number_that_two_documents_have_names_neither(office):
    said = {
        "received_on": "2026-11-02",
        "payer": "นายมานะ",
        "method": "cash",
        "book_no": "A1",
        "receipt_no": "70",
        "lines": [{"revenue": "4401030106.001", "amount": "5.00"}],
    }
    receipt = office.done("receipts", said, "COLLECTOR")
    assert office.get("documents/A1-70/history").json()["id"] == receipt["id"]
    with office.as_owner(office.body) as owner:
        (other,) = owner.execute(
            "INSERT INTO document (id, kind, fiscal_year, state, description, amount, version,"
            " prepared_by, content, number) VALUES (uuidv7(), 'PR', 2570, 'draft', '', 0, 1,"
            " uuidv7(), '{}', 'A1/70') RETURNING id"
        ).fetchone()
    try:
        for what in ("history", "pdf", "attachments"):
            refused = office.get(f"documents/A1-70/{what}")
            assert refused.status_code == 409
            (told,) = refused.json()["refusals"]
            assert told["code"] == "ambiguous_number"
            assert receipt["id"] in told["message_th"]
            assert str(other) in told["message_en"]
    finally:
        with office.as_owner(office.body) as owner:
            owner.execute("DELETE FROM document WHERE id = %s", [other])
