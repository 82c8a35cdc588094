"""Divisions, vendors and taxpayers through the API."""

import pytest

GOOD_TAX_IDS = ["0994000165501", "0107544000108", "3101234567891"]


@pytest.fixture
def office(api, body, officer_of):
    class Office:
        code = body.code
        tokens = {
            role: officer_of(body, role).token
            for role in ("FIN_DIRECTOR", "ACCOUNTANT", "INT_AUDIT", "COLLECTOR", "LAO_ADMIN")
        }

        def post(self, path, content=None, role="FIN_DIRECTOR", **options):
            return api.post(
                f"bodies/{self.code}/{path}", content or {}, token=self.tokens[role], **options
            )

        def get(self, path, role="FIN_DIRECTOR"):
            return api.get(f"bodies/{self.code}/{path}", token=self.tokens[role])

        def put(self, path, content, role="FIN_DIRECTOR", **headers):
            return api._client.put(
                f"/api/v1/bodies/{self.code}/{path}",
                data=content,
                content_type="application/json",
                headers={"Authorization": f"Bearer {self.tokens[role]}", **headers},
            )

    return Office()


def codes(response):
    return [refusal["code"] for refusal in response.json()["refusals"]]


def checked(digits: str) -> str:
    """Append the digit that checks the twelve before it."""
    total = sum(int(digit) * (13 - place) for place, digit in enumerate(digits))
    return digits + str((11 - total % 11) % 10)


def vendor(number: int = 1, **changed):
    return {
        "sector": "own",
        "legal_form": "juristic",
        "name": f"บริษัท ร่มไทร {number} จำกัด",
        "tax_id": checked(f"01055{number:07d}"),
        "address": "12 ถนนพระยาตรัง จันทบุรี",
        "bank_code": "006",
        "bank_account_no": "2010011122",
        "bank_account_name": "บริษัท ร่มไทร จำกัด",
        **changed,
    }


def test_a_division_is_opened_renamed_retired_and_restored(office):
    opened = office.post("divisions", {"code": "03", "name_th": "สำนักปลัดเทศบาล"})
    assert (opened.status_code, opened["ETag"]) == (201, '"1"'), opened.content
    assert office.put("divisions/03", {"name_th": "กองคลัง"}).status_code == 428
    renamed = office.put("divisions/03", {"name_th": "กองคลัง"}, **{"If-Match": '"1"'})
    assert (renamed.json()["name_th"], renamed["ETag"]) == ("กองคลัง", '"2"')
    stale = office.put("divisions/03", {"name_th": "กองช่าง"}, **{"If-Match": '"1"'})
    assert stale.status_code == 412
    assert office.post("divisions/03/retire").json()["is_active"] is False
    assert codes(office.post("divisions/03/retire")) == ["retired"]
    gone = office.put("divisions/03", {"name_th": "กองช่าง"}, **{"If-Match": '"3"'})
    assert (gone.status_code, codes(gone)) == (409, ["retired"])
    assert office.post("divisions/03/restore").json()["is_active"] is True
    assert office.get("divisions/03").json()["version"] == 4


def test_divisions_have_codes_and_names_of_their_own(office):
    office.post("divisions", {"code": "01", "name_th": "สำนักปลัด"})
    taken = office.post("divisions", {"code": "01", "name_th": "สำนักปลัด"})
    assert (taken.status_code, codes(taken)) == (409, ["code_taken"])
    named = office.post("divisions", {"code": "02", "name_th": "สำนักปลัด"})
    assert codes(named) == ["name_taken"]
    bad = office.post("divisions", {"code": "x", "name_th": "สำนักปลัด"})
    assert (bad.status_code, codes(bad)) == (422, ["bad_code", "name_taken"])
    for code in ("9", "ab", "%00", "001"):
        assert office.get(f"divisions/{code}").status_code == 404


def test_registers_are_listed_by_pages_and_searched(office):
    for number in range(1, 6):
        office.post("divisions", {"code": f"1{number}", "name_th": f"กองที่ {number}"})
        assert office.post("vendors", vendor(number)).status_code == 201
    for path, key in (("divisions", "code"), ("vendors", "name")):
        page = office.get(f"{path}?limit=2").json()
        seen = [one[key] for one in page["items"]]
        while page["next"]:
            page = office.get(f"{path}?limit=2&cursor={page['next']}").json()
            seen += [one[key] for one in page["items"]]
        assert seen == [one[key] for one in office.get(path).json()["items"]]
        assert len(seen) == 5
    assert [v["name"] for v in office.get("vendors?q=ร่มไทร 3").json()["items"]] == [
        "บริษัท ร่มไทร 3 จำกัด"
    ]
    by_tax_id = office.get(f"vendors?q={vendor(4)['tax_id']}").json()["items"]
    assert [v["name"] for v in by_tax_id] == ["บริษัท ร่มไทร 4 จำกัด"]
    assert [d["code"] for d in office.get("divisions?q=กองที่ 2").json()["items"]] == ["12"]
    office.post("divisions/12/retire")
    assert [d["code"] for d in office.get("divisions?active=false").json()["items"]] == ["12"]


