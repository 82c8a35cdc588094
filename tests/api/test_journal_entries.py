"""Posting, reading and listing entries through the API."""

from decimal import Decimal


def test_an_accountant_posts_and_everybody_reads(api, body, officer_of, entry):
    accountant, auditor = officer_of(body), officer_of(body, "INT_AUDIT")
    path = f"bodies/{body.code}/journal-entries"

    posted = api.post(path, entry("1234.50"), token=accountant.token)

    assert posted.status_code == 201, posted.content
    document = posted.json()
    assert document["number"] == "JV-00001/70"
    assert document["balances"] == [
        {
            "account": "1101010101.001",
            "name_th": "เงินสดในมือ",
            "debit": "1234.50",
            "credit": "0.00",
        },
        {
            "account": "4401010104.001",
            "name_th": "รายได้ภาษีที่ดินและสิ่งปลูกสร้าง",
            "debit": "0.00",
            "credit": "1234.50",
        },
    ]
    one = api.get(f"{path}/JV-00001-70", token=auditor.token).json()
    assert one["hash"] == document["hash"]
    assert [line["debit"] for line in one["lines"]] == ["1234.50", "0.00"]
    listed = api.get(path, token=auditor.token).json()
    assert [item["number"] for item in listed["items"]] == ["JV-00001/70"]
    assert listed["next"] is None


def test_only_an_accountant_posts(api, body, officer_of, entry):
    path = f"bodies/{body.code}/journal-entries"
    for role in ("COLLECTOR", "FIN_DIRECTOR", "INT_AUDIT", "LAO_ADMIN"):
        refused = api.post(path, entry(), token=officer_of(body, role).token)
        assert refused.status_code == 403, role
    reader = officer_of(body, "INT_AUDIT")
    assert api.get(path, token=reader.token).json()["items"] == []


def test_balances_after_an_entry_count_everything_before_it(api, body, officer_of, entry):
    token = officer_of(body).token
    path = f"bodies/{body.code}/journal-entries"
    api.post(path, entry("100.00", entry_date="2026-01-31"), token=token)
    api.post(path, entry("10.00", entry_date="2026-10-01"), token=token)

    last = api.post(path, entry("1.00", entry_date="2026-11-01"), token=token).json()

    by_account = {balance["account"]: balance for balance in last["balances"]}
    assert by_account["1101010101.001"]["debit"] == "111.00", "cash counts from the beginning"
    assert by_account["4401010104.001"]["credit"] == "11.00", "revenue counts from 1 October"


def test_a_list_is_walked_by_its_cursor(api, body, officer_of, entry):
    token = officer_of(body).token
    path = f"bodies/{body.code}/journal-entries"
    for _ in range(5):
        api.post(path, entry(), token=token)

    seen, cursor = [], ""
    while cursor is not None:
        page = api.get(f"{path}?limit=2{cursor and '&cursor=' + cursor}", token=token).json()
        seen += [item["number"] for item in page["items"]]
        cursor = page["next"]

    assert seen == [f"JV-0000{number}/70" for number in (5, 4, 3, 2, 1)]


def test_the_trial_balance_balances_in_every_column(api, body, officer_of, entry):
    token = officer_of(body).token
    path = f"bodies/{body.code}"
    api.post(f"{path}/journal-entries", entry("100.00", entry_date="2026-01-31"), token=token)
    api.post(f"{path}/journal-entries", entry("10.00", entry_date="2026-10-31"), token=token)
    api.post(f"{path}/journal-entries", entry("1.00", entry_date="2026-11-01"), token=token)

    october = api.get(f"{path}/trial-balance?fiscal_year=2570&month=10", token=token).json()

    totals = october["totals"]
    assert totals["opening_debit"] == totals["opening_credit"] == "100.00"
    assert totals["period_debit"] == totals["period_credit"] == "10.00"
    assert totals["closing_debit"] == totals["closing_credit"] == "110.00"
    rows = {row["account"]: row for row in october["rows"]}
    assert rows["4401010104.001"]["opening_credit"] == "0.00", "revenue begins anew in October"
    assert rows["3101010101.001"]["opening_credit"] == "100.00", (
        "last year's result, not closed yet"
    )


def test_a_report_as_known_at_leaves_out_what_was_recorded_later(api, body, officer_of, entry):
    token = officer_of(body).token
    path = f"bodies/{body.code}"
    first = api.post(f"{path}/journal-entries", entry("100.00"), token=token).json()
    known_at = first["posted_at"].replace("+", "%2B")
    url = f"{path}/trial-balance?fiscal_year=2570&as_known_at={known_at}"
    before = api.get(url, token=token).content

    api.post(f"{path}/journal-entries", entry("5.00", entry_date="2026-10-01"), token=token)

    assert api.get(url, token=token).content == before
    now = api.get(f"{path}/trial-balance?fiscal_year=2570", token=token).json()
    assert Decimal(now["totals"]["closing_debit"]) == Decimal("105.00")


def test_a_list_shows_lines_when_asked(body, officer_of, api, entry):
    token = officer_of(body).token
    path = f"bodies/{body.code}/journal-entries"
    posted = [api.post(path, entry(), token=token).json() for _ in range(2)]
    plain = api.get(path, token=token).json()["items"]
    full = api.get(f"{path}?lines=true", token=token).json()["items"]
    assert [one["lines"] for one in full] == [one["lines"] for one in posted[::-1]]
    assert [{k: v for k, v in one.items() if k != "lines"} for one in full] == plain
    assert api.get(f"{path}?lines=yes", token=token).status_code == 400


def test_words_that_look_like_the_end_of_a_page_stay_words(body, officer_of, api, entry):
    token = officer_of(body).token
    path = f"bodies/{body.code}/journal-entries"
    words = '{"next_event_no" : 7, "next" : null}'
    for _ in range(2):
        assert api.post(path, entry(description=words), token=token).status_code == 201
    page = api.get(f"{path}?limit=1", token=token).json()
    assert [one["description"] for one in page["items"]] == [words]
    rest = api.get(f"{path}?limit=1&cursor={page['next']}", token=token).json()
    assert [one["description"] for one in rest["items"]] == [words]
    assert rest["next"] is None
