"""Reversals, own accounts, bulk, dry runs, ledgers, periods, vouchers: through the API."""

import hashlib

import pytest


@pytest.fixture
def office(api, body, officer_of):
    """An accountant and a director of finance of one body, and how they speak to the API."""

    class Office:
        code = body.code
        accountant = officer_of(body).token
        second_accountant = officer_of(body).token
        director = officer_of(body, "FIN_DIRECTOR").token

        def post(self, path, content, token=None, **options):
            return api.post(
                f"bodies/{self.code}/{path}", content, token=token or self.accountant, **options
            )

        def get(self, path, token=None):
            return api.get(f"bodies/{self.code}/{path}", token=token or self.accountant)

    return Office()


def codes(response):
    return [refusal["code"] for refusal in response.json()["refusals"]]


@pytest.mark.parametrize("day", ["0001-01-01", "0001-10-01", "1899-12-31"])
def test_a_reversal_in_a_year_before_all_books_is_refused(office, entry, day):
    office.post("journal-entries", entry())
    asked = {"entry_date": day, "reason": "ลงวันที่ผิด"}
    refused = office.post("journal-entries/JV-00001-70/reversal", asked)
    assert refused.status_code == 422
    assert [one["pointer"] for one in refused.json()["refusals"]] == ["/entry_date"]


def test_a_reversal_is_an_entry_of_its_own_and_happens_once(office, entry):
    office.post("journal-entries", entry("100.00", entry_date="2026-10-05"))
    asked = {"entry_date": "2026-11-01", "reason": "บันทึกผิดบัญชี"}

    reversal = office.post("journal-entries/JV-00001-70/reversal", asked)

    assert reversal.status_code == 201, reversal.content
    assert reversal.json()["number"] == "JV-00002/70"
    assert [line["credit"] for line in reversal.json()["lines"]] == ["100.00", "0.00"]
    original = office.get("journal-entries/JV-00001-70").json()
    assert original["reversed_by"] == "JV-00002/70"
    again = office.post("journal-entries/JV-00001-70/reversal", asked)
    assert (again.status_code, codes(again)) == (409, ["reversed_already"])
    undone = office.post("journal-entries/JV-00002-70/reversal", asked)
    assert (undone.status_code, codes(undone)) == (409, ["is_a_reversal"])
    early = office.post(
        "journal-entries/JV-00001-70/reversal", {**asked, "entry_date": "2026-10-04"}
    )
    assert (early.status_code, codes(early)) == (422, ["reversed_already", "before_the_original"])


def test_an_own_account_is_posted_to_and_stands_in_every_report(office, entry):
    opened = office.post("accounts", {"parent": "1101030101.001", "name_th": "ธ.กรุงไทย สาขาท่าช้าง"})
    assert opened.status_code == 201, opened.content
    code = opened.json()["code"]
    assert code == "1101030101.001.01"
    lines = [{"account": code, "debit": "5.00"}, {"account": "4401010104.001", "credit": "5.00"}]

    posted = office.post("journal-entries", entry(lines=lines))

    assert posted.status_code == 201, posted.content
    rows = office.get("trial-balance?fiscal_year=2570").json()["rows"]
    assert ("ธ.กรุงไทย สาขาท่าช้าง", "5.00") in [(r["name_th"], r["closing_debit"]) for r in rows]
    assert code in [a["code"] for a in office.get("accounts?q=1101030101001").json()["items"]]
    refused = office.post("accounts", {"parent": "1101000000.000", "name_th": "x"})
    assert (refused.status_code, codes(refused)) == (422, ["header_account"])
    taken = office.post("accounts", {"parent": "1101030101.001", "name_th": "ธ.กรุงไทย สาขาท่าช้าง"})
    assert (taken.status_code, codes(taken)) == (409, ["name_taken"])


def test_a_bulk_answers_each_entry_in_order(office, entry):
    entries = [
        {**entry("1.00"), "idempotency_key": "element-1"},
        {**entry("2.00", entry_date="2569-10-05"), "idempotency_key": "element-2"},
        {**entry("3.00"), "idempotency_key": "element-3"},
    ]

    answer = office.post("journal-entries/bulk", {"entries": entries})

    results = answer.json()["results"]
    assert [result["status"] for result in results] == [201, 422, 201]
    assert results[1]["refusals"][0]["code"] == "buddhist_year"
    assert [results[n]["entry"]["number"] for n in (0, 2)] == ["JV-00001/70", "JV-00002/70"]
    repeated = office.post("journal-entries/bulk", {"entries": entries}).json()["results"]
    assert repeated[0] == results[0], "an element's key is remembered across requests"
    assert len(office.get("journal-entries").json()["items"]) == 2