@pytest.mark.parametrize("tax_id", ["1234567890123", "0994000165502", "099400016550", "ข" * 13])
def test_a_tax_id_is_checked_by_its_last_digit(office, tax_id):
    refused = office.post("vendors", vendor(tax_id=tax_id))
    assert (refused.status_code, codes(refused)) == (422, ["bad_tax_id"])


def test_everything_wrong_with_a_vendor_is_told_at_once(office):
    wrong = vendor(
        sector=None,
        legal_form=None,
        tax_id=None,
        branch_no="1",
        bank_code="6",
        bank_account_no=None,
    )
    refused = office.post("vendors", wrong)
    assert refused.status_code == 422
    assert codes(refused) == [
        *("required", "required", "bad_branch", "required", "bank_incomplete", "bad_bank_code"),
        "bank_incomplete",
    ]


def test_a_tax_id_stands_once_for_each_branch_of_a_register(office):
    first = office.post("vendors", vendor()).json()
    again = office.post("vendors", vendor(name="อีกชื่อ"))
    assert (again.status_code, codes(again)) == (409, ["tax_id_taken"])
    assert office.post("vendors", vendor(branch_no="00001")).status_code == 201
    taxpayer = vendor(sector=None)
    assert office.post("taxpayers", taxpayer).status_code == 201
    assert codes(office.post("taxpayers", vendor(2))) == ["only_vendors"]
    unknown = {"legal_form": "natural", "name": "นายไม่ทราบ เลขบัตร"}
    assert [office.post("taxpayers", unknown).status_code for _ in range(2)] == [201, 201]
    path = f"vendors/{first['id']}"
    assert office.get(f"taxpayers/{first['id']}").status_code == 404
    moved = office.put(path, vendor(address="ที่ใหม่"), **{"If-Match": '"1"'})
    assert (moved.status_code, moved.json()["address"]) == (200, "ที่ใหม่")
    assert office.post(f"{path}/retire").json()["is_active"] is False
    assert office.post(f"{path}/restore").json()["version"] == 4


def test_an_officer_who_is_paid_stands_in_a_register_of_their_own(office):
    officer = {"legal_form": "natural", "name": "นางสาวสมหญิง ใจดี"}
    account = {"bank_code": "006", "bank_account_no": "2010011122"}
    made = office.post("payees", {**officer, **account})
    assert (made.status_code, made.json()["tax_id"]) == (201, None), made.content
    path = f"payees/{made.json()['id']}"
    assert office.get(path).json() == made.json()
    assert [one["id"] for one in office.get("payees?q=สมหญิง").json()["items"]] == [path[7:]]
    assert codes(office.post("payees", {**officer, "sector": "own"})) == ["only_vendors"]
    half = office.post("payees", {**officer, "bank_account_no": "2010011122"})
    assert codes(half) == ["bank_incomplete"]
    assert "จ่ายเป็นเช็ค" in half.json()["refusals"][0]["message_th"], "it says what to do"
    moved = office.put(path, {**officer, "tax_id": checked("310123456789")}, **{"If-Match": '"1"'})
    assert moved.json()["tax_id"] == checked("310123456789"), moved.content
    assert office.post(f"{path}/retire").json()["is_active"] is False
    assert office.post(f"{path}/restore").json()["is_active"] is True
    for other in ("vendors", "taxpayers"):
        assert office.get(f"{other}/{path[7:]}").status_code == 404


def test_each_register_has_its_keepers_and_every_member_reads(
    office, api, other_body, officer_of, as_owner, body
):
    allowed = {
        "divisions": {"FIN_DIRECTOR", "LAO_ADMIN"},
        "vendors": {"FIN_DIRECTOR", "ACCOUNTANT"},
        "taxpayers": {"FIN_DIRECTOR", "ACCOUNTANT", "COLLECTOR"},
        "payees": {"FIN_DIRECTOR", "ACCOUNTANT"},
    }
    for path, keepers in allowed.items():
        for role in office.tokens:
            assert office.get(path, role=role).status_code == 200
            wanted = 422 if role in keepers else 403
            assert office.post(path, {}, role=role).status_code == wanted, (path, role)
    made = office.post("vendors", vendor()).json()
    stranger = officer_of(other_body, "FIN_DIRECTOR").token
    assert (
        api.get(f"bodies/{other_body.code}/vendors/{made['id']}", token=stranger).status_code == 404
    )
    with as_owner(body) as owner:
        acts = owner.execute("SELECT action, subject FROM audit_event").fetchall()
    assert acts == [("party_registered", f"vendor {made['id']}")]
