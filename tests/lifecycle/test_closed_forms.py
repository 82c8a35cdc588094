"""A form sent to a body that takes no entries: refused as the API refuses it, and shown again."""

import html
import json

import pytest

MESSAGES = {"state_message_th": "สตง. กำลังตรวจสอบ", "state_message_en": "The audit is on"}
TYPED = "สิ่งที่พิมพ์ไว้แล้ว"
KEY = "0d1c4a3e-58f5-4ac9-a32b-5dd8c0f7a111"
ENTRY = {"entry_date": "05/10/2569", "description": TYPED, "account": "1101010101.001"}
FORMS = {
    "an entry": ("ACCOUNTANT", "journal/new", {**ENTRY, "post": "1"}),
    "a draft kept": ("ACCOUNTANT", "journal/new", {**ENTRY, "keep": "1"}),
    "a draft that keeps itself": ("ACCOUNTANT", "vouchers/save", ENTRY),
    "an account": ("ACCOUNTANT", "accounts", {"parent": "1101010101.001", "name_th": TYPED}),
    "a reversal": (
        *("ACCOUNTANT", "journal/JV-00001-70/reverse"),
        {"entry_date": "06/10/2569", "reason": TYPED},
    ),
    "a voucher's step": (
        "ACCOUNTANT",
        "vouchers/{voucher}/cancel",
        {"version": "1", "note": TYPED},
    ),
    "a month closed": ("FIN_DIRECTOR", "periods/2026-10/close", {}),
    "a month reopened": ("FIN_DIRECTOR", "periods/2026-11/reopen", {"reason": TYPED}),
    "an invitation": (
        *("LAO_ADMIN", "officers"),
        {"username": "new-one", "name_th": TYPED, "from_date": "01/10/2569", "roles": "EXECUTIVE"},
    ),
}


@pytest.fixture
def voucher(body, api, entry, officer_of) -> str:
    """A body with an entry, a draft, and a month that is closed."""
    from datetime import date

    from accounting.closing import operations
    from accounting.officers import Officer
    from tenants.transactions import tenant_transaction

    officer = officer_of(body)
    at = f"bodies/{body.code}"
    assert api.post(f"{at}/journal-entries", entry(), token=officer.token).status_code == 201
    draft = api.post(f"{at}/general-vouchers", entry("7.00"), token=officer.token)
    director = Officer(
        id=officer_of(body, "FIN_DIRECTOR").id,
        name_th="นายสมชาย ใจดี",
        roles=frozenset({"FIN_DIRECTOR"}),
    )
    with tenant_transaction(body):
        operations.close_period(starts_on=date(2026, 11, 1), officer=director, reason="")
    return draft.json()["id"]


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("state", "status"), [("read_only", 409), ("moving", 503)])
def test_what_was_typed_stays_and_the_state_says_why(
    state, status, form, language, in_state, body, browser, voucher, books_of
):
    role, path, typed = FORMS[form]
    client = browser(body, role)
    client.cookies["openlaas_language"] = language
    before = books_of(body)
    in_state(state, **MESSAGES)

    address = f"/b/{body.code}/{path.format(voucher=voucher)}"
    answer = client.post(address, {**typed, "key": KEY})

    assert answer.status_code == status
    told = answer.content.decode()
    if answer["Content-Type"] == "application/json":
        assert json.loads(told)["again"] is True, "the page keeps it and asks again"
        told = json.loads(told)["words"]
    else:
        told = html.unescape(told.split("<main")[1])
        for words in typed.values():
            assert words == "1" or words in told, words
    assert MESSAGES[f"state_message_{language}"] in told
    assert ("What you typed is still here" in told) is (language == "en")
    assert books_of(body) == before