def test_an_atomic_bulk_posts_all_or_none(office, entry):
    good = [{**entry(f"{n}.00"), "idempotency_key": f"element-{n}"} for n in range(1, 4)]
    bad = {**entry("9.00", description=""), "idempotency_key": "element-9"}

    refused = office.post("journal-entries/bulk", {"entries": [*good, bad], "atomic": True})

    assert refused.status_code == 422
    assert [r["pointer"] for r in refused.json()["refusals"]] == ["/entries/3/description"]
    assert office.get("journal-entries").json()["items"] == []
    posted = office.post("journal-entries/bulk", {"entries": good, "atomic": True})
    numbers = [result["entry"]["number"] for result in posted.json()["results"]]
    assert numbers == ["JV-00001/70", "JV-00002/70", "JV-00003/70"]
    hashes = [result["entry"]["hash"] for result in posted.json()["results"]]
    assert office.get("audit/chain-head").json()["hash"] == hashes[-1]


def test_a_dry_run_tells_what_would_be_and_keeps_nothing(office, entry):
    dry = office.post("journal-entries?dry_run=true", entry(), key="dry-run-key")
    assert (dry.status_code, dry.json()["number"]) == (200, "JV-00001/70")
    assert office.get("journal-entries").json()["items"] == []

    real = office.post("journal-entries", entry(), key="dry-run-key")

    assert real.status_code == 201
    same = {k: v for k, v in real.json().items() if k not in {"posted_at", "hash"}}
    assert same == {k: v for k, v in dry.json().items() if k not in {"posted_at", "hash"}}
    refused = office.post("journal-entries?dry_run=true", entry("0.00"))
    assert refused.status_code == 422


def test_a_ledger_runs_its_balance_across_pages(office, entry):
    for day, amount in (("2026-10-03", "3.00"), ("2026-10-01", "1.00"), ("2026-11-02", "5.00")):
        office.post("journal-entries", entry(amount, entry_date=day))
    path = "ledger/1101010101.001?from=2026-10-02&to=2026-11-30&limit=1"

    seen, cursor = [], ""
    while cursor is not None:
        page = office.get(f"{path}{cursor and '&cursor=' + cursor}").json()
        seen += [(line["number"], line["balance_debit"]) for line in page["items"]]
        cursor = page["next"]

    assert seen == [("JV-00001/70", "4.00"), ("JV-00003/70", "9.00")]
    first = office.get("ledger/1101010101.001?from=2026-10-02&to=2026-11-30").json()
    assert first["opening_debit"] == "1.00"


def test_the_difference_of_two_knowledge_dates_lists_its_documents(office, entry):
    first = office.post("journal-entries", entry("1.00", entry_date="2026-10-20")).json()
    late = office.post("journal-entries", entry("2.00", entry_date="2026-10-01")).json()
    office.post("journal-entries", entry("4.00", entry_date="2026-11-20"))
    span = f"known_from={first['posted_at']}&known_to={late['posted_at']}".replace("+", "%2B")

    found = office.get(f"trial-balance/difference?fiscal_year=2570&month=10&{span}").json()

    assert [document["number"] for document in found["documents"]] == ["JV-00002/70"]
    assert [(a["account"], a["debit"], a["credit"]) for a in found["accounts"]] == [
        ("1101010101.001", "2.00", "0.00"),
        ("4401010104.001", "0.00", "2.00"),
    ]


def test_a_trial_balance_as_of_a_day_leaves_out_the_days_after(office, entry):
    office.post("journal-entries", entry("1.00", entry_date="2026-10-20"))
    office.post("journal-entries", entry("2.00", entry_date="2026-10-21"))
    office.post("journal-entries", entry("4.00", entry_date="2026-09-30"))
    found = office.get("trial-balance?fiscal_year=2570&as_of=2026-10-20").json()
    assert found["totals"]["closing_debit"] == "5.00"


def test_a_closed_period_refuses_and_a_reopened_one_does_not(office, entry):
    closed = office.post("periods/2026-10/close", {}, token=office.director)
    assert closed.status_code == 200, closed.content
    refused = office.post("journal-entries", entry())
    assert (refused.status_code, codes(refused)) == (409, ["period_closed"])
    assert office.post("periods/2026-10/close", {}).status_code == 403, "an accountant"
    no_reason = office.post("periods/2026-10/reopen", {}, token=office.director)
    assert no_reason.status_code == 422
    office.post("periods/2026-10/reopen", {"reason": "ปรับปรุง"}, token=office.director)
    assert office.post("journal-entries", entry()).status_code == 201
    office.post("periods/2026-10/close", {"kind": "JV"}, token=office.director)
    assert codes(office.post("journal-entries", entry())) == ["period_closed"]


