"""Pages of money out: every list, form and document opens; what is searched is found."""


def test_every_kind_has_its_list_its_form_and_its_document(office, page):
    contract = office.contract(office.line(), "321.00")
    inspection = office.inspection(contract, "321.00")
    voucher = office.voucher(budget_line=office.line())
    report = office.paid(office.led_to(voucher, "approve"))
    cheque = office.again(voucher)["payment"]["cheque"].replace("/", "-")
    made = {
        "purchase-requests": ("UNIT_CLERK", contract["purchase_request"]),
        "contracts": ("SUPPLY", contract["id"]),
        "inspections": ("INSPECTION", inspection["id"]),
        "dika": ("UNIT_CLERK", voucher["id"]),
        "cheque-reports": ("FIN_OFFICER", report["id"]),
        "cheques": ("FIN_OFFICER", office.get(f"cheques/{cheque}").json()["id"]),
    }
    for path, (role, document) in made.items():
        assert f"/{path}/{document}" in page(role, path)
        if path != "cheques":
            assert "data-flow-form" in page(role, f"{path}/new")
        assert "นางสาวสมหญิง ใจดี" in page(role, f"{path}/{document}")
    assert "data-flow-form" in page("FIN_OFFICER", "withholding-returns/new")
    assert page("FIN_OFFICER", f"dika/{voucher['id']}.pdf") == "PDF"
    assert page("FIN_OFFICER", f"cheque-reports/{report['id']}.pdf") == "PDF"
    assert "30.00" in page("FIN_OFFICER", "certificates")
    words = page("EXECUTIVE", f"dika/{voucher['id']}")
    for told in ("EX02", "EX07", "ได้ตรวจสอบแล้วมีเงินคงเหลือเพียงพอ", "3,180.00"):
        assert told in words


def test_an_officer_is_found_paid_and_shown_with_what_paid_them(office, page):
    said = {"legal_form": "natural", "name": "นางสาวมาลี ศรีสุข"}
    officer = office.done("payees", said, "FIN_OFFICER")["id"]
    assert officer in page("UNIT_CLERK", "dika/search/payee?q=มาลี")
    voucher = office.voucher(
        budget_line=office.line(),
        payee=officer,
        gross="500.00",
        vat=None,
        deductions=[],
        source={"kind": "subsidy"},
    )
    assert f"/dika/{voucher['id']}" in page("FIN_OFFICER", f"payees/{officer}")
    assert f"/vendors/{officer}" in page("FIN_OFFICER", f"dika/{voucher['id']}"), "leads there"
    paid = office.paid(office.led_to(voucher, "approve"))
    assert paid["amount"] == "500.00"


def test_what_a_form_names_is_found_while_typing(office, page):
    line = office.line("750.00", expenditure_type="330800", name="วัสดุเชื้อเพลิง")
    request = office.request(line, "10.00", description="น้ำมันรถขยะ")
    found = page("UNIT_CLERK", "purchase-requests/search/budget_line?q=3308")
    assert line in found
    assert "740.00" in found
    assert request["id"] in page("SUPPLY", "contracts/search/purchase_request?q=น้ำมัน")
    assert office.vendor() in page("SUPPLY", "contracts/search/vendor?q=โทรคมนาคม")
    assert "5104020106.001" in page("INSPECTION", "inspections/search/account?q=5104020106")
    assert office.bank_account in page("FIN_OFFICER", "cheque-reports/search/bank_account?q=กรุงไทย")
    approved = office.led_to(office.voucher(budget_line=office.line()), "approve")
    path = f"cheque-reports/search/voucher?q={approved['treasury_no'][:5]}"
    assert approved["id"] in page("FIN_OFFICER", path)