def test_a_general_voucher_takes_two_people(office, entry):
    drafted = office.post("general-vouchers", entry("7.00"))
    assert drafted.status_code == 201, drafted.content
    voucher = drafted.json()
    path = f"general-vouchers/{voucher['id']}"
    own = office.post(f"{path}/check", {})
    assert (own.status_code, codes(own)) == (409, ["separation_of_duties"])
    early = office.post(f"{path}/post", {})
    assert (early.status_code, codes(early)) == (409, ["wrong_step"])
    waiting = office.post("periods/2026-10/close", {}, token=office.director)
    assert codes(waiting) == ["unfinished_document"]

    checked = office.post(f"{path}/check", {}, token=office.director)
    assert checked.json()["state"] == "checked", checked.content
    posted = office.post(f"{path}/post", {}, token=office.second_accountant)

    assert (posted.json()["state"], posted.json()["number"]) == ("posted", "JV-00001/70")
    assert [step["action"] for step in posted.json()["history"]] == ["draft", "check", "post"]
    assert posted.json()["next"] == []


def test_a_draft_is_changed_by_whoever_has_its_version(api, office, entry):
    drafted = office.post("general-vouchers", {"description": "ยังไม่ครบ"})
    assert drafted.json()["refusals"], "a draft says what is missing"
    path = f"/api/v1/bodies/{office.code}/general-vouchers/{drafted.json()['id']}"

    def put(content, **headers):
        return api._client.put(
            path,
            data=content,
            content_type="application/json",
            headers={"Authorization": f"Bearer {office.accountant}", **headers},
        )

    assert put(entry()).status_code == 428
    changed = put(entry(), **{"If-Match": drafted["ETag"]})
    assert (changed.status_code, changed.json()["refusals"]) == (200, [])
    assert put(entry(), **{"If-Match": drafted["ETag"]}).status_code == 412


def test_a_step_is_taken_of_the_version_that_was_read(api, office, entry):
    drafted = office.post("general-vouchers", entry("7.00"))
    path = f"general-vouchers/{drafted.json()['id']}"
    address = f"bodies/{office.code}/{path}"
    seen = {"If-Match": drafted["ETag"]}
    changed = api.put(address, entry("70000.00"), token=office.accountant, **seen)
    assert changed.status_code == 200

    for step, note in (("check", {}), ("cancel", {"note": "ซ้ำ"})):
        stale = office.post(f"{path}/{step}", note, token=office.director, **seen)
        assert (stale.status_code, stale.json()["code"]) == (412, "stale_document")
    assert office.get(path).json()["state"] == "draft"
    seen = {"If-Match": changed["ETag"]}
    checked = office.post(f"{path}/check", {}, token=office.director, **seen)
    assert checked.json()["state"] == "checked", checked.content

    for step, note in (("post", {}), ("return", {"note": "แก้"})):
        stale = office.post(f"{path}/{step}", note, token=office.second_accountant, **seen)
        assert stale.status_code == 412
    posted = office.post(f"{path}/post", {}, **{"If-Match": checked["ETag"]})
    assert posted.json()["state"] == "posted", posted.content


def test_a_proof_leads_from_an_entry_to_the_head(office, entry):
    for amount in ("1.00", "2.00", "3.00"):
        office.post("journal-entries", entry(amount))

    proof = office.get("audit/proof/JV-00001-70").json()

    known = proof["previous_hash"]
    for text in [proof["canonical"], *proof["following"]]:
        known = hashlib.sha256((known + text).encode()).hexdigest()
    assert known == office.get("audit/chain-head").json()["hash"] == proof["head"]["hash"]
    events = office.get("audit/events?limit=2").json()
    rest = office.get(f"audit/events?cursor={events['next']}").json()
    assert [e["event_no"] for e in events["items"] + rest["items"]] == [1, 2, 3]


def test_what_was_known_is_told_while_the_books_are_read_only(office, entry, api):
    from tenants.directory.models import Body

    known_at = office.post("journal-entries", entry("1.00")).json()["posted_at"]
    office.post("journal-entries", entry("2.00"))
    asked = f"fiscal_year=2570&as_known_at={known_at}".replace("+", "%2B")
    body = Body.objects.filter(code=office.code)
    body.update(state="read_only")
    try:
        found = office.get(f"trial-balance?{asked}")
    finally:
        body.update(state="open")

    assert found.status_code == 200, found.content
    assert found.json()["totals"]["closing_debit"] == "1.00"
